// Leak probes: classifiers that ask which constitution a response was written under, by one trivial cue only.
//
// Each gives the matrix that a language model would give: S[i][j] for response j under constitution i, up to a term of
// j alone or of a positive factor. i and j range over a query's n constitutions and responses.
#ifndef SAMI_LEAKS_LEAK_PROBES_H_
#define SAMI_LEAKS_LEAK_PROBES_H_

#include <memory>
#include <string>
#include <vector>

#include "sami/information_bound.h"
#include "sami/leaks/leak_features.h"

namespace sami {

class LeakProbe {
 public:
  virtual ~LeakProbe() = default;
  // Learns from the corpus' queries of these indices alone; what was learned before is forgotten.
  virtual void Fit(const LeakCorpus& corpus, const std::vector<size_t>& queries) = 0;
  // n x n, finite. Constant before Fit, and for clauses and words that were not seen.
  virtual LogProbMatrix Scores(const LeakFeatures& query) const = 0;
};

// The relative log length z_j is normal with mean m_i, the sum of its clauses' effects, and one variance v:
//   S[i][j] = -(z_j - m_i)^2 / (2 v),  m_i less the query's mean of them.
// Effects by least squares with a ridge of 1; v is the mean squared residual, at least 1e-6.
std::unique_ptr<LeakProbe> MakeLengthProbe();

// Naive Bayes on the presence of words, p(w | c) = (responses under clause c with w + 1) / (responses under c + 2):
//   S[i][j] = sum_{c in i} ( sum_{w in j} log p(w|c) + sum_{w not in j} log (1 - p(w|c)) ),
// over the words that at least two responses of the training queries have.
enum class WordSet { kAll, kPrefix };
std::unique_ptr<LeakProbe> MakeWordProbe(WordSet words);

// S = LeakFeatures::copied. Learns nothing.
std::unique_ptr<LeakProbe> MakeCopyingProbe();

}  // namespace sami

#endif  // SAMI_LEAKS_LEAK_PROBES_H_
