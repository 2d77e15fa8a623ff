#include "training/labels/label_log_probs.h"

#include "base/check.h"

namespace training {

LabelLogProbs SumLabelLogProbs(const torch::Tensor& logits_BTV, const torch::Tensor& labels_BT) {
  SAMI_CHECK_EQ(logits_BTV.dim(), 3);
  SAMI_CHECK(labels_BT.sizes() == logits_BTV.sizes().slice(0, 2)) << "labels must be [B, T]";
  SAMI_CHECK(labels_BT.scalar_type() == torch::kInt64);
  const int64_t targets = logits_BTV.size(1) - 1;
  SAMI_CHECK(targets >= 0) << "no positions";

  const torch::Tensor labels = labels_BT.narrow(1, 1, targets);
  const torch::Tensor ignored = labels == kIgnoredLabel;
  const torch::Tensor log_probs = torch::log_softmax(logits_BTV.narrow(1, 0, targets), -1)
                                      .gather(2, labels.masked_fill(ignored, 0).unsqueeze(2))
                                      .squeeze(2)
                                      // Filled rather than multiplied by 0: an ignored label may be impossible (-inf).
                                      .masked_fill(ignored, 0);
  return {log_probs.sum(1), ignored.logical_not().sum(1).to(logits_BTV.scalar_type())};
}

}  // namespace training
