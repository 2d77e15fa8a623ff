#include "analysis/measures/mutual_information.h"

#include "absl/strings/str_cat.h"
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

absl::StatusOr<std::vector<MutualInformationRow>> MutualInformation(absl::Span<const MutualInformationSample> samples,
                                                                    const BootstrapOptions& options) {
  std::vector<MutualInformationRow> rows;
  for (const MutualInformationSample& sample : samples) {
    if (sample.nats.size() != sample.permuted_nats.size()) {
      return absl::InvalidArgumentError(absl::StrCat("mutual information, ", sample.arm, ": ", sample.nats.size(),
                                                     " queries, but ", sample.permuted_nats.size(), " permuted ones"));
    }
    MutualInformationRow row{sample.arm};
    ASSIGN_OR_RETURN(row.nats, Mean(sample.nats, sample.arm, options));
    ASSIGN_OR_RETURN(row.permuted, Mean(sample.permuted_nats, absl::StrCat(sample.arm, "/permuted"), options));
    if (!sample.log_n_minus_loss.empty()) {
      ASSIGN_OR_RETURN(row.log_n_minus_loss,
                       Mean(sample.log_n_minus_loss, absl::StrCat(sample.arm, "/log_n_minus_loss"), options));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace analysis
