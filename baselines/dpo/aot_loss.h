// AOT losses (alignment by optimal transport, arXiv 2406.05882): the whole distribution of a batch's margins is pushed
// above another, quantile by quantile, so that a pair's loss depends on its batch.
//
// Shapes: B = pairs of the batch, P = those of a share of it (training/objective.h). Log-probabilities as in
// baselines/dpo/loss.h. With f(q) = -(1 - e) log sigmoid(b q) - e log sigmoid(-b q) and sorting ascending:
//   paired:   mean_k f(q_k), q = sort(C - R) - sort(C' - R')      (eq. 5)
//   unpaired: mean_k f(q_k), q = sort(C - C') - sort(R - R')      (eq. 3)
#ifndef BASELINES_DPO_AOT_LOSS_H_
#define BASELINES_DPO_AOT_LOSS_H_

#include <cstdint>

#include "baselines/dpo/loss.h"

namespace dpo {

// The batch that a share, its pairs from `begin`, is a part of: constants, without gradients, [B] each.
struct WholeBatch {
  PairLogProbs policy;
  PairLogProbs reference;
  int64_t begin = 0;
};

// [P]: the share's pairs' parts of the batch's B losses; over all shares they sum to the sum of the B losses, and so do
// their gradients. Equal values keep their order. options: beta, label_smoothing and reference_free are used. O(B log
// B).
torch::Tensor AotLoss(const PairLogProbs& policy, const WholeBatch& batch, const LossOptions& options);
// As AotLoss. A pair's chosen and rejected response have other places among the sorted, and meet responses of other
// pairs there: both ends of a match count its loss half, and each has its own gradient in full.
torch::Tensor AotUnpairedLoss(const PairLogProbs& policy, const WholeBatch& batch, const LossOptions& options);

}  // namespace dpo

#endif  // BASELINES_DPO_AOT_LOSS_H_
