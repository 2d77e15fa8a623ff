// SAMI as an objective of the training loop.
#ifndef SAMI_OBJECTIVE_H_
#define SAMI_OBJECTIVE_H_

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/decoder.h"
#include "sami/example.h"
#include "training/objective.h"

namespace sami {

// An example is a query; its loss is SamiLossPerQuery (sami/loss.h) of its n x n matrix, with weight 1.
// Metrics, means over queries: loss, mi/lower_bound, accuracy/row, accuracy/col, logps/diagonal, logps/off_diagonal;
// over responses: length/response (tokens).
//
// kInvalidArgument as CheckExamples says.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeSamiObjective(std::vector<ContrastiveExample> examples,
                                                                       int64_t max_tokens);

// kInvalidArgument, naming the query by its index, unless all have the same n >= 2 of prompts and of responses, none of
// them empty, and no prompt with a response of its query has more than max_tokens.
absl::Status CheckExamples(const std::vector<ContrastiveExample>& examples, int64_t max_tokens);

// The matrices of several queries, [B, n, n]: [b][i][j] is the mean log-probability per token of response j under
// prompt i, in nats. Differentiable in the model's parameters. CHECK-fails unless all have the same n.
torch::Tensor ScoreQueries(const lm::Decoder& model, const std::vector<ContrastiveExample>& examples,
                           absl::Span<const int64_t> queries);

}  // namespace sami

#endif  // SAMI_OBJECTIVE_H_
