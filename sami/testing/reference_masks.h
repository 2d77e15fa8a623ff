// Token masks of the two published SAMI trainers: which tokens they score. For parity with recorded numbers only: the
// harness scores exactly the response's tokens, its end-of-sequence token included (lm::ScorePairs).
//
// Shapes: B = rows, T = positions. Rows are prompt + response, padded on the right with pad_id.
//   labels_BT: int64 token ids. prompt_mask_BT: int64, 1 on the separately tokenised prompt.
// Both return bool [B, T], true where a token is left out, and CHECK-fail unless the two shapes agree.
#ifndef SAMI_TESTING_REFERENCE_MASKS_H_
#define SAMI_TESTING_REFERENCE_MASKS_H_

#include <torch/types.h>

#include <cstdint>

namespace sami {

// janphilippfranken/sami @ 1208371, _get_mask: the prompt and every pad_id. Where pad_id is also the end of sequence
// (as published), that token is never scored.
torch::Tensor SamiRefMask(const torch::Tensor& labels_BT, const torch::Tensor& prompt_mask_BT, int64_t pad_id);

// SohamGovande/sami-extension @ 3f30974, _get_mask_without_masking_eos: the prompt and every pad_id but the row's
// first, which is taken for the end of sequence. A pad_id within the prompt or the response uses up that exception,
// and on a row padded on the left the first padding token is scored.
torch::Tensor SamiExtMask(const torch::Tensor& labels_BT, const torch::Tensor& prompt_mask_BT, int64_t pad_id);

}  // namespace sami

#endif  // SAMI_TESTING_REFERENCE_MASKS_H_
