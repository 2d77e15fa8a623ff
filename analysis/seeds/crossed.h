// Intervals over training seeds and questions together: what another training run and other questions would give.
//
// S seeds answer the same Q questions, one cell y_sq each (the mean of its R repeats):
//   y_sqr = mu + seed_s + question_q + interaction_sq + repeat_sqr,   all random, mean 0.
// It is the design of readers x cases in diagnostic imaging (N. A. Obuchowski and H. E. Rockette, Commun. Stat. Simul.
// Comput. 24 (1995)). With the mean squares of the two-way analysis of variance,
//   E MS_s  = Q seed^2 + cell^2,     S - 1 degrees of freedom
//   E MS_q  = S question^2 + cell^2, Q - 1
//   E MS_sq = cell^2,                (S - 1)(Q - 1);   cell^2 = interaction^2 + repeat^2 / R,
//   Var(mean) = (E MS_q + E MS_s - E MS_sq) / (S Q) = E MS_q / (S Q) + seed^2 / S
// (S. R. Searle, G. Casella and C. E. McCulloch, "Variance Components" (1992), chapter 4; A. C. Cameron, J. B. Gelbach
// and D. L. Miller, JBES 29 (2011), have the same three terms for two-way clusters). MS_q / (S Q) is what an interval
// over questions sees: the squared error of the mean of the S-seed means.
//
// The interval keeps that of the questions and widens it, end by end:
//   (mean - low)^2 = (mean - low_q)^2 + t^2 max(MS_s - f MS_sq, 0) / (S Q), likewise high;
//   f = (z / t)^(2 w), w = min(1, MS_sq / MS_q),
// [low_q, high_q] the default interval over questions of the S-seed means (mean_interval.h), t Student's critical value
// with S - 1 degrees of freedom, z the normal one. Squares of half widths are added as by G. Y. Zou and A. Donner,
// Stat. Med. 27 (2008), which keeps an interval's asymmetry: t^2 MS_s is the square for seeds, and z^2 MS_sq comes off,
// as the questions' holds it already. That is w = 1, where questions differ by chance only. Where they differ
// themselves (w < 1) it is wide, and more may come off, up to t^2 MS_sq, which leaves t^2 times the seeds' estimated
// variance. The power is ours: chosen by numerical integration (normal effects, Q large) so that nominal coverage is
// reached, to within 0.2%, whatever the seeds' variance, for 3 to 8 seeds and 90% to 99%; two seeds cover 94.2% of 95%
// and 97.4% of 99% at worst. One variance with Satterthwaite's degrees of freedom instead (S. L. Hillis, Stat. Med. 26
// (2007)) covers 92% of 95% with three seeds.
//
// Never narrower than over questions. Where seeds do not matter it is wider, as that must be found out: on average, at
// 95% and 3, 4, 5 seeds, 2.0, 1.6, 1.4 times where questions differ by chance only (no interval mean +- g(MS_s) that
// covers 95% whatever the seeds' variance has less than 1.95, 1.50, 1.33), 1.5, 1.25, 1.2 where w is 1/2.
// Coverage: docs/statistics.md.
//
// Assumes that questions are an independent sample of those that are meant, that the S seeds are independent training
// runs, and normal seed effects (S is small: they cannot be averaged out). One seed is an interval over questions only,
// and is named so.
#ifndef ANALYSIS_SEEDS_CROSSED_H_
#define ANALYSIS_SEEDS_CROSSED_H_

#include <cmath>
#include <cstdint>

#include "absl/status/statusor.h"
#include "analysis/seeds/seed_scores.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// Appended to the method of the interval over questions that was widened, or was not.
inline constexpr char kMethodCrossedSuffix[] = ", seeds x questions";
inline constexpr char kMethodQuestionsOnlySuffix[] = ", questions only";

enum class ScoreRange {
  kShare,       // [0, 1]: accuracies, wins, ties and losses as 1, 1/2, 0
  kDifference,  // [-1, 1]: differences of such
  kReal,        // any finite number
};

// A variance, unbiased but for negative estimates, which are 0. Undefined where the data cannot separate it; it is then
// contained in another part, as said below.
struct VariancePart {
  double variance = kUndefined;
  // In the unit of the scores.
  double deviation() const { return std::sqrt(variance); }
};

struct CrossedParts {
  VariancePart question;  // between questions; of one seed: with all that is below. Undefined for one question
  VariancePart seed;      // between seeds; of one question: with what is below. Undefined for one seed
  VariancePart
      interaction;      // seed x question, with the repeats where they are undefined. Needs two seeds and questions
  VariancePart repeat;  // of one repeat. Undefined where no cell has two
  double repeats = 1;   // a cell, harmonic mean

  // cell^2 above. Undefined where the interaction is.
  double OfCell() const;
};

struct CrossedEstimate {
  // Over seeds and questions; n questions. standard_error is sqrt(MS_q / (S Q) + seed variance / S).
  Estimate estimate;
  // Over questions alone, of the same means: what the estimate's interval would be if seeds did not matter.
  Estimate over_questions;
  CrossedParts parts;
  int64_t seeds = 0;
  int64_t incomplete = 0;        // questions left out, as some seed has no score
  int64_t seed_degrees = 0;      // of freedom: S - 1
  int64_t question_degrees = 0;  // Q - 1
};

// Estimand: the mean of the population of seeds and questions. Clipped to the range. With one seed, or where all seeds
// have the same score of every question, the interval is that over questions. A share or a difference always has an
// interval; real numbers have none for one question, or where all are equal. O(S Q), and the interval over questions'.
// kInvalidArgument: a score outside the range, a level outside (0, 1).
absl::StatusOr<CrossedEstimate> CrossedInterval(const SeedTable& scores, ScoreRange range, double level);

// f above, from z, t and the ratio MS_sq / MS_q > 0, which is inf where questions do not differ.
double InteractionFactor(double z, double t, double ratio);

}  // namespace analysis

#endif  // ANALYSIS_SEEDS_CROSSED_H_
