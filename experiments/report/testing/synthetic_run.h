// Synthetic run folders for tests: the files that an experiment writes, at any size, with texts that attack the reader.
#ifndef EXPERIMENTS_REPORT_TESTING_SYNTHETIC_RUN_H_
#define EXPERIMENTS_REPORT_TESTING_SYNTHETIC_RUN_H_

#include <cstdint>
#include <string>

namespace experiments {

struct SyntheticSize {
  int questions = 16;      // judged, eight categories in turn, ids from 81 on
  int words = 12;          // an answer
  int problems = 0;        // with known answers, ids from 6000000 on
  int problem_words = 12;  // an attempt
  int attempts = 0;        // sampled, beside the one at temperature 0
  int arms = 4;            // base, sft, dpo, sami; of the attempts base and sft alone
  uint64_t seed = 1;       // of the words, verdicts and right answers
};

// What sami answers to the first question: markup, script, control characters, and an override of direction.
std::string HostileText();

// Writes the folder: spec, questions, answers and judgments of sami against sft and dpo in setting "positive" by judges
// "principle" and "content", tables/win_rates; attempts and lm_eval's files where there are problems. Of every eighth
// question the judges disagree, of every ninth the second verdict of "content" is missing.
void WriteSyntheticRun(const std::string& folder, const SyntheticSize& size);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_TESTING_SYNTHETIC_RUN_H_
