#include "analysis/measures/power.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/estimate.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status Validate(double deviation, const PowerOptions& options) {
  if (!(deviation >= 0) || std::isinf(deviation)) {
    return absl::InvalidArgumentError(absl::StrCat("a standard deviation must be 0 or more, not ", deviation));
  }
  if (!(options.level > 0 && options.level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", options.level));
  }
  if (!(options.power > 0 && options.power < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("the power must be in (0, 1), not ", options.power));
  }
  return absl::OkStatus();
}

double Effect(double deviation, int64_t n, const PowerOptions& options) {
  return (StudentCritical(options.level, n - 1) + NormalQuantile(options.power)) * deviation / std::sqrt(n);
}

}  // namespace

absl::StatusOr<double> MinimalDetectableEffect(double deviation, int64_t n, const PowerOptions& options) {
  RETURN_IF_ERROR(Validate(deviation, options));
  if (n < 2) return absl::InvalidArgumentError(absl::StrCat("at least two questions are needed, not ", n));
  return std::max(0.0, Effect(deviation, n, options));
}

absl::StatusOr<int64_t> QuestionsNeeded(double deviation, double effect, const PowerOptions& options) {
  constexpr int64_t kMost = 1000000000000;
  RETURN_IF_ERROR(Validate(deviation, options));
  if (!(effect > 0) || std::isinf(effect)) {
    return absl::InvalidArgumentError(absl::StrCat("the effect must be above 0, not ", effect));
  }
  if (Effect(deviation, kMost, options) > effect) {
    return absl::InvalidArgumentError(absl::StrCat("an effect of ", effect, " at a standard deviation of ", deviation,
                                                   " needs more than 10^12 questions"));
  }
  int64_t low = 1, high = kMost;  // Effect falls with n; high suffices, low does not
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (Effect(deviation, middle, options) <= effect ? high : low) = middle;
  }
  return high;
}

namespace {

constexpr int kLevels = 4;  // question, sample, order, repeat

// A unit of level l is named by the first l + 1 members of the path.
using Path = std::array<int64_t, kLevels>;

Path Truncated(Path path, int level) {
  for (int l = level + 1; l < kLevels; ++l) path[l] = 0;
  return path;
}

struct Group {
  double sum = 0;
  double count = 0;
};

using Groups = std::map<Path, Group>;

absl::StatusOr<std::array<Groups, kLevels>> GroupByLevel(absl::Span<const ScoredRepeat> scores) {
  std::array<Groups, kLevels> groups;
  for (const ScoredRepeat& scored : scores) {
    const Path path = {scored.question, scored.sample, scored.order, scored.repeat};
    const std::string name =
        absl::StrCat("question ", path[0], ", sample ", path[1], ", order ", path[2], ", repeat ", path[3]);
    if (!std::isfinite(scored.score)) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": the score is ", scored.score));
    }
    for (int level = 0; level < kLevels; ++level) {
      Group& group = groups[level][Truncated(path, level)];
      group.sum += scored.score;
      group.count += 1;
    }
    if (groups[kLevels - 1][path].count > 1) return absl::InvalidArgumentError(absl::StrCat(name, " occurs twice"));
  }
  if (groups[0].size() < 2) return absl::InvalidArgumentError("splitting the variance needs at least two questions");
  return groups;
}

// sum over units g of `outer` of sum over units h of `inner` within g of n_h^2 / n_g: the weight of the inner level's
// variance in the outer level's sum of squares. outer = -1 is the grand mean.
double Weight(const std::array<Groups, kLevels>& groups, int outer, int inner, double total) {
  double weight = 0;
  for (const auto& [path, group] : groups[inner]) {
    const double within = outer < 0 ? total : groups[outer].at(Truncated(path, outer)).count;
    weight += group.count * group.count / within;
  }
  return weight;
}

// Scores are centred first: the sums of squares are then not differences of large numbers.
double SquaresOver(const Groups& groups, double mean) {
  double squares = 0;
  for (const auto& [path, group] : groups) {
    const double sum = group.sum - group.count * mean;
    squares += sum * sum / group.count;
  }
  return squares;
}

std::vector<double> OrderMeans(absl::Span<const ScoredRepeat> scores, double mean) {
  std::map<int64_t, Group> orders;
  for (const ScoredRepeat& scored : scores) {
    orders[scored.order].sum += scored.score - mean;
    orders[scored.order].count += 1;
  }
  std::vector<double> means;
  for (const auto& [order, group] : orders) means.push_back(group.sum / group.count);
  return means;
}

}  // namespace

double VarianceSplit::OfQuestionMean(int64_t samples, int64_t orders, int64_t repeats) const {
  const auto of = [](double variance) { return std::isnan(variance) ? 0 : variance; };
  return of(question) + (of(sample) + (of(order) + of(repeat) / repeats) / orders) / samples;
}

absl::StatusOr<VarianceSplit> SplitVariance(absl::Span<const ScoredRepeat> scores) {
  ASSIGN_OR_RETURN(const auto groups, GroupByLevel(scores));
  const double total = scores.size();
  VarianceSplit split;
  for (const auto& [path, group] : groups[0]) split.mean += group.sum / total;
  split.order_means = OrderMeans(scores, split.mean);

  // E[squares at l - squares at l - 1] = sum over m >= l of variance_m (weight(l, m) - weight(l - 1, m)): solved from
  // the innermost level outwards.
  std::array<double, kLevels> variances;
  for (int level = kLevels - 1; level >= 0; --level) {
    split.units[level] = groups[level].size();
    const bool told_apart = level == 0 || groups[level].size() > groups[level - 1].size();
    variances[level] = kUndefined;
    if (!told_apart) continue;
    double squares = SquaresOver(groups[level], split.mean);
    if (level > 0) squares -= SquaresOver(groups[level - 1], split.mean);
    for (int inner = level + 1; inner < kLevels; ++inner) {
      if (std::isnan(variances[inner])) continue;
      squares -= variances[inner] * (Weight(groups, level, inner, total) - Weight(groups, level - 1, inner, total));
    }
    const double own = total - Weight(groups, level - 1, level, total);
    variances[level] = squares / own;
  }
  for (double& variance : variances) variance = variance < 0 ? 0 : variance;
  split.question = variances[0];
  split.sample = variances[1];
  split.order = variances[2];
  split.repeat = variances[3];
  return split;
}

}  // namespace analysis
