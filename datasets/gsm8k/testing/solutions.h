// Model solutions of GSM-8K: what four of Cobbe et al.'s models answered to its test problems, with the authors'
// verdicts (arXiv:2110.14168; gsm8k/example_model_solutions.jsonl). One line a problem:
//
//   {"question": str, "ground_truth": str, "<model>": {"is_correct": bool, "solution": "...\nA: 18"}, ...}
#ifndef DATASETS_GSM8K_TESTING_SOLUTIONS_H_
#define DATASETS_GSM8K_TESTING_SOLUTIONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace datasets {

struct Gsm8kSolution {
  std::string text;
  bool is_correct = false;
};

struct Gsm8kSolved {
  std::string question;
  std::map<std::string, Gsm8kSolution> solutions;  // by model: "6b_finetuning", "175b_verification", ...
};

// In the order of the file, which is that of the test split. kInvalidArgument, with file:line, for a malformed line, a
// missing or mistyped key, no solution, or other models than in the first line.
absl::StatusOr<std::vector<Gsm8kSolved>> ReadGsm8kSolutions(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_GSM8K_TESTING_SOLUTIONS_H_
