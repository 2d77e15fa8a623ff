#include "analysis/seeds/crossed.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/distributions.h"
#include "analysis/statistics/mean_interval.h"
#include "base/check.h"
#include "base/status.h"

namespace analysis {
namespace {

// Below this share of the largest score's square a mean square is rounding.
constexpr double kSquareOfRounding = 1e-24;

// Undefined without degrees of freedom.
struct MeanSquares {
  double question = kUndefined, seed = kUndefined, interaction = kUndefined;
};

std::vector<double> QuestionMeans(const SeedTable& scores) {
  std::vector<double> means(scores.questions.size());
  for (size_t q = 0; q < means.size(); ++q) {
    // About the first seed's, so that equal scores have exactly their mean; and never out of the scores' range.
    const double first = scores.means[0][q];
    double least = first, greatest = first;
    for (const std::vector<double>& of_seed : scores.means) {
      means[q] += (of_seed[q] - first) / scores.seeds.size();
      least = std::min(least, of_seed[q]);
      greatest = std::max(greatest, of_seed[q]);
    }
    means[q] = std::clamp(means[q] + first, least, greatest);
  }
  return means;
}

MeanSquares SquaresOf(const SeedTable& scores, const std::vector<double>& question_means, double mean) {
  const double seeds = scores.seeds.size(), questions = scores.questions.size();
  double largest = 0, between_seeds = 0, between_questions = 0, within = 0;
  for (const double question_mean : question_means) between_questions += std::pow(question_mean - mean, 2);
  for (const std::vector<double>& of_seed : scores.means) {
    double distance = 0;  // of the seed's mean from the mean
    for (size_t q = 0; q < of_seed.size(); ++q) distance += (of_seed[q] - question_means[q]) / questions;
    between_seeds += distance * distance;
    for (size_t q = 0; q < of_seed.size(); ++q) {
      largest = std::max(largest, std::abs(of_seed[q]));
      within += std::pow(of_seed[q] - question_means[q] - distance, 2);
    }
  }
  const auto per = [&](double sum, double degrees) {
    if (degrees == 0) return kUndefined;
    return sum / degrees <= kSquareOfRounding * largest * largest ? 0 : sum / degrees;
  };
  return {per(seeds * between_questions, questions - 1), per(questions * between_seeds, seeds - 1),
          per(within, (seeds - 1) * (questions - 1))};
}

VariancePart Excess(double square, double base, double units) {
  return {std::isnan(square) ? kUndefined : std::max(0.0, square - (std::isnan(base) ? 0 : base)) / units};
}

CrossedParts PartsOf(const SeedTable& scores, const MeanSquares& squares) {
  CrossedParts parts;
  parts.question = Excess(squares.question, squares.interaction, scores.seeds.size());
  parts.seed = Excess(squares.seed, squares.interaction, scores.questions.size());
  parts.interaction = Excess(squares.interaction, scores.repeat_variance / scores.repeats, 1);
  parts.repeat = {scores.repeat_variance};
  parts.repeats = scores.repeats;
  return parts;
}

absl::StatusOr<Estimate> OverQuestions(const std::vector<double>& means, ScoreRange range, double level) {
  switch (range) {
    case ScoreRange::kShare:
      return ScoreMeanInterval(means, level);
    case ScoreRange::kDifference:
      return DifferenceInterval(means, level);
    case ScoreRange::kReal:
      return StudentInterval(means, level);
  }
  SAMI_CHECK(false) << "no such range: " << static_cast<int>(range);
}

std::pair<double, double> Ends(ScoreRange range) {
  const double infinity = std::numeric_limits<double>::infinity();
  return range == ScoreRange::kReal ? std::make_pair(-infinity, infinity)
                                    : std::make_pair(range == ScoreRange::kShare ? 0.0 : -1.0, 1.0);
}

absl::Status CheckRange(const SeedTable& scores, ScoreRange range) {
  const auto [least, greatest] = Ends(range);
  for (size_t s = 0; s < scores.seeds.size(); ++s) {
    for (size_t q = 0; q < scores.questions.size(); ++q) {
      const double score = scores.means[s][q];
      if (std::isfinite(score) && score >= least && score <= greatest) continue;
      return absl::InvalidArgumentError(absl::StrCat("seed \"", scores.seeds[s], "\", question \"", scores.questions[q],
                                                     "\": the score is ", score, ", not a number in [", least, ", ",
                                                     greatest, "]"));
    }
  }
  return absl::OkStatus();
}

// The interval over questions, widened: see the header. added: the square that seeds add to either half width's.
void Widen(double added, ScoreRange range, Estimate* estimate) {
  const auto half = [&](double of_questions) { return std::sqrt(of_questions * of_questions + added); };
  // Question means without spread have no interval of their own.
  const bool none = estimate->method == kMethodNone;
  const double below = half(none ? 0 : estimate->value - estimate->low);
  const double above = half(none ? 0 : estimate->high - estimate->value);
  const auto [least, greatest] = Ends(range);
  estimate->low = std::max(least, estimate->value - below);
  estimate->high = std::min(greatest, estimate->value + above);
  if (none) estimate->method = kMethodStudent;
}

}  // namespace

double InteractionFactor(double z, double t, double ratio) { return std::pow(z / t, 2 * std::min(1.0, ratio)); }

double CrossedParts::OfCell() const {
  return interaction.variance + (std::isnan(repeat.variance) ? 0 : repeat.variance / repeats);
}

absl::StatusOr<CrossedEstimate> CrossedInterval(const SeedTable& scores, ScoreRange range, double level) {
  RETURN_IF_ERROR(CheckRange(scores, range));
  const double seeds = scores.seeds.size(), questions = scores.questions.size();
  const std::vector<double> means = QuestionMeans(scores);
  CrossedEstimate crossed;
  ASSIGN_OR_RETURN(crossed.over_questions, OverQuestions(means, range, level));
  Estimate& estimate = crossed.estimate = crossed.over_questions;
  const MeanSquares squares = SquaresOf(scores, means, estimate.value);
  crossed.parts = PartsOf(scores, squares);
  crossed.seeds = scores.seeds.size();
  crossed.incomplete = scores.incomplete.size();
  crossed.seed_degrees = crossed.seeds - 1;
  crossed.question_degrees = scores.questions.size() - 1;
  if (crossed.seeds == 1) {
    if (estimate.method != kMethodNone) estimate.method += kMethodQuestionsOnlySuffix;
    return crossed;
  }
  const double t = StudentCritical(level, seeds - 1);
  double added = squares.seed;
  if (squares.interaction > 0) {
    added -= squares.interaction * InteractionFactor(NormalCritical(level), t, squares.interaction / squares.question);
  }
  added = t * t * std::max(0.0, added) / (seeds * questions);
  if (estimate.method == kMethodNone && (added == 0 || crossed.question_degrees == 0)) return crossed;
  const double error = std::isnan(estimate.standard_error) ? 0 : estimate.standard_error;
  const double variance = error * error + crossed.parts.seed.variance / seeds;
  if (variance > 0) estimate.standard_error = std::sqrt(variance);
  Widen(added, range, &estimate);
  estimate.method += kMethodCrossedSuffix;
  return crossed;
}

}  // namespace analysis
