// MT-Bench's questions and reference answers, in FastChat's JSONL formats.
//
//   question.jsonl   {"question_id": 81, "category": "writing", "turns": [str, ...], "reference": [str, ...]?}
//   gpt-4.jsonl      {"question_id": 101, "model_id": "gpt-4", "choices": [{"index": 0, "turns": [str, ...]}], ...}
//
// Zheng et al. 2023, arXiv:2306.05685. Other keys are passed over.
#ifndef DATASETS_MT_BENCH_QUESTIONS_H_
#define DATASETS_MT_BENCH_QUESTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace datasets {

struct MtBenchQuestion {
  int64_t id = 0;
  std::string category;                // not empty
  std::vector<std::string> turns;      // what the user says; at least one, none empty
  std::vector<std::string> reference;  // the turns' right answers in brief; empty, or at most one a turn
};

// In the order of the file. kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key, a
// question without turns, an empty turn, a repeated question_id, or more references than turns; and for a file without
// questions.
absl::StatusOr<std::vector<MtBenchQuestion>> ReadMtBenchQuestions(const std::string& path);

// A full answer that a judge is shown beside those it judges.
struct MtBenchReferenceAnswer {
  int64_t question_id = 0;
  std::string model;               // who wrote it
  std::vector<std::string> turns;  // at least one
};

// In the order of the file. The same errors; also for a line that has not exactly one choice.
absl::StatusOr<std::vector<MtBenchReferenceAnswer>> ReadMtBenchReferenceAnswers(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_MT_BENCH_QUESTIONS_H_
