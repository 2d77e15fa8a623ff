// The DPO objective: DPO and its relatives as a training method of the training loop.
#ifndef BASELINES_DPO_OBJECTIVE_H_
#define BASELINES_DPO_OBJECTIVE_H_

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "baselines/dpo/config.pb.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace dpo {

// An example's loss is the weighted sum of the settings' losses (baselines/dpo/loss.h, aot_loss.h) on summed
// log-probabilities, weighted by ld_alpha where it is given, with weight 1. SFT is its part of the batch's mean over
// the chosen responses' tokens, without ld_alpha. AOT's losses have a first phase. Metrics: loss, rewards/chosen,
// rewards/rejected, rewards/accuracies, rewards/margins, logps/chosen, logps/rejected.
//
// references_N2: float64 [examples, 2], of the chosen and the rejected response, as responses::ReferenceSums gives with
// the same ld_alpha; undefined when reference_free: rewards are then the policy's own. kInvalidArgument, naming the
// example by its index, when a prompt or a response is empty or the longer joint has more than max_tokens; when the
// references are of another number; as CheckConfig (baselines/dpo/method.h) on settings that do not suit the loss.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeDpoObjective(
    const sami_harness::DpoConfig& config, const std::vector<training::PreferenceExample>& examples,
    const torch::Tensor& references_N2, int64_t max_tokens);

}  // namespace dpo

#endif  // BASELINES_DPO_OBJECTIVE_H_
