// GSM-8K: grade-school word problems whose answers are single numbers. Cobbe et al. 2021, arXiv:2110.14168.
//
//   {"question": str, "answer": "reasoning, with <<1+1=2>> calculator notes\n#### 1,234"}
#ifndef DATASETS_GSM8K_GSM8K_H_
#define DATASETS_GSM8K_GSM8K_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace datasets {

struct Gsm8kProblem {
  std::string question;
  std::string answer;  // as in the file: the reasoning and the last line
  std::string gold;    // the number of the last line, without thousands separators: "-10", "1234", "0.5"
};

// The number that the last line of `answer` gives: "#### " and then digits, optionally with a sign, thousands
// separators and a decimal part. kInvalidArgument when the last line is anything else.
absl::StatusOr<std::string> Gsm8kGold(absl::string_view answer);

// In the order of the file. kInvalidArgument, with file:line, for a malformed line, a missing, empty or mistyped key,
// or an answer without a final number; and for a file without problems.
absl::StatusOr<std::vector<Gsm8kProblem>> ReadGsm8k(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_GSM8K_GSM8K_H_
