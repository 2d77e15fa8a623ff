#include "analysis/measures/length_control.h"

#include <cmath>

#include "Eigen/Dense"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace analysis {
namespace {

using Eigen::ArrayXd;
using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int64_t kLeastQuestions = 10;
// A coefficient this large (in logits) means a fit that runs to infinity.
constexpr double kSeparated = 15;

ArrayXd Sigmoid(const VectorXd& logits) { return 1 / (1 + (-logits.array()).exp()); }

absl::Status Validate(absl::Span<const double> scores, absl::Span<const double> lengths,
                      absl::Span<const double> difficulties) {
  const size_t n = scores.size();
  if (lengths.size() != n || (!difficulties.empty() && difficulties.size() != n)) {
    return absl::InvalidArgumentError(absl::StrCat("length control: ", n, " scores, ", lengths.size(), " lengths, ",
                                                   difficulties.size(), " difficulties"));
  }
  if (n < kLeastQuestions) {
    return absl::InvalidArgumentError(
        absl::StrCat("length control needs at least ", kLeastQuestions, " questions, not ", n));
  }
  for (size_t i = 0; i < n; ++i) {
    if (scores[i] >= 0 && scores[i] <= 1 && std::isfinite(lengths[i]) &&
        (difficulties.empty() || std::isfinite(difficulties[i]))) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("length control: question ", i, " has score ", scores[i], " and length difference ", lengths[i]));
  }
  return absl::OkStatus();
}

// Columns 1, tanh(d / sd(d)) and, if given, h.
MatrixXd Design(absl::Span<const double> lengths, absl::Span<const double> difficulties, double deviation) {
  const int64_t n = lengths.size();
  MatrixXd design = MatrixXd::Ones(n, difficulties.empty() ? 2 : 3);
  design.col(1) = (Map<const ArrayXd>(lengths.data(), n) / deviation).tanh();
  if (!difficulties.empty()) design.col(2) = Map<const VectorXd>(difficulties.data(), n);
  return design;
}

// Newton's method on the log-likelihood, which is concave.
absl::StatusOr<VectorXd> Fit(const MatrixXd& design, const VectorXd& scores) {
  VectorXd beta = VectorXd::Zero(design.cols());
  for (int step = 0; step < 100; ++step) {
    const ArrayXd fitted = Sigmoid(design * beta), weight = fitted * (1 - fitted);
    const MatrixXd information = design.transpose() * weight.matrix().asDiagonal() * design;
    const VectorXd change = information.ldlt().solve(design.transpose() * (scores - fitted.matrix()));
    if (!change.allFinite()) break;
    beta += change * std::min(1.0, 5 / change.cwiseAbs().maxCoeff());
    if (beta.cwiseAbs().maxCoeff() > kSeparated) break;
    if (change.cwiseAbs().maxCoeff() < 1e-10) return beta;
  }
  return absl::InvalidArgumentError(
      "length control: the scores follow from the lengths or are all alike, and the fit is at infinity");
}

}  // namespace

absl::StatusOr<LengthControlled> LengthControlledWinRate(absl::Span<const double> scores,
                                                         absl::Span<const double> length_differences,
                                                         absl::Span<const double> difficulties, double level) {
  RETURN_IF_ERROR(Validate(scores, length_differences, difficulties));
  const int64_t n = scores.size();
  const Map<const VectorXd> y(scores.data(), n);
  const Map<const ArrayXd> lengths(length_differences.data(), n);
  const double deviation = std::sqrt((lengths - lengths.mean()).square().mean());
  if (!(deviation > 0)) return absl::InvalidArgumentError("length control: all length differences are equal");
  const MatrixXd design = Design(length_differences, difficulties, deviation);
  ASSIGN_OR_RETURN(const VectorXd beta, Fit(design, y));

  MatrixXd level_design = design;
  level_design.col(1).setZero();
  const ArrayXd fitted = Sigmoid(design * beta), controlled = Sigmoid(level_design * beta);
  const ArrayXd weight = fitted * (1 - fitted), slope = controlled * (1 - controlled);
  const MatrixXd information = design.transpose() * weight.matrix().asDiagonal() * design;
  // Row i: n times the influence of question i on the coefficients.
  const MatrixXd residuals = design.array().colwise() * (y.array() - fitted);
  const MatrixXd influence = n * information.ldlt().solve(residuals.transpose()).transpose();
  const VectorXd gradient = (level_design.array().colwise() * slope).colwise().mean();
  const ArrayXd on_rate = (influence * gradient).array() + controlled - controlled.mean();
  // As many degrees of freedom as coefficients are lost.
  const double correction = 1.0 / n / (n - design.cols());

  LengthControlled result;
  result.length_effect = beta(1);
  result.length_error = std::sqrt(influence.col(1).squaredNorm() * correction);
  ASSIGN_OR_RETURN(result.win_rate,
                   ScoreIntervalFromError(controlled.mean(), std::sqrt(on_rate.square().sum() * correction), n, level));
  return result;
}

}  // namespace analysis
