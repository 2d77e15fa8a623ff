// What the length of a sample alone tells of its constitution, and so what is left beyond it:
//
//   I(Y; C | X) = I(|Y|; C | X) + I(Y; C | X, |Y|),
//
// as |Y| is a function of Y. A model's p(|y| | c) cannot be computed, so it is modelled: the log of a sample's
// characters is normal, with a mean for the query's kind and an effect for each clause, and a variance for the kind. By
// any such q, log q(l | c) - log mean_c' q(l | c') is in expectation at most I(|Y|; C | X) where q has not seen the
// query. So what is left of the information after it is taken off is an upper limit of that beyond length, the nearer
// the better q is.
#ifndef SAMI_LEAKS_LENGTH_INFORMATION_H_
#define SAMI_LEAKS_LENGTH_INFORMATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace sami {

// One query's samples. Each constitution has written as many as each other.
struct SampleLengths {
  std::string kind;  // what has a mean length of its own: the query's category
  // [constitution]: its clauses, a principle with its polarity, in any order.
  std::vector<std::vector<std::string>> clauses;
  std::vector<int64_t> own;         // [sample]: under which constitution it was written
  std::vector<int64_t> characters;  // [sample]; an empty sample counts as one character
};

// [query][sample], in nats: log q(l | own) - log mean_c q(l | c), at most log n. Cross-fitted: query i is in fold i mod
// 5; q is fitted on three others, by least squares with a ridge of 1 on the clauses' effects, and flattened by a power
// in [0, 1] that the fourth chooses: 0, which tells nothing, where lengths are no help there. q(c | l) is mixed with
// the uniform one by 1 / (samples that it has seen + 2), so that no sample is infinitely surprising. All 0 where fewer
// than five queries leave nothing to fit on. O(samples c^2 + c^3) for c kinds and clauses.
std::vector<std::vector<double>> LengthInformation(absl::Span<const SampleLengths> queries);

}  // namespace sami

#endif  // SAMI_LEAKS_LENGTH_INFORMATION_H_
