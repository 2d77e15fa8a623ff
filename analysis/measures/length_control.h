// Length-controlled win rates: win rates at equal answer length.
//
// Model, for question i with the score y_i in [0, 1] of arm a and the difference d_i in length between the answers of a
// and b:
//   logit E y_i = theta + phi tanh(d_i / sd(d)) + psi h_i,
// h_i an optional difficulty of the question. The length-controlled win rate is the mean over questions of the fitted
// value at d_i = 0: sigmoid(theta + psi h_i). Dubois et al., "Length-Controlled AlpacaEval", arXiv 2404.04475, equation
// 2. There h_i and psi come from a whole leaderboard and the fit is regularised by cross-validation; here it is plain
// maximum (quasi-)likelihood on one pair of models, and h_i is what the caller gives.
#ifndef ANALYSIS_MEASURES_LENGTH_CONTROL_H_
#define ANALYSIS_MEASURES_LENGTH_CONTROL_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

struct LengthControlled {
  Estimate win_rate;         // in [0, 1]; n = questions
  double length_effect = 0;  // phi, in logits: above 0 where longer answers win
  double length_error = 0;   // its standard error (sandwich)
};

// scores, length_differences and (unless empty) difficulties: one a question. The interval is
// ScoreIntervalFromError's, the standard error from influence values (infinitesimal jackknife), so that scores need not
// be binomial. Assumes independent questions and the model above: as with any adjustment, an arm whose answers are long
// because they are better is charged for it.
// kInvalidArgument: fewer than 10 questions, different lengths, values out of range, equal length differences, or
// scores that the model separates (all won; all longer answers won): the fit is then at infinity.
absl::StatusOr<LengthControlled> LengthControlledWinRate(absl::Span<const double> scores,
                                                         absl::Span<const double> length_differences,
                                                         absl::Span<const double> difficulties, double level);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_LENGTH_CONTROL_H_
