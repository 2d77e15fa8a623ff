// IFEval's instructions: the 25 kinds of Zhou et al. 2023, Instruction-Following Evaluation for Large Language Models
// (arXiv 2311.07911), each a function from a response to yes or no, equal to the published scorer's.
#ifndef EVALUATION_IFEVAL_INSTRUCTIONS_H_
#define EVALUATION_IFEVAL_INSTRUCTIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "datasets/queries/query.h"
#include "evaluation/python/punkt.h"
#include "evaluation/python/text.h"

namespace ifeval {

// A response, which several instructions are checked on.
struct Response {
  View text;
  const PunktParameters& punkt;
};

// The names of all kinds, "keywords:existence" and others, sorted.
std::vector<std::string> Kinds();

// Whether a response follows the instruction, taken as it is. O(length), but for a keyword that is a regular
// expression. kInvalidArgument: no such kind, or an argument that is missing or of another type (where one is missing
// the published scorer draws a random one); kwargs that the kind does not have are passed over.
absl::StatusOr<bool> Follows(const datasets::Instruction& instruction, const Response& response);

// The instruction alone: whether there is such a kind, and whether all that it needs is there.
absl::Status CheckInstruction(const datasets::Instruction& instruction);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_INSTRUCTIONS_H_
