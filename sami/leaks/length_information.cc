#include "sami/leaks/length_information.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "Eigen/Dense"
#include "base/check.h"

namespace sami {
namespace {

constexpr size_t kFolds = 5;
constexpr double kRidge = 1;
constexpr double kKindRidge = 1e-6;  // a mean is not drawn to 0
constexpr double kLeastVariance = 1e-6;

double LogLength(int64_t characters) { return std::log(std::max<double>(characters, 1)); }

// A normal distribution of the log length under each constitution.
class LengthModel {
 public:
  // Of the queries outside of two folds; the first of them is for what comes after, the second says how sure the fit
  // is.
  LengthModel(absl::Span<const SampleLengths> queries, size_t fold) {
    const size_t sure_fold = (fold + 1) % kFolds;
    std::map<std::string, int> clauses;
    for (size_t q = 0; q < queries.size(); ++q) {
      if (q % kFolds == fold || q % kFolds == sure_fold) continue;
      kinds_.emplace(queries[q].kind, static_cast<int>(kinds_.size()));
      for (const auto& constitution : queries[q].clauses) {
        for (const std::string& clause : constitution) clauses.emplace(clause, static_cast<int>(clauses.size()));
      }
    }
    for (const auto& [clause, index] : clauses) clauses_[clause] = static_cast<int>(kinds_.size()) + index;
    const int k = kinds_.size() + clauses.size();
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(k, k);
    for (int i = 0; i < k; ++i) normal(i, i) = i < static_cast<int>(kinds_.size()) ? kKindRidge : kRidge;
    Eigen::VectorXd right = Eigen::VectorXd::Zero(k);
    const auto of_all = [&](auto visit) {
      for (size_t q = 0; q < queries.size(); ++q) {
        if (q % kFolds == fold || q % kFolds == sure_fold) continue;
        for (size_t j = 0; j < queries[q].own.size(); ++j) visit(queries[q], j);
      }
    };
    of_all([&](const SampleLengths& query, size_t j) {
      const std::vector<int> terms = Terms(query, query.own[j]);
      for (const int a : terms) {
        right[a] += LogLength(query.characters[j]);
        for (const int b : terms) normal(a, b) += 1;
      }
      ++seen_;
    });
    effects_ = normal.ldlt().solve(right);
    std::map<std::string, std::pair<double, double>> squares;  // and their number, by kind
    of_all([&](const SampleLengths& query, size_t j) {
      const double residual = LogLength(query.characters[j]) - Mean(query, query.own[j]);
      squares[query.kind].first += residual * residual;
      ++squares[query.kind].second;
    });
    for (const auto& [kind, sum] : squares) variances_[kind] = std::max(kLeastVariance, sum.first / sum.second);
    double best = 0;
    for (const double scale : {0.125, 0.25, 0.5, 0.75, 1.0}) {
      double nats = 0;
      for (size_t q = sure_fold; q < queries.size(); q += kFolds) {
        for (size_t j = 0; j < queries[q].own.size(); ++j) nats += Nats(queries[q], j, scale);
      }
      if (nats <= best) continue;
      best = nats;
      scale_ = scale;
    }
  }

  // log q(l | own) - log mean_c q(l | c) of sample j. 0 for a kind that was not seen.
  double Nats(const SampleLengths& query, size_t j) const { return Nats(query, j, scale_); }

 private:
  double Nats(const SampleLengths& query, size_t j, double scale) const {
    const auto variance = variances_.find(query.kind);
    if (variance == variances_.end()) return 0;
    std::vector<double> scores;
    for (size_t i = 0; i < query.clauses.size(); ++i) {
      const double residual = LogLength(query.characters[j]) - Mean(query, i);
      scores.push_back(-scale * residual * residual / (2 * variance->second));
    }
    const double highest = *std::max_element(scores.begin(), scores.end());
    double sum = 0;
    for (const double score : scores) sum += std::exp(score - highest);
    const double doubt = 1 / (seen_ + 2);
    return std::log((1 - doubt) * scores.size() * std::exp(scores[query.own[j]] - highest) / sum + doubt);
  }

  // Indices of its kind's mean and of the effects of the clauses that are known.
  std::vector<int> Terms(const SampleLengths& query, int64_t constitution) const {
    std::vector<int> terms = {kinds_.at(query.kind)};
    for (const std::string& clause : query.clauses[constitution]) {
      const auto known = clauses_.find(clause);
      if (known != clauses_.end()) terms.push_back(known->second);
    }
    return terms;
  }

  double Mean(const SampleLengths& query, int64_t constitution) const {
    double mean = 0;
    for (const int term : Terms(query, constitution)) mean += effects_[term];
    return mean;
  }

  std::map<std::string, int> kinds_, clauses_;
  Eigen::VectorXd effects_;
  std::map<std::string, double> variances_;
  double seen_ = 0;   // samples
  double scale_ = 0;  // of the scores, in [0, 1]
};

}  // namespace

std::vector<std::vector<double>> LengthInformation(absl::Span<const SampleLengths> queries) {
  std::vector<std::vector<double>> nats;
  for (const SampleLengths& query : queries) {
    SAMI_CHECK(!query.own.empty() && query.own.size() == query.characters.size());
    for (const int64_t own : query.own) SAMI_CHECK(own >= 0 && own < static_cast<int64_t>(query.clauses.size()));
    nats.emplace_back(query.own.size(), 0.0);
  }
  if (queries.size() < kFolds) return nats;
  for (size_t fold = 0; fold < kFolds; ++fold) {
    const LengthModel model(queries, fold);
    for (size_t q = fold; q < queries.size(); q += kFolds) {
      for (size_t j = 0; j < queries[q].own.size(); ++j) nats[q][j] = model.Nats(queries[q], j);
    }
  }
  return nats;
}

}  // namespace sami
