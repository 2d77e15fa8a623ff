#include "analysis/statistics/count_bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace analysis {
namespace {

constexpr double kNegligible = 1e-15;

double Share(const AttemptCounts& counts) { return static_cast<double>(counts.correct) / counts.attempts; }

double BinomialProbability(int64_t n, int64_t x, double p) {
  if (p == 0 || p == 1) return x == n * p;
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(x + 1.0) - std::lgamma(n - x + 1.0) + x * std::log(p) +
                  (n - x) * std::log1p(-p));
}

absl::Status ValidateCounts(absl::Span<const AttemptCounts> questions) {
  if (questions.empty()) return absl::InvalidArgumentError("a two-level bootstrap needs at least one question");
  if (questions.size() > std::numeric_limits<uint32_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat(questions.size(), " questions: at most 2^32 - 1 are possible"));
  }
  for (size_t i = 0; i < questions.size(); ++i) {
    const auto& [attempts, correct] = questions[i];
    if (attempts >= 1 && attempts <= std::numeric_limits<int32_t>::max() && correct >= 0 && correct <= attempts) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat("question ", i, " of ", questions.size(), " has ", correct,
                                                   " correct of ", attempts, " attempts"));
  }
  return absl::OkStatus();
}

// An arm's questions; those of equal counts share a table.
class Arm {
 public:
  explicit Arm(absl::Span<const AttemptCounts> questions) {
    for (const AttemptCounts& counts : questions) {
      const std::pair<int64_t, int64_t> key = {counts.attempts, counts.correct};
      auto found = tables_.find(key);
      if (found == tables_.end()) found = tables_.emplace(key, counts).first;
      table_of_.push_back(&found->second);
    }
  }
  Arm(const Arm&) = delete;
  Arm& operator=(const Arm&) = delete;

  double Draw(uint32_t question, IndexStream& stream) const { return table_of_[question]->Draw(stream); }

 private:
  std::map<std::pair<int64_t, int64_t>, ShareTable> tables_;
  std::vector<const ShareTable*> table_of_;
};

// `scores` are the questions' values in the data; draw(question, stream) is one resampled within the question.
template <typename Draw>
absl::StatusOr<Estimate> TwoLevel(absl::Span<const double> scores, const Draw& draw, const BootstrapOptions& options) {
  const int64_t n = scores.size();
  std::vector<double> replicates(options.resamples);
  ForEachResample(options.resamples, options.seed, options.stream, options.threads,
                  [&](int64_t r, IndexStream& stream) {
                    double total = 0;
                    for (int64_t i = 0; i < n; ++i) total += draw(stream.Below(n), stream);
                    replicates[r] = total / n;
                  });
  const double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
  const auto leave_one_out = [&] {
    std::vector<double> means;
    for (const double score : scores) means.push_back((sum - score) / (n - 1));
    return means;
  };
  return BootstrapEstimate(n, sum / n, std::move(replicates), leave_one_out, options);
}

}  // namespace

ShareTable::ShareTable(const AttemptCounts& counts) {
  const int64_t n = counts.attempts;
  SAMI_CHECK(n >= 1 && counts.correct >= 0 && counts.correct <= n) << counts.correct << " of " << n;
  std::vector<double> shares, weights;
  for (int64_t x = 0; x <= n; ++x) {
    const double p = BinomialProbability(n, x, Share(counts));
    if (p < kNegligible) continue;
    shares.push_back(static_cast<double>(x) / n);
    weights.push_back(p);
  }
  // Each cell has mean weight: a light outcome is filled up with a heavy one.
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / weights.size();
  std::vector<size_t> light, heavy;
  for (size_t i = 0; i < weights.size(); ++i) {
    cells_.push_back({{shares[i], shares[i]}, 0});
    weights[i] /= mean;
    (weights[i] < 1 ? light : heavy).push_back(i);
  }
  while (!light.empty() && !heavy.empty()) {
    const size_t poor = light.back(), rich = heavy.back();
    light.pop_back();
    cells_[poor].shares[1] = shares[rich];
    cells_[poor].keep = static_cast<uint32_t>(std::min(weights[poor] * 0x1p32, 0x1p32 - 1));
    weights[rich] -= 1 - weights[poor];
    if (weights[rich] >= 1) continue;
    heavy.pop_back();
    light.push_back(rich);
  }
}

absl::StatusOr<Estimate> TwoLevelAccuracy(absl::Span<const AttemptCounts> questions, const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(options));
  RETURN_IF_ERROR(ValidateCounts(questions));
  const Arm arm(questions);
  std::vector<double> scores;
  for (const AttemptCounts& counts : questions) scores.push_back(Share(counts));
  return TwoLevel(
      scores, [&](uint32_t question, IndexStream& stream) { return arm.Draw(question, stream); }, options);
}

absl::StatusOr<Estimate> TwoLevelDifference(absl::Span<const AttemptCounts> a, absl::Span<const AttemptCounts> b,
                                            const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(options));
  RETURN_IF_ERROR(ValidateCounts(a));
  RETURN_IF_ERROR(ValidateCounts(b));
  if (a.size() != b.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the arms have ", a.size(), " and ", b.size(), " questions: give those of both"));
  }
  const Arm arm_a(a), arm_b(b);
  std::vector<double> scores;
  for (size_t i = 0; i < a.size(); ++i) scores.push_back(Share(a[i]) - Share(b[i]));
  const auto draw = [&](uint32_t question, IndexStream& stream) {
    const double share = arm_a.Draw(question, stream);
    return share - arm_b.Draw(question, stream);
  };
  return TwoLevel(scores, draw, options);
}

}  // namespace analysis
