// L1-penalised logistic regression without an intercept, to its exact minimum.
//
// Minimises over b
//   |b|_1 + C sum_i w_i (y_i log(1 + exp(-x_i b)) + (1 - y_i) log(1 + exp(x_i b)))
// for labels y_i in [0, 1]. scikit-learn's liblinear minimises the same and stops where one more sweep promises less
// than its tolerance; here the optimality conditions hold to rounding.
#ifndef ANALYSIS_LEADERBOARDS_L1_LOGISTIC_H_
#define ANALYSIS_LEADERBOARDS_L1_LOGISTIC_H_

#include <array>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace analysis {

// Features that a problem has not got are 0 in all rows; their coefficients are 0, then.
inline constexpr int kL1Features = 3;
using L1Vector = std::array<double, kL1Features>;

struct L1Row {
  L1Vector features = {};
  double label = 0;   // in [0, 1]
  double weight = 1;  // at least 0
};

double L1Sigmoid(double logit);
double Dot(const L1Vector& a, const L1Vector& b);

// The coefficients, by Newton's method on the likelihood, each quadratic model being minimised with its penalty by
// coordinate descent (J. D. Lee, Y. Sun and M. A. Saunders, SIAM Journal on Optimization 24 (2014)). `start`: where to
// begin; changes the result by no more than rounding. O(rows) a step, about 10 steps. kInvalidArgument for no rows, a
// value that is not finite or out of range, or C that is not above 0.
absl::StatusOr<L1Vector> FitL1Logistic(absl::Span<const L1Row> rows, double c, const L1Vector& start = {});

}  // namespace analysis

#endif  // ANALYSIS_LEADERBOARDS_L1_LOGISTIC_H_
