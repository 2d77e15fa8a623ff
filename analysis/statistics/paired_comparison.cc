#include "analysis/statistics/paired_comparison.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/resampling.h"
#include "base/check.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status ValidateDifferences(absl::Span<const double> differences) {
  if (differences.empty()) return absl::InvalidArgumentError("a permutation test needs at least one item");
  for (size_t i = 0; i < differences.size(); ++i) {
    if (std::isfinite(differences[i])) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("difference ", i, " of ", differences.size(), " is ", differences[i]));
  }
  return absl::OkStatus();
}

// Sign patterns with |sum| >= threshold, of all patterns. Neighbours in Gray's code differ in one sign; sums are taken
// anew every so often, as rounding adds up.
int64_t CountExact(const std::vector<double>& differences, double threshold) {
  const int64_t patterns = int64_t{1} << differences.size();
  std::vector<double> signed_values = differences;
  int64_t hits = 0;
  double sum = 0;
  for (int64_t pattern = 0; pattern < patterns; ++pattern) {
    if (pattern > 0) {
      double& flipped = signed_values[__builtin_ctzll(pattern)];
      flipped = -flipped;
      sum += 2 * flipped;
    }
    if (pattern % 1024 == 0) {
      sum = 0;
      for (double value : signed_values) sum += value;
    }
    hits += std::abs(sum) >= threshold;
  }
  return hits;
}

}  // namespace

McNemarTest McNemar(int64_t only_a, int64_t only_b) {
  SAMI_CHECK(only_a >= 0 && only_b >= 0) << only_a << ", " << only_b;
  McNemarTest test;
  const int64_t n = only_a + only_b;
  if (n == 0) return test;
  test.exact_p = TestSigns(only_a, only_b).two_sided_p;
  test.mid_p = test.exact_p - BinomialProbability(std::min(only_a, only_b), n, 0.5);
  const double difference = std::abs(static_cast<double>(only_a - only_b));
  test.chi_squared = difference * difference / n;
  test.chi_squared_p = ChiSquaredTail(test.chi_squared);
  test.corrected_chi_squared = (difference - 1) * (difference - 1) / n;
  test.corrected_p = ChiSquaredTail(test.corrected_chi_squared);
  return test;
}

SignTest TestSigns(int64_t positive, int64_t negative) {
  SAMI_CHECK(positive >= 0 && negative >= 0) << positive << ", " << negative;
  const int64_t n = positive + negative;
  SignTest test;
  test.two_sided_p = std::min(1.0, 2 * BinomialCdf(std::min(positive, negative), n, 0.5));
  test.greater_p = BinomialCdf(negative, n, 0.5);
  return test;
}

absl::StatusOr<PermutationTest> PermutePaired(absl::Span<const double> differences, const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(options));
  RETURN_IF_ERROR(ValidateDifferences(differences));
  std::vector<double> nonzero;  // a difference of 0 has no sign to flip
  double sum = 0, size = 0;
  for (double difference : differences) {
    if (difference == 0) continue;
    nonzero.push_back(difference);
    sum += difference;
    size += std::abs(difference);
  }
  // A sum of the same terms in another order may differ in its last bits.
  const double threshold = std::abs(sum) - 1e-12 * size;
  PermutationTest test;
  if (nonzero.size() <= kExactPermutationItems) {
    test.exact = true;
    test.flips = int64_t{1} << nonzero.size();
    test.two_sided_p = static_cast<double>(CountExact(nonzero, threshold)) / test.flips;
    return test;
  }
  test.flips = options.resamples;
  std::vector<char> hit(options.resamples);
  ForEachResample(options.resamples, options.seed, options.stream, options.threads,
                  [&](int64_t r, IndexStream& stream) {
                    double drawn = 0;
                    for (double difference : nonzero) drawn += stream.Below(2) == 0 ? difference : -difference;
                    hit[r] = std::abs(drawn) >= threshold;
                  });
  test.two_sided_p = (std::count(hit.begin(), hit.end(), 1) + 1.0) / (test.flips + 1.0);
  return test;
}

}  // namespace analysis
