#include "analysis/win_rate.h"

#include <algorithm>
#include <unordered_set>

#include "absl/strings/str_cat.h"
#include "analysis/exact_bootstrap.h"
#include "analysis/proportion.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status Validate(const QuestionVerdicts& question, size_t games) {
  if (question.category.empty()) return absl::InvalidArgumentError("the category is empty");
  if (question.category == kOverall) {
    return absl::InvalidArgumentError("no category may be called \"overall\": that is the row of all questions");
  }
  if (question.games.empty()) return absl::InvalidArgumentError("there is no verdict, not even a missing one");
  if (question.games.size() != games) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", question.games.size(), " games, but ", games,
                                                   " for the first question; list missing verdicts as missing"));
  }
  for (const std::optional<double>& game : question.games) {
    if (game.has_value() && *game != 0 && *game != 0.5 && *game != 1) {
      return absl::InvalidArgumentError(absl::StrCat("a verdict must be 0, 0.5 or 1, not ", *game));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateAll(const WinRateSubject& subject, absl::Span<const QuestionVerdicts> questions) {
  if (questions.empty()) return absl::InvalidArgumentError(absl::StrCat(subject.comparison, ": no questions"));
  std::unordered_set<std::string> ids;
  for (const QuestionVerdicts& question : questions) {
    absl::Status status = Validate(question, questions[0].games.size());
    if (status.ok() && !ids.insert(question.question_id).second) {
      status = absl::InvalidArgumentError("the question occurs twice");
    }
    RETURN_IF_ERROR(base::Annotate(status, absl::StrCat(subject.comparison, ", question ", question.question_id)));
  }
  return absl::OkStatus();
}

bool IsMissing(const QuestionVerdicts& question) {
  return std::find(question.games.begin(), question.games.end(), std::nullopt) != question.games.end();
}

// Twice the sum of the verdicts: the score is this over twice the number of games.
int HalfPoints(const QuestionVerdicts& question) {
  double sum = 0;
  for (const std::optional<double>& game : question.games) sum += *game;
  return static_cast<int>(2 * sum);
}

// Below so many questions that were won or lost, the bootstrap's intervals are too short: with 80 questions of which
// 95% tie, it would exclude a true 50% in 10% of all experiments.
constexpr int64_t kFewDecided = 20;

absl::StatusOr<Estimate> MeanScore(absl::Span<const int> half_points, int games, double level) {
  if (half_points.empty()) {
    Estimate undefined;
    undefined.level = level;
    undefined.method = kMethodNone;
    return undefined;
  }
  const int64_t n = half_points.size();
  const int64_t wins = std::count(half_points.begin(), half_points.end(), 2 * games);
  const int64_t losses = std::count(half_points.begin(), half_points.end(), 0);
  const int64_t ties = std::count(half_points.begin(), half_points.end(), games);
  if (wins + ties + losses == n && wins + losses < kFewDecided && ties > 0) {
    return TangoInterval(wins, losses, n, level);
  }
  ASSIGN_OR_RETURN(Estimate estimate, ExactBootstrapMean(half_points, 0.5 / games, BootstrapInterval::kBca, level));
  if (estimate.method == kMethodNone) return WilsonInterval(estimate.value, estimate.n, level);
  return estimate;
}

absl::StatusOr<WinRateRow> Row(const WinRateSubject& subject, absl::string_view category,
                               absl::Span<const QuestionVerdicts> questions, double level) {
  WinRateRow row{subject, std::string(category)};
  const int games = questions[0].games.size();
  std::vector<int> half_points;
  for (const QuestionVerdicts& question : questions) {
    if (category != kOverall && question.category != category) continue;
    if (IsMissing(question)) {
      ++row.missing;
      continue;
    }
    const int points = HalfPoints(question);
    half_points.push_back(points);
    ++(points > games ? row.wins : points < games ? row.losses : row.ties);
    const auto differs = [&](const std::optional<double>& game) { return game != question.games[0]; };
    row.inconsistent += std::any_of(question.games.begin(), question.games.end(), differs);
  }
  row.n = half_points.size();
  ASSIGN_OR_RETURN(row.win_rate, MeanScore(half_points, games, level));
  return row;
}

}  // namespace

absl::StatusOr<std::vector<WinRateRow>> WinRates(const WinRateSubject& subject,
                                                 absl::Span<const QuestionVerdicts> questions, double level) {
  RETURN_IF_ERROR(ValidateAll(subject, questions));
  std::vector<std::string> categories = {kOverall};
  for (const QuestionVerdicts& question : questions) {
    if (std::find(categories.begin(), categories.end(), question.category) == categories.end()) {
      categories.push_back(question.category);
    }
  }
  std::vector<WinRateRow> rows;
  for (const std::string& category : categories) {
    ASSIGN_OR_RETURN(WinRateRow row, Row(subject, category, questions, level));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace analysis
