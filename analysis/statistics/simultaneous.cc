#include "analysis/statistics/simultaneous.h"

#include <algorithm>
#include <cmath>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/resampling.h"
#include "base/status.h"

namespace analysis {
namespace {

// J quantities over n items.
using MatrixJn = Eigen::MatrixXd;

absl::Status ValidateValues(const std::vector<std::vector<double>>& values) {
  if (values.empty()) return absl::InvalidArgumentError("a band needs at least one quantity");
  for (size_t j = 0; j < values.size(); ++j) {
    if (values[j].empty() || values[j].size() != values[0].size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("quantity ", j, " has ", values[j].size(), " items, the first ", values[0].size()));
    }
    for (size_t i = 0; i < values[j].size(); ++i) {
      if (std::isfinite(values[j][i])) continue;
      return absl::InvalidArgumentError(absl::StrCat("quantity ", j, " of item ", i, " is ", values[j][i]));
    }
  }
  return absl::OkStatus();
}

// The quantities that vary, each in units of its standard error: a resample's sum over items is (mean* - mean) / se.
MatrixJn Standardised(const std::vector<std::vector<double>>& values) {
  const int64_t n = values[0].size();
  MatrixJn scaled(values.size(), n);
  int64_t varying = 0;
  for (const std::vector<double>& quantity : values) {
    const Eigen::Map<const Eigen::RowVectorXd> row(quantity.data(), n);
    const Eigen::RowVectorXd centred = row.array() - row.mean();
    const double norm = centred.norm();
    if (norm <= 1e-12 * row.norm()) continue;
    scaled.row(varying++) = centred / norm;
  }
  return scaled.topRows(varying);
}

}  // namespace

absl::StatusOr<double> SimultaneousLevel(const std::vector<std::vector<double>>& values,
                                         const BootstrapOptions& options) {
  RETURN_IF_ERROR(Validate(options));
  RETURN_IF_ERROR(ValidateValues(values));
  const double bonferroni = 1 - (1 - options.level) / values.size();
  const MatrixJn scaled = Standardised(values);
  if (scaled.rows() == 0) return bonferroni;
  const int64_t n = scaled.cols();
  std::vector<double> maxima(options.resamples);
  ForEachResample(options.resamples, options.seed, options.stream, options.threads,
                  [&](int64_t r, IndexStream& stream) {
                    Eigen::VectorXd sum = Eigen::VectorXd::Zero(scaled.rows());
                    for (int64_t i = 0; i < n; ++i) sum += scaled.col(stream.Below(n));
                    maxima[r] = sum.cwiseAbs().maxCoeff();
                  });
  std::sort(maxima.begin(), maxima.end());
  const double critical = SortedQuantile(maxima, options.level);
  return std::clamp(2 * NormalCdf(critical) - 1, options.level, bonferroni);
}

}  // namespace analysis
