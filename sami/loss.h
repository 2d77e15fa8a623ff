// The SAMI loss: symmetric InfoNCE over square matrices of response log-probabilities.
//
// Shapes: B = queries; C = constitutions; R = responses, C = R = n, response j was written under constitution j.
// logp_BCR[b][i][j] is the mean per-token log-probability of response j under constitution i for query b, float32 or
// float64 (arXiv 2404.14313, section 3; the mean, not the sum, as in both published implementations).
//
//   loss_b = - 1/(2n) sum_i ( log softmax_j(L_b[i, :])[i] + log softmax_j(L_b[:, i])[i] )
//
// The row term asks which response belongs to a constitution, the column term which constitution belongs to a response.
// -inf off the diagonal is an impossible pair and contributes nothing; on the diagonal the loss is +inf; nan gives nan.
//
// The losses CHECK-fail unless their argument is [B, n, n] with n >= 2. O(B C R). No randomness.
#ifndef SAMI_LOSS_H_
#define SAMI_LOSS_H_

#include <torch/types.h>

namespace sami {

// [B], in nats. Differentiable in logp_BCR.
torch::Tensor SamiLossPerQuery(const torch::Tensor& logp_BCR);

// Scalar: the mean over queries. Also takes the matrix [n, n] of one query.
torch::Tensor SamiLoss(const torch::Tensor& logp_BCR);

// What is reported beside the loss, each [B] and without gradient. Here C and R may differ: with k = min(C, R), the
// pairs (i, i), i < k, belong together; further constitutions or responses are negatives only.
struct SamiMetrics {
  // In nats: a lower bound on I(Y; C | X) in expectation where the other responses are draws from p(y); for a query's
  // distinct constitutions sami/information_bound.h has one. The mean of
  // log R - (mean cross-entropy of the first k rows) and log C - (mean cross-entropy of the first k columns);
  // log n - loss where C = R = n.
  torch::Tensor lower_bound_B;
  // Share of the first k rows (columns) whose diagonal entry is strictly larger than every other: a tie or a nan is a
  // miss.
  torch::Tensor accuracy_row_B;
  torch::Tensor accuracy_col_B;
  // Mean entry on and off the diagonal, in nats per token.
  torch::Tensor diagonal_B;
  torch::Tensor off_diagonal_B;
};
// CHECK-fails unless C >= 2 and R >= 2.
SamiMetrics ComputeSamiMetrics(const torch::Tensor& logp_BCR);

}  // namespace sami

#endif  // SAMI_LOSS_H_
