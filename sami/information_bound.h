// A lower bound on the mutual information between responses and constitutions, from matrices of log-probabilities, and
// a permuted control: what the same scores yield when there is nothing to find. Plain numbers, no torch.
//
// A query's constitution C is uniform on its n constitutions, and one response is drawn under each. For a fixed scale
// s,
//   b(s) = log n + mean_j log softmax_i(s L[i][j])[j],
// the column term of the loss, asks which constitution response j was written under. q(c|y) = softmax_i(s L[i][.]) is a
// distribution over constitutions, so E b(s) = H(C) - E[-log q(C|Y)] <= I(Y; C | X), whatever s (Barber and Agakov,
// 2003).
//
// log n minus SAMI's loss averages this term at s = 1 with the row term, which asks which response a constitution led
// to. It is what training raises, and is reported as such; but the n constitutions are distinct, so the row term's
// other responses are no draws from p(y), and the average can exceed I(Y; C | X): it is no bound here. At s = 1 it also
// mixes what the responses tell with how confident the scores are: mean log-probabilities per token are far too timid.
//
// So the bound takes for s the scale that does best on the other half of the queries. The control does all of this, the
// choice of s included, with the labels shuffled by one uniformly random permutation a query: the true information is
// then 0. The best scale for shuffled labels is near 0, and b(0) = 0; since a query's scale is chosen without looking
// at its labels, the control's expectation is at most 0 (below it by about 1 / (2 Q) of Q queries), and a clearly
// positive value is a defect of the measurement.
#ifndef SAMI_INFORMATION_BOUND_H_
#define SAMI_INFORMATION_BOUND_H_

#include <cstdint>
#include <vector>

namespace sami {

// n x n, row-major: [i * n + j] is the mean log-probability per token of response j under constitution i.
using LogProbMatrix = std::vector<double>;

// Each in nats, one entry a query, in their order; at most log n.
struct InformationBound {
  std::vector<double> plain;       // log n minus the training loss; not a bound
  std::vector<double> calibrated;  // b(s), s from the other half of the queries: the bound
  std::vector<double> permuted;    // the control: as calibrated, with labels shuffled; about 0
};

// Halves are the queries of even and of odd index; scales are searched in [0, 64]. A lone query's other half is empty,
// and its scale 0. Permutations come from the streams (seed, "sami/permuted_labels", query).
// CHECK-fails unless all matrices have the same n >= 2 and finite entries. O(Q n^2) times 50 steps of the search.
InformationBound BoundInformation(const std::vector<LogProbMatrix>& matrices, uint64_t seed);

// The scale in [0, 64] that maximises the sum of b(s) over these matrices, whose n may differ; 0 without any, or where
// no scale does better than 0.
double BestScale(const std::vector<LogProbMatrix>& matrices);

}  // namespace sami

#endif  // SAMI_INFORMATION_BOUND_H_
