// The leak audit, before training: how much of the contrast between constitutions do trivial cues explain?
//
// SAMI's loss falls as soon as a model can tell which constitution a response was written under, by whatever means.
// Where its length gives the constitution away, a model that has learned nothing but lengths does well. So each probe
// (sami/leaks/leak_probes.h) fills the n x n matrix that a model would fill, and is measured as a model is.
//
// Cross-fitted by query: of five folds (query index modulo 5), fold f is scored by a probe that learned from three
// others; the fourth, f + 1, chose the scale s and, by its number of responses m, a doubt e = 1 / (m + 1):
//   q(c_i | y_j) = (1 - e) softmax_i(s S[i][j]) + e / n.
// Without the doubt a probe that made no mistake on m responses would be infinitely sure of all others. Nothing that a
// query's score depends on has seen that query's labels, so with labels that mean nothing, accuracies are 1/n in
// expectation and nats are at most 0. Halves would not do: two halves that agree by chance make each other's probe and
// scale.
#ifndef SAMI_LEAKS_LEAK_AUDIT_H_
#define SAMI_LEAKS_LEAK_AUDIT_H_

#include <string>
#include <vector>

#include "sami/contrastive_data.h"

namespace sami {

// One entry a query, in their order.
struct LeakMeasure {
  std::string probe;  // "length", "prefix", "copying" or "bag_of_words"
  // Of the matrix q(c_i | y_j): the share of rows (constitutions: which response?) and columns (responses: which
  // constitution?) whose largest entry is on the diagonal. k equal largest ones count 1/k: to guess among them. (A
  // model's ties are misses, sami/loss.h; it has none.)
  std::vector<double> accuracy_row, accuracy_col;
  // log n + mean_j log q(c_j | y_j), at most log n, as b(s) of sami/information_bound.h. For the length probe, whose
  // cue is relative to the query's other responses, no bound on I(Y; C | X).
  std::vector<double> nats;
  // Mean score on and off the diagonal, unscaled: for "copying" the share of a constitution's own words that its
  // response and the others' responses repeat.
  std::vector<double> diagonal, off_diagonal;
};

// The four probes, in the order above. No randomness. CHECK-fails unless each query has at least two pairs. With fewer
// than five queries some probes have nothing to learn from and score every response alike.
std::vector<LeakMeasure> AuditLeaks(const std::vector<ContrastiveQuery>& queries);

}  // namespace sami

#endif  // SAMI_LEAKS_LEAK_AUDIT_H_
