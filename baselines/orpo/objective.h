// The ORPO objective: ORPO as a training method of the training loop.
#ifndef BASELINES_ORPO_OBJECTIVE_H_
#define BASELINES_ORPO_OBJECTIVE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "baselines/orpo/config.pb.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace orpo {

// An example's loss is OddsRatioLoss (baselines/orpo/loss.h) plus its part of the batch's mean negative log-likelihood
// over all tokens of prompts (but the first, which nothing predicts) and chosen responses, with weight 1.
// Metrics: loss, rewards/chosen, rewards/rejected (beta times log-probabilities per token), rewards/accuracies,
// rewards/margins, logps/chosen, logps/rejected (per token), nll_loss, log_odds_ratio (log sigmoid of the log odds
// ratio), log_odds_chosen (the log odds ratio).
//
// kInvalidArgument, naming the example by its index, when a prompt or a response is empty or the longer joint has more
// than max_tokens.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeOrpoObjective(
    const sami_harness::OrpoConfig& config, const std::vector<training::PreferenceExample>& examples,
    int64_t max_tokens);

}  // namespace orpo

#endif  // BASELINES_ORPO_OBJECTIVE_H_
