#include "sami/exact_information.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace sami {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMostSlope = 64;

// log of the mean of exp over the constitutions that `is_in` takes; finite where one of them is.
template <typename IsIn>
double LogMeanExp(const ScoredSamples& query, int64_t sample, const IsIn& is_in) {
  double most = -kInfinity;
  int64_t count = 0;
  for (int64_t i = 0; i < query.n; ++i) {
    if (!is_in(i)) continue;
    most = std::max(most, query.At(i, sample));
    ++count;
  }
  double sum = 0;
  for (int64_t i = 0; i < query.n; ++i) {
    if (is_in(i)) sum += std::exp(query.At(i, sample) - most);
  }
  return most + std::log(sum / count);
}

void Check(const ScoredSamples& query) {
  const int64_t m = query.own.size();
  SAMI_CHECK(m > 0 && query.n > 0 && static_cast<int64_t>(query.log_probs.size()) == query.n * m);
  for (const double log_prob : query.log_probs) SAMI_CHECK(log_prob < kInfinity);  // nor nan
  for (int64_t j = 0; j < m; ++j) SAMI_CHECK(std::isfinite(query.At(query.own[j], j)));
}

// Derivatives of a query's log-likelihood by s, per sample summed: the score and the information.
struct Derivatives {
  double score = 0, information = 0;
};

Derivatives At(const ScoredSamples& query, double s) {
  Derivatives all;
  for (size_t j = 0; j < query.own.size(); ++j) {
    const double own = query.At(query.own[j], j);
    double most = 0;  // of s (L_i - L_own)
    for (int64_t i = 0; i < query.n; ++i) most = std::max(most, s * (query.At(i, j) - own));
    double weights = 0, first = 0, second = 0;
    for (int64_t i = 0; i < query.n; ++i) {
      const double apart = query.At(i, j) - own;
      if (!std::isfinite(apart)) continue;  // impossible: no weight
      const double weight = std::exp(s * apart - most);
      weights += weight;
      first += weight * apart;
      second += weight * apart * apart;
    }
    const double mean = first / weights;
    all.score -= mean;
    all.information += second / weights - mean * mean;
  }
  return all;
}

}  // namespace

double ExactInformation(const ScoredSamples& query) {
  Check(query);
  double sum = 0;
  for (size_t j = 0; j < query.own.size(); ++j) {
    sum += query.At(query.own[j], j) - LogMeanExp(query, j, [](int64_t) { return true; });
  }
  return sum / query.own.size();
}

std::vector<double> InformationByPrinciple(const ScoredSamples& query, const std::vector<std::vector<bool>>& asks) {
  Check(query);
  SAMI_CHECK(static_cast<int64_t>(asks.size()) == query.n);
  const size_t principles = asks[0].size();
  std::vector<double> terms(principles, 0);
  for (size_t j = 0; j < query.own.size(); ++j) {
    const std::vector<bool>& own = asks[query.own[j]];
    double before = LogMeanExp(query, j, [](int64_t) { return true; });
    for (size_t k = 0; k < principles; ++k) {
      const double here = LogMeanExp(
          query, j, [&](int64_t i) { return std::equal(own.begin(), own.begin() + k + 1, asks[i].begin()); });
      terms[k] += (here - before) / query.own.size();
      before = here;
    }
  }
  return terms;
}

double WordingInformation(absl::Span<const double> own, absl::Span<const double> other) {
  SAMI_CHECK(!own.empty() && own.size() == other.size());
  double sum = 0;
  for (size_t j = 0; j < own.size(); ++j) {
    SAMI_CHECK(std::isfinite(own[j]) && other[j] < kInfinity);
    const double apart = other[j] - own[j];
    // -log((1 + exp(apart)) / 2), without overflow.
    sum += std::log(2.0) - std::max(apart, 0.0) - std::log1p(std::exp(-std::abs(apart)));
  }
  return sum / own.size();
}

CalibrationSlope FitCalibrationSlope(absl::Span<const ScoredSamples> queries) {
  const auto total = [&](double s) {
    Derivatives sum;
    for (const ScoredSamples& query : queries) {
      const Derivatives one = At(query, s);
      sum.score += one.score;
      sum.information += one.information;
    }
    return sum;
  };
  const double nan = std::nan("");
  if (total(1).information < 1e-12) return {nan, nan};
  // The log-likelihood is concave: its score falls.
  double low = 0, high = kMostSlope;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (total(middle).score > 0 ? low : high) = middle;
  }
  const double slope = (low + high) / 2;
  double squares = 0, information = 0;
  for (const ScoredSamples& query : queries) {
    const Derivatives one = At(query, slope);
    squares += one.score * one.score;
    information += one.information;
  }
  const double queries_count = queries.size();
  const double few = queries_count > 1 ? queries_count / (queries_count - 1) : nan;
  return {slope, std::sqrt(few * squares) / information};
}

}  // namespace sami
