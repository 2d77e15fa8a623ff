// Sample model: the samples of runs while they are put together; samples.h has the format that they are written in.
#ifndef EXPERIMENTS_REPORT_SAMPLE_MODEL_H_
#define EXPERIMENTS_REPORT_SAMPLE_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "experiments/report/samples.h"

namespace experiments {

// Numbers named question, column, asked and words are places in SampleModel's lists.
struct Question {
  std::string id, category, text, gold;  // gold: the right answer, if there is one
};

struct Answer {
  std::vector<std::string> texts;  // one an attempt
  std::vector<int64_t> tokens;
  std::string cut;    // '1' where an attempt was cut off
  std::string right;  // '1' where it was right; empty without answer keys
  int asked = -1;     // in strings; -1: nothing
};

struct Column {
  std::string arm, setting;
  std::map<int, Answer> answers;  // by question
};

struct Judge {
  std::string name;
  std::map<int, std::pair<std::string, std::vector<int>>> verdicts;  // question -> a code a game, words a game
};

struct Group {
  std::string comparison, setting;
  int a = -1, b = -1;
  std::vector<int> questions;
  std::vector<Judge> judges;
};

struct SampleModel {
  std::vector<Question> questions;
  std::vector<std::string> strings;
  std::vector<Column> columns;
  std::vector<Group> groups;
};

Samples ToJson(const SampleModel& model);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_SAMPLE_MODEL_H_
