#include "baselines/orpo/loss.h"

#include <cmath>

#include "base/check.h"

namespace orpo {
namespace {

// log(1 - exp(value)) of a negative value. Near 0 exp(value) is near 1, and 1 - exp(value) must not be its difference;
// far from it exp(value) is small, and log(1 - it) must not round it away. Both branches are finite where the other is
// taken, so that where() gives no gradient of 0 times infinity.
torch::Tensor Log1mExp(const torch::Tensor& value) {
  const torch::Tensor near = value > -std::log(2.0);
  const torch::Tensor halfway = torch::full_like(value, -std::log(2.0));
  return torch::where(near, torch::log(-torch::expm1(torch::where(near, value, halfway))),
                      torch::log1p(-torch::exp(torch::where(near, halfway, value))));
}

}  // namespace

OddsRatio OddsRatioLoss(const torch::Tensor& chosen_P, const torch::Tensor& rejected_P, double beta) {
  SAMI_CHECK_EQ(chosen_P.dim(), 1);
  SAMI_CHECK(chosen_P.sizes() == rejected_P.sizes()) << "log-probabilities must both be [P]";
  SAMI_CHECK(beta > 0);
  const torch::Tensor log_odds_P = (chosen_P - rejected_P) - (Log1mExp(chosen_P) - Log1mExp(rejected_P));
  return {-beta * torch::log_sigmoid(log_odds_P), log_odds_P};
}

}  // namespace orpo
