#include "analysis/statistics/multiple_testing.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace analysis {
namespace {

// The step-down (Holm) or step-up (the false discovery rates) maximum or minimum along the sorted p-values.
// factor(rank, n) multiplies the p-value of that rank, 1 for the smallest.
template <typename Factor>
std::vector<double> Stepwise(absl::Span<const double> p, bool up, const Factor& factor) {
  const size_t n = p.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(n);
  double bound = up ? 1 : 0;
  for (size_t i = 0; i < n; ++i) {
    const size_t rank = up ? n - i : i + 1;
    const double value = std::min(1.0, p[order[rank - 1]] * factor(rank));
    bound = up ? std::min(bound, value) : std::max(bound, value);
    adjusted[order[rank - 1]] = bound;
  }
  return adjusted;
}

}  // namespace

absl::StatusOr<std::vector<double>> AdjustedPValues(absl::Span<const double> p, Adjustment adjustment) {
  for (size_t i = 0; i < p.size(); ++i) {
    if (p[i] >= 0 && p[i] <= 1) continue;
    return absl::InvalidArgumentError(absl::StrCat("p-value ", i, " of ", p.size(), " is ", p[i], ", not in [0, 1]"));
  }
  const double n = p.size();
  double harmonic = 0;
  for (size_t i = p.size(); i > 0; --i) harmonic += 1.0 / i;
  switch (adjustment) {
    case Adjustment::kBonferroni:
      return Stepwise(p, false, [&](size_t) { return n; });
    case Adjustment::kHolm:
      return Stepwise(p, false, [&](size_t rank) { return n - rank + 1; });
    case Adjustment::kBenjaminiHochberg:
      return Stepwise(p, true, [&](size_t rank) { return n / rank; });
    case Adjustment::kBenjaminiYekutieli:
      return Stepwise(p, true, [&](size_t rank) { return harmonic * n / rank; });
  }
  return absl::InvalidArgumentError("no such adjustment");
}

}  // namespace analysis
