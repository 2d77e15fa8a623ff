// Released evaluations of the two papers' authors: answers, and a judge's verdicts on them.
//
//   responses/<model>.json                {"constitution": {"0": str, "1": str, ...}, "question": {...},
//                                          "category": {...}?, "response": {...}}
//   win_rates/<test>-vs-<baseline>.json   [[verdict, tokens of the baseline's answer, tokens of the test's], ...]
//
// Both in the order of the questions.
#ifndef DATASETS_RELEASED_RELEASED_H_
#define DATASETS_RELEASED_RELEASED_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace datasets {

struct ReleasedAnswer {
  std::string constitution;  // numbered principles (datasets/constitutions/numbered.h)
  std::string question;
  std::string category;  // empty where the file has none
  std::string response;  // may be empty: the model said nothing
};

// Entry i is the file's key "i". kInvalidArgument, with the file, for malformed JSON, a missing column, a value that is
// no string, an empty question, or columns whose keys are not 0 ... n-1.
absl::StatusOr<std::vector<ReleasedAnswer>> ReadReleasedAnswers(const std::string& path);

struct ReleasedVerdict {
  double score = 0;  // 1: the test's answer is better; 0: the baseline's is; 0.5: neither, or not to be parsed
  int64_t baseline_tokens = 0;
  int64_t test_tokens = 0;
};

// kInvalidArgument, with the file and the entry, for malformed JSON, an entry that is no such triple, a score other
// than 0, 0.5 and 1, or a negative count; and for a file without verdicts.
absl::StatusOr<std::vector<ReleasedVerdict>> ReadReleasedVerdicts(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_RELEASED_RELEASED_H_
