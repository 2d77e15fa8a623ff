// The CPO objective: CPO and SimPO as a training method of the training loop.
#ifndef BASELINES_CPO_OBJECTIVE_H_
#define BASELINES_CPO_OBJECTIVE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "baselines/cpo/config.pb.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace cpo {

// An example's loss is PreferenceLoss (baselines/cpo/loss.h) plus cpo_alpha times its part of the batch's mean negative
// log-likelihood over the chosen responses' tokens, with weight 1.
// Metrics: loss, rewards/chosen, rewards/rejected, rewards/accuracies, rewards/margins, logps/chosen, logps/rejected
// (per token where the loss is), nll_loss (in nats per token of the chosen responses).
//
// kInvalidArgument, naming the example by its index, when a prompt or a response is empty or the longer joint has more
// than max_tokens; as CheckConfig (baselines/cpo/method.h).
absl::StatusOr<std::unique_ptr<training::Objective>> MakeCpoObjective(
    const sami_harness::CpoConfig& config, const std::vector<training::PreferenceExample>& examples,
    int64_t max_tokens);

}  // namespace cpo

#endif  // BASELINES_CPO_OBJECTIVE_H_
