// From matrices of log-probabilities to a lower bound on the information that responses carry about constitutions,
// and a control that shows what the same scores yield when there is nothing to find. Plain numbers, no torch.
//
// A query's contribution at scale s is InfoNCE's b(s L) = log n - loss(s L), in nats, with the loss of sami/loss.h. For
// any fixed s its expectation is at most I(Y; C | X), so at most 0 when responses do not depend on constitutions.
//
// The control shuffles which response is said to belong to which constitution, by one uniformly random permutation a
// query: the true information is then 0. But b(L) itself is no measure of that: it is far below 0 where the scores are
// confident (n = 2, all margins m: (log s(m) + log s(-m)) / 2 + log 2, with the logistic function s, is about
// log 2 - m / 2) and would say how confident the model is, not whether anything leaks. So the control asks how much
// can be extracted once confidence is set right: the scale s >= 0 that does best on one half of the queries is applied
// to the other half, and the reverse. The best scale for shuffled labels is near 0, and b(0) = 0; since a query's
// scale is chosen without looking at its labels, its expectation is at most 0 (below it by up to 1 / (2 Q), Q queries),
// and any clearly positive value is a defect of the measurement. The same estimate with the true labels is the
// calibrated bound: also a valid lower bound, with the confidence of per-token averages set right.
#ifndef SAMI_INFORMATION_BOUND_H_
#define SAMI_INFORMATION_BOUND_H_

#include <cstdint>
#include <vector>

namespace sami {

// n x n, row-major: [i * n + j] is the mean log-probability per token of response j under constitution i.
using LogProbMatrix = std::vector<double>;

// Each in nats, one entry a query, in their order; at most log n.
struct InformationBound {
  std::vector<double> plain;       // b(L): log n minus the training loss
  std::vector<double> calibrated;  // b(s L), s from the other half of the queries
  std::vector<double> permuted;    // the control: as calibrated, with labels shuffled; about 0
};

// Halves are the queries of even and of odd index; scales are searched in [0, 64]. A lone query's other half is empty,
// and its scale 0. Permutations come from the streams (seed, "sami/permuted_labels", query).
// CHECK-fails unless all matrices have the same n >= 2 and finite entries. O(Q n^2) times 50 steps of the search.
InformationBound BoundInformation(const std::vector<LogProbMatrix>& matrices, uint64_t seed);

}  // namespace sami

#endif  // SAMI_INFORMATION_BOUND_H_
