// What a reference model makes of responses: computed once, before training, so that it need not be kept; and a cache
// on disk, so that training that was killed does not compute it again.
//
// Shapes: N = items, R = responses of each.
#ifndef BASELINES_RESPONSES_REFERENCE_H_
#define BASELINES_RESPONSES_REFERENCE_H_

#include <torch/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/progress.h"
#include "baselines/responses/scores.h"
#include "lm/model/decoder.h"
#include "training/method/method.h"
#include "training/processes/group.h"

namespace responses {

// float64 [N, R] on the CPU: weighted_NR of Score. Batches are cut in the items' order, and the group's ranks take them
// in turn, so the result depends neither on `threads` nor on how many ranks there are; each of them has it. `progress`,
// if any, counts this rank's items. kInternal when the model cannot be evaluated or a log-probability is
// not finite; names the item as a `what` ("preference example").
absl::StatusOr<torch::Tensor> ReferenceSums(const lm::Decoder& reference, const std::vector<Item>& items,
                                            std::optional<double> ld_alpha, absl::string_view what, int threads,
                                            base::Progress* progress, training::Group& group = training::Alone());

// What they depend on: SHA-256 over the model's sizes and weights, over the items' token ids and over ld_alpha.
std::string ReferenceKey(const lm::Decoder& reference, const std::vector<Item>& items, std::optional<double> ld_alpha);

// ReferenceSums, or what it gave before: read from `path` when that file was written under the same key, else computed
// and written there, atomically, by rank 0. The file is safetensors: log_probs, float64 [N, R]; metadata "key". A file
// of another key, or a damaged one, is replaced.
absl::StatusOr<torch::Tensor> CachedReferenceSums(const std::string& path, const lm::Decoder& reference,
                                                  const std::vector<Item>& items, std::optional<double> ld_alpha,
                                                  absl::string_view what, int threads, base::Progress* progress,
                                                  training::Group& group = training::Alone());

// Before training: the policy is the reference, so every log-ratio must be 0. Checks up to 8 items, to rounding.
// kFailedPrecondition names one whose ratio is not 0.
absl::Status CheckStartsAtReference(const lm::Decoder& policy, const std::vector<Item>& items,
                                    const torch::Tensor& reference_NR, std::optional<double> ld_alpha,
                                    absl::string_view what);

// The parent's sums of an arm's items, cached in its scratch folder and checked to be what training starts from.
absl::StatusOr<torch::Tensor> ParentSums(const training::ObjectiveInputs& inputs, const std::vector<Item>& items,
                                         std::optional<double> ld_alpha, absl::string_view what);

// Rows of [N, R] as a batch of an objective needs them.
torch::Tensor Rows(const torch::Tensor& sums_NR, absl::Span<const int64_t> indices, torch::TensorOptions like);

}  // namespace responses

#endif  // BASELINES_RESPONSES_REFERENCE_H_
