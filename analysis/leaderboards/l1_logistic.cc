#include "analysis/leaderboards/l1_logistic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"

namespace analysis {
namespace {

using Matrix = std::array<L1Vector, kL1Features>;

constexpr int kMostSteps = 200;
constexpr int kMostSweeps = 10000;
// Of the largest value that a gradient can have: below it, rounding is what is left.
constexpr double kPrecision = 1e-15;
// Of the minimised value: what its sum's rounding may hide.
constexpr double kValuePrecision = 1e-11;

// log(1 + exp(logit)) without overflow.
double LogOnePlusExp(double logit) { return std::max(logit, 0.0) + std::log1p(std::exp(-std::abs(logit))); }

absl::Status Validate(absl::Span<const L1Row> rows, double c) {
  if (rows.empty()) return absl::InvalidArgumentError("logistic regression: there are no rows");
  if (!(c > 0) || !std::isfinite(c)) {
    return absl::InvalidArgumentError(absl::StrCat("logistic regression: C must be above 0, not ", c));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const L1Row& row = rows[i];
    bool is_good = row.label >= 0 && row.label <= 1 && row.weight >= 0 && std::isfinite(row.weight);
    for (const double feature : row.features) is_good = is_good && std::isfinite(feature);
    if (!is_good) return absl::InvalidArgumentError(absl::StrCat("logistic regression: row ", i, " is out of range"));
  }
  return absl::OkStatus();
}

// The smooth part of what is minimised.
class Likelihood {
 public:
  Likelihood(absl::Span<const L1Row> rows, double c) : rows_(rows), c_(c) {
    for (const L1Row& row : rows) {
      for (int j = 0; j < kL1Features; ++j) size_[j] += c * row.weight * std::abs(row.features[j]);
    }
  }

  double Value(const L1Vector& b) const {
    double sum = 0;
    for (const L1Row& row : rows_) {
      const double logit = Dot(row.features, b);
      sum += row.weight * (row.label * LogOnePlusExp(-logit) + (1 - row.label) * LogOnePlusExp(logit));
    }
    return c_ * sum;
  }

  void Derivatives(const L1Vector& b, L1Vector* gradient, Matrix* hessian) const {
    *gradient = {};
    *hessian = {};
    for (const L1Row& row : rows_) {
      const double p = L1Sigmoid(Dot(row.features, b));
      const double slope = c_ * row.weight * (p - row.label), curve = c_ * row.weight * p * (1 - p);
      for (int j = 0; j < kL1Features; ++j) {
        (*gradient)[j] += slope * row.features[j];
        for (int k = 0; k <= j; ++k) (*hessian)[j][k] += curve * row.features[j] * row.features[k];
      }
    }
    for (int j = 0; j < kL1Features; ++j) {
      for (int k = j + 1; k < kL1Features; ++k) (*hessian)[j][k] = (*hessian)[k][j];
    }
  }

  // How large the gradient's entry j can be.
  double size(int j) const { return size_[j]; }

 private:
  absl::Span<const L1Row> rows_;
  double c_;
  L1Vector size_ = {};
};

double Norm(const L1Vector& b) {
  double norm = 0;
  for (const double value : b) norm += std::abs(value);
  return norm;
}

// How far 0 is from the subdifferential, in units of the largest gradient that there can be.
double Violation(const Likelihood& likelihood, const L1Vector& b, const L1Vector& gradient) {
  double largest = 0;
  for (int j = 0; j < kL1Features; ++j) {
    const double violation = b[j] == 0 ? std::abs(gradient[j]) - 1 : std::abs(gradient[j] + (b[j] > 0 ? 1 : -1));
    largest = std::max(largest, violation / (1 + likelihood.size(j)));
  }
  return largest;
}

// argmin over d of gradient d + d hessian d / 2 + |b + d|_1.
L1Vector Step(const L1Vector& b, const L1Vector& gradient, const Matrix& hessian) {
  L1Vector d = {};
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    double largest = 0;
    for (int j = 0; j < kL1Features; ++j) {
      // A feature that is 0 in all rows; or one whose fitted values are all 0 or 1, which no step changes.
      if (hessian[j][j] <= 0) continue;
      const double slope = gradient[j] + Dot(hessian[j], d) - hessian[j][j] * d[j];
      // The best b_j + d_j: the minimum of the parabola, moved towards 0 by the penalty.
      const double target = b[j] - slope / hessian[j][j], shrink = 1 / hessian[j][j];
      const double moved = target > shrink ? target - shrink : target < -shrink ? target + shrink : 0;
      largest = std::max(largest, std::abs(moved - b[j] - d[j]));
      d[j] = moved - b[j];
    }
    if (largest <= 1e-16 * (1 + Norm(b))) break;
  }
  return d;
}

L1Vector Plus(const L1Vector& b, const L1Vector& d, double times) {
  L1Vector sum;
  for (int j = 0; j < kL1Features; ++j) {
    sum[j] = b[j] + times * d[j];
    // b + (-b) is 0, and what a step of coordinate descent made 0 must be it.
    if (times == 1 && d[j] == -b[j]) sum[j] = 0;
  }
  return sum;
}

}  // namespace

double L1Sigmoid(double logit) {
  if (logit >= 0) return 1 / (1 + std::exp(-logit));
  const double exp = std::exp(logit);
  return exp / (1 + exp);
}

double Dot(const L1Vector& a, const L1Vector& b) {
  double sum = 0;
  for (int j = 0; j < kL1Features; ++j) sum += a[j] * b[j];
  return sum;
}

absl::StatusOr<L1Vector> FitL1Logistic(absl::Span<const L1Row> rows, double c, const L1Vector& start) {
  if (const absl::Status status = Validate(rows, c); !status.ok()) return status;
  const Likelihood likelihood(rows, c);
  L1Vector b = start, gradient;
  Matrix hessian;
  bool is_last = false;
  double violation = std::numeric_limits<double>::infinity();
  L1Vector best = b;
  for (int step = 0; step < kMostSteps; ++step) {
    likelihood.Derivatives(b, &gradient, &hessian);
    const double reached = Violation(likelihood, b, gradient);
    // Where the last step promised less than the value's rounding, the conditions alone tell whether it was any good.
    if (reached < violation) best = b;
    if (reached <= kPrecision || (is_last && reached >= violation)) break;
    violation = std::min(violation, reached);
    const L1Vector d = Step(b, gradient, hessian);
    const double value = likelihood.Value(b) + Norm(b);
    const double promised = Dot(gradient, d) + Norm(Plus(b, d, 1)) - Norm(b);
    is_last = -promised <= kValuePrecision * (1 + value);
    double times = 1;
    const auto is_worse = [&] {
      const L1Vector next = Plus(b, d, times);
      return likelihood.Value(next) + Norm(next) > value + 1e-4 * times * promised;
    };
    while (!is_last && times > 1e-10 && is_worse()) times /= 2;
    b = Plus(b, d, times);
  }
  return best;
}

}  // namespace analysis
