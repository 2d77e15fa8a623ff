#include "analysis/leaderboards/alpaca_win_rate.h"

#include <cmath>
#include <vector>

namespace analysis {
namespace {

struct Moments {
  int64_t n = 0;
  double mean = kUndefined, standard_error = kUndefined;
};

Moments MomentsOf(const std::vector<double>& values) {
  Moments moments;
  moments.n = values.size();
  if (values.empty()) return moments;
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  moments.mean = sum / moments.n;
  for (const double value : values) squares += (value - moments.mean) * (value - moments.mean);
  if (moments.n > 1) moments.standard_error = std::sqrt(squares / (moments.n - 1) / moments.n);
  return moments;
}

}  // namespace

double AlpacaShare(double preference) {
  if (preference == 0) return 0.5;
  return preference >= 1 && preference <= 2 ? preference - 1 : kUndefined;
}

AlpacaWinRate AlpacaEvalWinRate(absl::Span<const double> preferences) {
  AlpacaWinRate result;
  std::vector<double> shares, discrete;
  for (const double preference : preferences) {
    const bool is_tie = preference == 0 || preference == 1.5;
    result.n_draws += is_tie;
    if (const double share = AlpacaShare(preference); !std::isnan(share)) {
      shares.push_back(share);
      result.n_wins += share > 0.5;
      result.n_wins_base += share < 0.5;
    }
    // nearbyint rounds half to even.
    const double rounded = AlpacaShare(is_tie ? 0 : std::nearbyint(preference));
    if (!std::isnan(rounded)) discrete.push_back(rounded);
  }
  const Moments moments = MomentsOf(shares);
  result.n_total = moments.n;
  result.win_rate = 100 * moments.mean;
  result.standard_error = 100 * moments.standard_error;
  result.discrete_win_rate = 100 * MomentsOf(discrete).mean;
  return result;
}

}  // namespace analysis
