#include "sami/loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace sami {
namespace {

void CheckSquare(const torch::Tensor& logp_BCR) {
  SAMI_CHECK_EQ(logp_BCR.dim(), 3);
  SAMI_CHECK_EQ(logp_BCR.size(1), logp_BCR.size(2));
  SAMI_CHECK(logp_BCR.size(1) >= 2) << "nothing to tell apart";
}

torch::Tensor Diagonal(const torch::Tensor& matrix_BCR) { return matrix_BCR.diagonal(0, 1, 2); }

}  // namespace

torch::Tensor SamiLossPerQuery(const torch::Tensor& logp_BCR) {
  CheckSquare(logp_BCR);
  const torch::Tensor row = Diagonal(torch::log_softmax(logp_BCR, 2));
  const torch::Tensor col = Diagonal(torch::log_softmax(logp_BCR, 1));
  return -(row + col).mean(1) / 2;
}

torch::Tensor SamiLoss(const torch::Tensor& logp_BCR) {
  return SamiLossPerQuery(logp_BCR.dim() == 2 ? logp_BCR.unsqueeze(0) : logp_BCR).mean();
}

SamiMetrics ComputeSamiMetrics(const torch::Tensor& logp_BCR) {
  const torch::NoGradGuard no_grad;
  SAMI_CHECK_EQ(logp_BCR.dim(), 3);
  const int64_t constitutions = logp_BCR.size(1), responses = logp_BCR.size(2);
  const int64_t k = std::min(constitutions, responses);
  SAMI_CHECK(k >= 2) << "nothing to tell apart";
  const torch::Tensor logp = logp_BCR.detach();
  const torch::Tensor diagonal = Diagonal(logp);
  const torch::Tensor on_diagonal =
      torch::eye(constitutions, responses, torch::TensorOptions().dtype(torch::kBool).device(logp.device()));
  // nan survives both the maximum and the comparison, as a miss.
  const torch::Tensor others = logp.masked_fill(on_diagonal, -std::numeric_limits<double>::infinity());
  const auto wins = [&](int64_t dim) {
    return (diagonal > others.amax(dim).narrow(1, 0, k)).to(logp.scalar_type()).mean(1);
  };
  const torch::Tensor log_share =
      (Diagonal(torch::log_softmax(logp, 2)) + Diagonal(torch::log_softmax(logp, 1))).mean(1) / 2;
  const double most = (std::log(static_cast<double>(constitutions)) + std::log(static_cast<double>(responses))) / 2;
  return {most + log_share, wins(2), wins(1), diagonal.mean(1),
          logp.masked_fill(on_diagonal, 0).sum({1, 2}) / static_cast<double>(constitutions * responses - k)};
}

}  // namespace sami
