// IFEval's four accuracies: of prompts and of instructions, strict and loose (Zhou et al. 2023, section 2.3).
#ifndef EVALUATION_IFEVAL_SCORE_H_
#define EVALUATION_IFEVAL_SCORE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "datasets/queries/query.h"
#include "evaluation/python/punkt.h"

namespace ifeval {

// Of one instruction: strict, of the response as it is; loose, of any of eight variants: as it is; without every '*';
// then without its first line, its last line, both; these three without '*'. Those without a line are stripped. A blank
// response or variant follows none.
struct Followed {
  bool strict = false;
  bool loose = false;
};

// In the order of the instructions. kInvalidArgument as Follows (instructions.h).
absl::StatusOr<std::vector<Followed>> Score(absl::Span<const datasets::Instruction> instructions,
                                            const std::string& response, const PunktParameters& punkt);

// Whether all are followed.
Followed FollowedAll(absl::Span<const Followed> each);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_SCORE_H_
