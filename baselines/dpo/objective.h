// The DPO objective: DPO and its relatives as a training method of the training loop.
#ifndef BASELINES_DPO_OBJECTIVE_H_
#define BASELINES_DPO_OBJECTIVE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/progress.h"
#include "baselines/dpo/config.pb.h"
#include "baselines/dpo/example.h"
#include "lm/model/decoder.h"
#include "training/objective.h"

namespace dpo {

// Scores every example's responses under the reference model, once, so that it need not be kept for training. Batches
// are cut in the examples' order, so the result does not depend on `threads`. `progress`, if any, counts examples.
// kInternal when the model cannot be evaluated or a log-probability is not finite; names the example. CHECK-fails on
// what MakeDpoObjective would refuse.
absl::StatusOr<std::vector<ReferenceLogProbs>> ComputeReferenceLogProbs(const lm::Decoder& reference,
                                                                        const std::vector<PreferenceExample>& examples,
                                                                        int threads, base::Progress* progress);

// An example's loss is PreferenceLoss (baselines/dpo/loss.h) on summed log-probabilities, or on those per token where
// log_probs is MEAN, with weight 1; rewards and logps are of the same kind.
// Metrics: loss, rewards/chosen, rewards/rejected, rewards/accuracies, rewards/margins, logps/chosen, logps/rejected.
//
// references: one an example, always sums; when reference_free it may be empty, and the rewards are then the policy's
// own. kInvalidArgument, naming the example by its index, when a prompt or a response is empty or the longer joint has
// more than max_tokens; when the references are of another number; when label_smoothing or log_probs does not suit the
// loss.
absl::StatusOr<std::unique_ptr<training::Objective>> MakeDpoObjective(const sami_harness::DpoConfig& config,
                                                                      std::vector<PreferenceExample> examples,
                                                                      std::vector<ReferenceLogProbs> references,
                                                                      int64_t max_tokens);

// Before training: the policy is the reference, so every margin must be 0 and the sigmoid loss log 2. Checks up to 8
// examples, to rounding. kFailedPrecondition names one whose margin is not 0.
absl::Status CheckStartsAtReference(const lm::Decoder& policy, const std::vector<PreferenceExample>& examples,
                                    const std::vector<ReferenceLogProbs>& references);

}  // namespace dpo

#endif  // BASELINES_DPO_OBJECTIVE_H_
