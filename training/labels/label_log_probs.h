// Log-probabilities of labels under a batch of logits, in the layout of the published trainers.
//
// The harness itself scores through lm::ScorePairs, which never sees padding. This is for numbers recorded from other
// trainers, whose batches are padded and whose labels mark what is not scored.
//
// Shapes: B = rows, T = positions, V = vocabulary.
#ifndef TRAINING_LABELS_LABEL_LOG_PROBS_H_
#define TRAINING_LABELS_LABEL_LOG_PROBS_H_

#include <torch/types.h>

#include <cstdint>

namespace training {

// A label that is not scored.
constexpr int64_t kIgnoredLabel = -100;

struct LabelLogProbs {
  torch::Tensor sum_B;    // sum of log p(label) over the scored labels; 0 without any. Differentiable in the logits.
  torch::Tensor count_B;  // scored labels, in the type of sum_B

  // Per scored label; nan for a row without any, as in the reference implementations.
  torch::Tensor Mean() const { return sum_B / count_B; }
};

// The logits at position t predict the label at t + 1: the first label and the last logits are not used.
//   logits_BTV: float32 or float64. labels_BT: int64, each kIgnoredLabel or in [0, V).
// CHECK-fails on other ranks, shapes or types. O(B T V).
LabelLogProbs SumLabelLogProbs(const torch::Tensor& logits_BTV, const torch::Tensor& labels_BT);

}  // namespace training

#endif  // TRAINING_LABELS_LABEL_LOG_PROBS_H_
