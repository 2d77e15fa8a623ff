// Attempts at questions from a data file.
#ifndef ANALYSIS_COMMANDS_ATTEMPTS_H_
#define ANALYSIS_COMMANDS_ATTEMPTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/measures/pass_at_k.h"

namespace analysis {

struct AttemptFile {
  std::vector<QuestionAttempts> questions;  // in order of first appearance
  std::vector<std::string> categories;      // of each; "" where the rows have none
};

// Rows are either a question, {"question_id", "correct": [0, 1, ...]}, or an attempt, {"question_id", "correct": 0 or 1
// or true or false, optionally "attempt": any name}. `category` is optional. Of lm-eval's samples (samples_*.jsonl) the
// rows of one filter are read, doc_id and the first of their metrics. Memory grows with the number of questions,
// and with the attempts where these are named: about 100 bytes each.
// kInvalidArgument, naming the row: a missing or other value, a repeated question (list form) or (question, attempt), a
// question in both forms or in two categories. `filter`, and its errors: FilterChoice.
absl::StatusOr<AttemptFile> ReadAttempts(const std::string& path, const std::string& filter = "");

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ATTEMPTS_H_
