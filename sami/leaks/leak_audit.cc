#include "sami/leaks/leak_audit.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/check.h"
#include "sami/information_bound.h"
#include "sami/leaks/leak_features.h"
#include "sami/leaks/leak_probes.h"

namespace sami {
namespace {

constexpr size_t kFolds = 5;

// 1/k where the k largest of n entries, `stride` apart, are equal and entry `own` is one of them; else 0.
double Hit(const double* scores, size_t n, size_t stride, size_t own) {
  size_t equal = 0;
  for (size_t k = 0; k < n; ++k) {
    if (scores[k * stride] > scores[own * stride]) return 0;
    equal += scores[k * stride] == scores[own * stride];
  }
  return 1.0 / equal;
}

// How sure of its scores a probe may be.
struct Calibration {
  double scale = 0;
  double doubt = 1;
};

// n q(constitution i | response j), for all i and j.
LogProbMatrix Posteriors(const LogProbMatrix& scores, size_t n, const Calibration& calibration) {
  LogProbMatrix posteriors(n * n);
  for (size_t j = 0; j < n; ++j) {
    double highest = scores[j], sum = 0;
    for (size_t i = 0; i < n; ++i) highest = std::max(highest, scores[i * n + j]);
    for (size_t i = 0; i < n; ++i) {
      posteriors[i * n + j] = std::exp(calibration.scale * (scores[i * n + j] - highest));
      sum += posteriors[i * n + j];
    }
    for (size_t i = 0; i < n; ++i) {
      posteriors[i * n + j] = (1 - calibration.doubt) * n * posteriors[i * n + j] / sum + calibration.doubt;
    }
  }
  return posteriors;
}

void Measure(const LogProbMatrix& scores, size_t n, const Calibration& calibration, size_t query,
             LeakMeasure* measure) {
  const LogProbMatrix posteriors = Posteriors(scores, n, calibration);
  double row = 0, col = 0, nats = 0, diagonal = 0, all = 0;
  for (size_t i = 0; i < n; ++i) {
    row += Hit(&posteriors[i * n], n, 1, i);
    col += Hit(&posteriors[i], n, n, i);
    nats += std::log(posteriors[i * n + i]);
    diagonal += scores[i * n + i];
  }
  for (const double score : scores) all += score;
  measure->accuracy_row[query] = row / n;
  measure->accuracy_col[query] = col / n;
  measure->nats[query] = nats / n;
  measure->diagonal[query] = diagonal / n;
  measure->off_diagonal[query] = (all - diagonal) / (n * n - n);
}

LeakMeasure CrossFit(const std::string& name, const LeakCorpus& corpus, LeakProbe* probe) {
  const size_t count = corpus.queries.size();
  const std::vector<double> zeros(count, 0);
  LeakMeasure measure{name, zeros, zeros, zeros, zeros, zeros};
  for (size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<size_t> learned;
    for (size_t q = 0; q < count; ++q) {
      if (q % kFolds != fold && q % kFolds != (fold + 1) % kFolds) learned.push_back(q);
    }
    probe->Fit(corpus, learned);
    std::vector<LogProbMatrix> judged;
    double responses = 0;
    for (size_t q = (fold + 1) % kFolds; q < count; q += kFolds) {
      judged.push_back(probe->Scores(corpus.queries[q]));
      responses += corpus.queries[q].n();
    }
    const Calibration calibration = {BestScale(judged), 1 / (responses + 1)};
    for (size_t q = fold; q < count; q += kFolds) {
      Measure(probe->Scores(corpus.queries[q]), corpus.queries[q].n(), calibration, q, &measure);
    }
  }
  return measure;
}

}  // namespace

std::vector<LeakMeasure> AuditLeaks(const std::vector<ContrastiveQuery>& queries) {
  for (const ContrastiveQuery& query : queries) SAMI_CHECK(query.pairs.size() >= 2) << "query " << query.query_id;
  const LeakCorpus corpus = ExtractLeakFeatures(queries);
  return {CrossFit("length", corpus, MakeLengthProbe().get()),
          CrossFit("prefix", corpus, MakeWordProbe(WordSet::kPrefix).get()),
          CrossFit("copying", corpus, MakeCopyingProbe().get()),
          CrossFit("bag_of_words", corpus, MakeWordProbe(WordSet::kAll).get())};
}

}  // namespace sami
