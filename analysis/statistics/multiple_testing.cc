#include "analysis/statistics/multiple_testing.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace analysis {

absl::StatusOr<std::vector<double>> HolmAdjusted(absl::Span<const double> p) {
  const size_t n = p.size();
  for (size_t i = 0; i < n; ++i) {
    if (p[i] >= 0 && p[i] <= 1) continue;
    return absl::InvalidArgumentError(absl::StrCat("p-value ", i, " of ", n, " is ", p[i], ", not in [0, 1]"));
  }
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(n);
  double most = 0;
  for (size_t i = 0; i < n; ++i) {
    most = std::max(most, std::min(1.0, p[order[i]] * (n - i)));
    adjusted[order[i]] = most;
  }
  return adjusted;
}

}  // namespace analysis
