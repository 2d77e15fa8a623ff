#include "analysis/measures/mutual_information.h"

#include <cmath>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace analysis {
namespace {

// Below so many, BCa covers the mean of skewed values too rarely (docs/statistics.md).
constexpr size_t kFewQueries = 200;

absl::StatusOr<Estimate> Mean(const std::vector<double>& values, absl::string_view name, BootstrapOptions options) {
  absl::StrAppend(&options.stream, "/", name);
  absl::StatusOr<Estimate> estimate =
      values.size() < kFewQueries ? BootstrapTMean(values, options) : BootstrapMean(values, options);
  if (estimate.ok() && estimate->method == kMethodNone) estimate = StudentInterval(values, options.level);
  if (!estimate.ok()) return base::Annotate(estimate.status(), absl::StrCat("mutual information, ", name));
  return estimate;
}

}  // namespace

bool SamplerAndScorerDisagree(const MutualInformationRow& row) {
  return std::abs(row.slope.value - 1) > NormalQuantile(1 - 0.001 / 2) * row.slope.standard_error;
}

absl::StatusOr<std::vector<MutualInformationRow>> MutualInformation(absl::Span<const MutualInformationSample> samples,
                                                                    const BootstrapOptions& options) {
  std::vector<MutualInformationRow> rows;
  for (const MutualInformationSample& sample : samples) {
    MutualInformationRow row{sample.arm, sample.most};
    ASSIGN_OR_RETURN(row.nats, Mean(sample.nats, sample.arm, options));
    const std::tuple<const char*, const std::vector<double>&, Estimate&> others[] = {
        {"bound", sample.bound, row.bound},
        {"beyond_length", sample.beyond_length, row.beyond_length},
        {"order", sample.order, row.order},
        {"paraphrase", sample.paraphrase, row.paraphrase},
        {"irrelevant", sample.irrelevant, row.irrelevant}};
    for (const auto& [name, values, estimate] : others) {
      if (values.empty()) continue;
      ASSIGN_OR_RETURN(estimate, Mean(values, absl::StrCat(sample.arm, "/", name), options));
    }
    if (!sample.adherence.empty()) {
      ASSIGN_OR_RETURN(row.adherence, ScoreMeanInterval(sample.adherence, options.level));
    }
    const double half = NormalQuantile((1 + options.level) / 2) * sample.slope_error;
    row.slope = {sample.slope,  sample.slope_error, sample.slope - half, sample.slope + half,
                 options.level, row.nats.n,         kMethodSandwich};
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace analysis
