// The SFT objective: supervised fine-tuning as a training method of the training loop.
#ifndef BASELINES_SFT_OBJECTIVE_H_
#define BASELINES_SFT_OBJECTIVE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "baselines/sft/config.pb.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace sft {

// An example's loss is its response's negative log-likelihood: per token, weighted by its number of tokens
// (TOKEN_MEAN), or summed, with weight 1 (EXAMPLE_SUM); see baselines/sft/loss.h. The prompt is not scored.
// Metrics: loss.
//
// kInvalidArgument, naming the example by its index, when a prompt or a response is empty or both together are longer
// than max_tokens.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeSftObjective(const sami_harness::SftConfig& config,
                                                                      std::vector<training::TextExample> examples,
                                                                      int64_t max_tokens);

}  // namespace sft

#endif  // BASELINES_SFT_OBJECTIVE_H_
