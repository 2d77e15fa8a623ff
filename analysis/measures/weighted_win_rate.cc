#include "analysis/measures/weighted_win_rate.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"

namespace analysis {
namespace {

// Of one question: the sum of its weights, and of weight times verdict where all verdicts are there.
struct Sums {
  double weight = 0, points = 0;
  bool complete = true;
};

absl::StatusOr<std::vector<Sums>> SumsOf(absl::Span<const QuestionVerdicts> questions,
                                         absl::Span<const std::vector<double>> weights) {
  if (weights.size() != questions.size()) return absl::InvalidArgumentError("weights: one list a question is needed");
  std::vector<Sums> all;
  for (size_t i = 0; i < questions.size(); ++i) {
    const std::vector<std::optional<double>>& games = questions[i].games;
    if (weights[i].size() != games.size()) {
      return absl::InvalidArgumentError(absl::StrCat("weights: question ", questions[i].question_id, " has ",
                                                     games.size(), " games and ", weights[i].size(), " weights"));
    }
    Sums& sums = all.emplace_back();
    for (size_t g = 0; g < games.size(); ++g) {
      if (!(weights[i][g] > 0) || !std::isfinite(weights[i][g])) {
        return absl::InvalidArgumentError(
            absl::StrCat("weights: question ", questions[i].question_id, " has the weight ", weights[i][g]));
      }
      sums.weight += weights[i][g];
      sums.points += weights[i][g] * games[g].value_or(0);
      sums.complete = sums.complete && games[g].has_value();
    }
  }
  return all;
}

void Weigh(absl::Span<const QuestionVerdicts> questions, const std::vector<Sums>& sums, double level, WinRateRow* row) {
  double weight = 0, points = 0, missing = 0, squares = 0;
  row->wins = row->ties = row->losses = 0;
  const auto counts = [&](size_t i) { return row->category == kOverall || questions[i].category == row->category; };
  for (size_t i = 0; i < sums.size(); ++i) {
    if (!counts(i)) continue;
    if (!sums[i].complete) {
      missing += sums[i].weight;
      continue;
    }
    weight += sums[i].weight;
    points += sums[i].points;
    const double twice = 2 * sums[i].points;
    ++(twice > sums[i].weight ? row->wins : twice < sums[i].weight ? row->losses : row->ties);
  }
  row->all_lost = points / (weight + missing);
  row->all_won = (points + missing) / (weight + missing);
  if (row->n == 0) return;
  const double rate = points / weight, n = row->n;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (!counts(i) || !sums[i].complete) continue;
    const double residual = sums[i].points - sums[i].weight * rate;
    squares += residual * residual;
  }
  const double error = n > 1 ? std::sqrt(n / (n - 1) * squares) / weight : kUndefined;
  // Level and n were looked at by WinRates, and the rate is a mean of verdicts.
  if (absl::StatusOr<Estimate> estimate = ScoreIntervalFromError(rate, error, row->n, level); estimate.ok()) {
    row->win_rate = *std::move(estimate);
  }
}

}  // namespace

absl::StatusOr<std::vector<WinRateRow>> WeightedWinRates(const WinRateSubject& subject,
                                                         absl::Span<const QuestionVerdicts> questions,
                                                         absl::Span<const std::vector<double>> weights, double level,
                                                         Verdicts verdicts) {
  ASSIGN_OR_RETURN(std::vector<WinRateRow> rows, WinRates(subject, questions, level, verdicts));
  ASSIGN_OR_RETURN(const std::vector<Sums> sums, SumsOf(questions, weights));
  for (WinRateRow& row : rows) Weigh(questions, sums, level, &row);
  return rows;
}

}  // namespace analysis
