#include "sami/information_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"
#include "base/random.h"

namespace sami {
namespace {

constexpr double kMaxScale = 64;
constexpr int kBisections = 50;

// n of an n x n matrix.
int64_t Order(const LogProbMatrix& matrix) { return std::llround(std::sqrt(static_cast<double>(matrix.size()))); }

struct ValueAndSlope {
  double value = 0;
  double slope = 0;
};

// log sum_k exp(s x_k) over n entries that lie `stride` apart, and its derivative in s.
ValueAndSlope LogSumExp(const double* x, int64_t n, int64_t stride, double s) {
  double highest = -std::numeric_limits<double>::infinity();
  for (int64_t k = 0; k < n; ++k) highest = std::max(highest, s * x[k * stride]);
  double sum = 0, weighted = 0;
  for (int64_t k = 0; k < n; ++k) {
    const double e = std::exp(s * x[k * stride] - highest);
    sum += e;
    weighted += e * x[k * stride];
  }
  return {highest + std::log(sum), weighted / sum};
}

// log n minus the cross-entropy of L's rows: which response was written under constitution i?
double RowTerm(const LogProbMatrix& matrix, int64_t n) {
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += matrix[i * n + i] - LogSumExp(&matrix[i * n], n, 1, 1).value;
  return std::log(static_cast<double>(n)) + total / n;
}

// b(s) and its derivative in s, in which it is concave: the column term of s L.
ValueAndSlope ColumnTerm(const LogProbMatrix& matrix, int64_t n, double s) {
  ValueAndSlope total;
  for (int64_t j = 0; j < n; ++j) {
    const double diagonal = matrix[j * n + j];
    const ValueAndSlope normalizer = LogSumExp(&matrix[j], n, n, s);
    total.value += s * diagonal - normalizer.value;
    total.slope += diagonal - normalizer.slope;
  }
  return {std::log(static_cast<double>(n)) + total.value / n, total.slope / n};
}

std::vector<double> Calibrated(const std::vector<LogProbMatrix>& matrices) {
  std::vector<LogProbMatrix> halves[2];
  for (size_t q = 0; q < matrices.size(); ++q) halves[q % 2].push_back(matrices[q]);
  const double scale_of[] = {BestScale(halves[1]), BestScale(halves[0])};
  std::vector<double> bounds;
  for (size_t q = 0; q < matrices.size(); ++q)
    bounds.push_back(ColumnTerm(matrices[q], Order(matrices[q]), scale_of[q % 2]).value);
  return bounds;
}

// Column j is what is said to be response j.
LogProbMatrix PermuteResponses(const LogProbMatrix& matrix, int64_t n, base::RandomStream stream) {
  std::vector<int64_t> response(n);
  std::iota(response.begin(), response.end(), 0);
  stream.Shuffle(response);
  LogProbMatrix permuted(matrix.size());
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t j = 0; j < n; ++j) permuted[i * n + j] = matrix[i * n + response[j]];
  }
  return permuted;
}

}  // namespace

double BestScale(const std::vector<LogProbMatrix>& matrices) {
  const auto slope = [&](double s) {
    double sum = 0;
    for (const LogProbMatrix& matrix : matrices) sum += ColumnTerm(matrix, Order(matrix), s).slope;
    return sum;
  };
  if (slope(0) <= 0) return 0;
  if (slope(kMaxScale) >= 0) return kMaxScale;
  double low = 0, high = kMaxScale;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (slope(middle) > 0 ? low : high) = middle;
  }
  return low;
}

InformationBound BoundInformation(const std::vector<LogProbMatrix>& matrices, uint64_t seed) {
  if (matrices.empty()) return {};
  const int64_t n = Order(matrices[0]);
  SAMI_CHECK(n >= 2);
  InformationBound bound;
  std::vector<LogProbMatrix> permuted;
  for (size_t q = 0; q < matrices.size(); ++q) {
    SAMI_CHECK_EQ(matrices[q].size(), static_cast<size_t>(n * n));
    for (const double value : matrices[q]) SAMI_CHECK(std::isfinite(value)) << "query " << q;
    bound.plain.push_back((RowTerm(matrices[q], n) + ColumnTerm(matrices[q], n, 1).value) / 2);
    permuted.push_back(PermuteResponses(matrices[q], n, base::RandomStream(seed, "sami/permuted_labels", q)));
  }
  bound.calibrated = Calibrated(matrices);
  bound.permuted = Calibrated(permuted);
  return bound;
}

}  // namespace sami
