// Answer files: outputs of any model at GSM-8K's problems, from the files that tools write.
//
// JSON Lines. A line names its problem by the text, "question" or "doc": {"question"}, or by its place in the questions
// file from 0 on, "doc_id" or "question_id"; and holds
//   "response": str                 one response; several lines a problem then need "attempt": int
//   "responses": [str, ...]         several
//   "resps": [[str, ...]]           lm-evaluation-harness; of lines that repeat under another "filter" the first
//   counts,
//                                   and older files' repeated lines without one are the same attempt
//   "<model>": {"solution": str}    the published solutions; --model says which
// One of the forms a line: none is passed over.
#ifndef EVALUATION_EXTRACTION_RESPONSES_FILE_H_
#define EVALUATION_EXTRACTION_RESPONSES_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/gsm8k/gsm8k.h"

namespace evaluation {

// [problem][response], in the problems' order; attempts in ascending order. A problem that the file passes over has
// none. kInvalidArgument, with file:line: an empty file, a malformed line, no or an unknown problem, no response, a
// second answer to a problem, two forms in one line, a repeated attempt, or an unknown model.
//   model: a member of the published solutions' lines; empty for the other forms
absl::StatusOr<std::vector<std::vector<std::string>>> ReadResponses(const std::string& path,
                                                                    const std::vector<datasets::Gsm8kProblem>& problems,
                                                                    const std::string& model);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_RESPONSES_FILE_H_
