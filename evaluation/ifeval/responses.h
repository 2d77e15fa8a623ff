// Responses to IFEval's prompts, from the files that tools write.
//
// JSON Lines. A line names its prompt by the key ("key", "id", "question_id", or "doc": {"key"}) or by its text
// ("prompt", "instruction"), and holds one response:
//   "response": str                        Google's input_response_data
//   "text": str                            sami generate
//   "output": str                          AlpacaEval's model_outputs
//   "resps": [[str]]                       lm-evaluation-harness's samples
//   "choices": [{"turns": [str]}]          FastChat's model_answer
#ifndef EVALUATION_IFEVAL_RESPONSES_H_
#define EVALUATION_IFEVAL_RESPONSES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/queries/query.h"

namespace ifeval {

// In the order of the prompts; nothing where the file has none. kInvalidArgument, with file:line: a malformed line, no
// or an unknown prompt, none of the members above, more than one response to a prompt, in a line or in two. A prompt's
// text serves where it stands once among the prompts.
absl::StatusOr<std::vector<std::optional<std::string>>> ReadResponses(const std::string& path,
                                                                      const std::vector<datasets::Query>& prompts);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_RESPONSES_H_
