// The KTO objective: KTO as a training method of the training loop.
#ifndef BASELINES_KTO_OBJECTIVE_H_
#define BASELINES_KTO_OBJECTIVE_H_

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "baselines/kto/config.pb.h"
#include "baselines/responses/scores.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace kto {

// What is scored of each example: its response and, for loss_type KTO, a mismatched one under the same prompt, from
// which the reference point is estimated. The pairing is fixed before training: the examples, in their order, are cut
// into blocks of the batch size, and each takes the response of the example before it in its block, the first the
// last's. (TRL does the same per device and trains in that order; here batches are shuffled, and each example keeps its
// mismatched response.) A last block of one example joins the block before it.
std::vector<responses::Item> Items(const sami_harness::KtoConfig& config,
                                   const std::vector<training::LabeledExample>& examples);

// An example's loss is ResponseLoss (baselines/kto/loss.h) with weight 1. Its reference point is that of the whole
// step's batch, which a first phase computes from the mismatched responses. Metrics: loss; rewards/chosen,
// logps/chosen, means over desirable examples of beta times the log-ratio and of the summed log-probability;
// rewards/rejected, logps/rejected, the same over undesirable ones (a step without any: nan); rewards/margins, the
// difference of both rewards (a step without either: nan); kl, the reference point.
//
// references: float64 [examples, 2], of the items' responses ([examples, 1] for APO_ZERO_UNPAIRED), as
// responses::ReferenceSums gives. kInvalidArgument, naming the example by its index, when a prompt or a response is
// empty or a joint, mismatched ones too, has more than max_tokens; when the references are of another number; when KTO
// has fewer than two examples; as CheckConfig (baselines/kto/method.h).
absl::StatusOr<std::unique_ptr<training::Objective>> MakeKtoObjective(
    const sami_harness::KtoConfig& config, const std::vector<training::LabeledExample>& examples,
    const torch::Tensor& references, int64_t max_tokens);

}  // namespace kto

#endif  // BASELINES_KTO_OBJECTIVE_H_
