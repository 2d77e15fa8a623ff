#include "sami/testing/reference_masks.h"

#include "base/check.h"

namespace sami {

torch::Tensor SamiRefMask(const torch::Tensor& labels_BT, const torch::Tensor& prompt_mask_BT, int64_t pad_id) {
  SAMI_CHECK(labels_BT.dim() == 2 && labels_BT.sizes() == prompt_mask_BT.sizes());
  return (prompt_mask_BT == 1).logical_or(labels_BT == pad_id);
}

torch::Tensor SamiExtMask(const torch::Tensor& labels_BT, const torch::Tensor& prompt_mask_BT, int64_t pad_id) {
  SAMI_CHECK(labels_BT.dim() == 2 && labels_BT.sizes() == prompt_mask_BT.sizes());
  const torch::Tensor pad = labels_BT == pad_id;
  const torch::Tensor after_first = pad.logical_and(pad.cumsum(1) > 1);
  return (prompt_mask_BT == 1).logical_or(after_first);
}

}  // namespace sami
