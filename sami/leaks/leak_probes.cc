#include "sami/leaks/leak_probes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "Eigen/Dense"

namespace sami {
namespace {

constexpr double kRidge = 1;
constexpr double kLeastVariance = 1e-6;

class LengthProbe : public LeakProbe {
 public:
  void Fit(const LeakCorpus& corpus, const std::vector<size_t>& queries) override {
    const int k = corpus.num_clauses;
    Eigen::MatrixXd normal = kRidge * Eigen::MatrixXd::Identity(k, k);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(k);
    for (const size_t q : queries) {
      const LeakFeatures& query = corpus.queries[q];
      for (size_t j = 0; j < query.n(); ++j) {
        for (const int a : query.clauses[j]) {
          right[a] += query.relative_length[j];
          for (const int b : query.clauses[j]) normal(a, b) += 1;
        }
      }
    }
    const Eigen::VectorXd effects = normal.ldlt().solve(right);
    effects_.assign(effects.data(), effects.data() + k);
    variance_ = std::max(kLeastVariance, MeanSquaredResidual(corpus, queries));
  }

  LogProbMatrix Scores(const LeakFeatures& query) const override {
    const std::vector<double> means = Means(query);
    LogProbMatrix scores;
    for (size_t i = 0; i < query.n(); ++i) {
      for (size_t j = 0; j < query.n(); ++j) {
        const double residual = query.relative_length[j] - means[i];
        scores.push_back(-residual * residual / (2 * variance_));
      }
    }
    return scores;
  }

 private:
  // Of the constitutions' lengths, less their mean, as the lengths themselves are.
  std::vector<double> Means(const LeakFeatures& query) const {
    std::vector<double> means(query.n(), 0);
    if (effects_.empty()) return means;
    for (size_t i = 0; i < query.n(); ++i) {
      for (const int clause : query.clauses[i]) means[i] += effects_[clause];
    }
    const double mean = std::accumulate(means.begin(), means.end(), 0.0) / means.size();
    for (double& value : means) value -= mean;
    return means;
  }

  double MeanSquaredResidual(const LeakCorpus& corpus, const std::vector<size_t>& queries) const {
    double sum = 0, count = 0;
    for (const size_t q : queries) {
      const std::vector<double> means = Means(corpus.queries[q]);
      for (size_t j = 0; j < means.size(); ++j) {
        const double residual = corpus.queries[q].relative_length[j] - means[j];
        sum += residual * residual;
        ++count;
      }
    }
    return count == 0 ? 1 : sum / count;
  }

  std::vector<double> effects_;  // by clause
  double variance_ = 1;
};

class WordProbe : public LeakProbe {
 public:
  explicit WordProbe(WordSet words) : words_(words) {}

  void Fit(const LeakCorpus& corpus, const std::vector<size_t>& queries) override {
    num_words_ = words_ == WordSet::kAll ? corpus.num_words : corpus.num_prefixes;
    std::vector<int32_t> with(static_cast<size_t>(corpus.num_clauses) * num_words_, 0);
    std::vector<int32_t> responses(corpus.num_clauses, 0), everywhere(num_words_, 0);
    for (const size_t q : queries) {
      const LeakFeatures& query = corpus.queries[q];
      for (size_t j = 0; j < query.n(); ++j) {
        for (const int word : WordsOf(query)[j]) ++everywhere[word];
        for (const int clause : query.clauses[j]) {
          ++responses[clause];
          for (const int word : WordsOf(query)[j]) ++with[At(clause, word)];
        }
      }
    }
    log_odds_.assign(with.size(), 0);
    log_absent_.assign(corpus.num_clauses, 0);
    for (int clause = 0; clause < corpus.num_clauses; ++clause) {
      // Of a clause that was not seen nothing is known: it scores every response alike.
      if (responses[clause] == 0) continue;
      for (int word = 0; word < num_words_; ++word) {
        if (everywhere[word] < 2) continue;
        const double p = (with[At(clause, word)] + 1.0) / (responses[clause] + 2.0);
        log_odds_[At(clause, word)] = std::log(p) - std::log1p(-p);
        log_absent_[clause] += std::log1p(-p);
      }
    }
  }

  LogProbMatrix Scores(const LeakFeatures& query) const override {
    LogProbMatrix scores(query.n() * query.n(), 0);
    if (log_absent_.empty()) return scores;
    for (size_t i = 0; i < query.n(); ++i) {
      for (size_t j = 0; j < query.n(); ++j) {
        for (const int clause : query.clauses[i]) {
          double& score = scores[i * query.n() + j];
          score += log_absent_[clause];
          for (const int word : WordsOf(query)[j]) score += log_odds_[At(clause, word)];
        }
      }
    }
    return scores;
  }

 private:
  const std::vector<std::vector<int>>& WordsOf(const LeakFeatures& query) const {
    return words_ == WordSet::kAll ? query.words : query.prefix;
  }
  size_t At(int clause, int word) const { return static_cast<size_t>(clause) * num_words_ + word; }

  const WordSet words_;
  int num_words_ = 0;
  std::vector<double> log_odds_;    // [clause][word]: log p - log (1 - p)
  std::vector<double> log_absent_;  // [clause]: sum of log (1 - p)
};

class CopyingProbe : public LeakProbe {
 public:
  void Fit(const LeakCorpus&, const std::vector<size_t>&) override {}
  LogProbMatrix Scores(const LeakFeatures& query) const override { return query.copied; }
};

}  // namespace

std::unique_ptr<LeakProbe> MakeLengthProbe() { return std::make_unique<LengthProbe>(); }
std::unique_ptr<LeakProbe> MakeWordProbe(WordSet words) { return std::make_unique<WordProbe>(words); }
std::unique_ptr<LeakProbe> MakeCopyingProbe() { return std::make_unique<CopyingProbe>(); }

}  // namespace sami
