// The conditional information I(Y; C | X) between a model's responses and the constitutions that they were written
// under, exactly. Plain numbers, no torch.
//
// Given a query X, C is uniform on its n constitutions, and Y is a sample of the very model that scores it, at
// temperature 1 without any cut. So p(y | c) is known, p(y | X) is its mean over the n constitutions, and
//
//   I(Y; C | X) = E[ log p(y | c) - log mean_c' p(y | c') ]
//
// is a plain mean over queries and samples: unbiased, without a bound's slack, a scale or halves of the data. A
// sample's term is at most log n, and may be negative. log p are sums over the sampled tokens, the end token that was
// sampled among them, and none that was not; -inf is an impossible sample under another constitution.
// information_bound.h has the contrastive bound, which holds for scores that are no probabilities.
#ifndef SAMI_EXACT_INFORMATION_H_
#define SAMI_EXACT_INFORMATION_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace sami {

// One query's samples. Each constitution has written as many as each other.
struct ScoredSamples {
  int64_t n = 0;                  // constitutions, at least 1
  std::vector<int64_t> own;       // [m]: under which of them sample j was written
  std::vector<double> log_probs;  // n x m, row-major: [i * m + j] is log p(sample j | constitution i), summed

  double At(int64_t i, int64_t j) const { return log_probs[i * own.size() + j]; }
};

// In nats: the mean of a query's terms. CHECK-fails without samples, and where a sample's own log-probability is not
// finite or another one is nan or +inf. O(n m).
double ExactInformation(const ScoredSamples& query);

// The chain rule over principles, I(Y; C_k | C_1 .. C_k-1, X) for each k, which add up to ExactInformation where the
// constitutions differ in what they ask. asks[i][k]: whether constitution i asks for principle k or its antithesis; p(y
// | c_1 .. c_k) is the mean over the query's constitutions that agree with it so far. O(n m p).
std::vector<double> InformationByPrinciple(const ScoredSamples& query, const std::vector<std::vector<bool>>& asks);

// For a control: the mean over samples of log p(y | own) - log((p(y | own) + p(y | other)) / 2), where `other` words
// the same constitution otherwise. Where own and other are exchangeable, as two random orders of the clauses are, its
// mean is the information that the wording leaves in the response, which should be 0; it is at most log 2. CHECK-fails
// as above.
double WordingInformation(absl::Span<const double> own, absl::Span<const double> other);

// The scale s that maximises the log-likelihood of the samples' constitutions under q_s(c | y) = softmax_c(s log p(y |
// c)). It is 1 where sampler and scorer agree: another prompt, template, temperature or end token moves it. The
// standard error is the sandwich over queries. Searched in [0, 64]; both are nan where no sample tells its constitution
// from another. O(n m) times 60.
struct CalibrationSlope {
  double value, standard_error;
};
CalibrationSlope FitCalibrationSlope(absl::Span<const ScoredSamples> queries);

}  // namespace sami

#endif  // SAMI_EXACT_INFORMATION_H_
