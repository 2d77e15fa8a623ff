#include "analysis/measures/win_rate.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/exact_bootstrap.h"
#include "analysis/statistics/mean_interval.h"
#include "analysis/statistics/proportion.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status Validate(const QuestionVerdicts& question, Verdicts verdicts) {
  if (question.category.empty()) return absl::InvalidArgumentError("the category is empty");
  if (question.category == kOverall) {
    return absl::InvalidArgumentError("no category may be called \"overall\": that is the row of all questions");
  }
  if (question.games.empty()) return absl::InvalidArgumentError("there is no verdict, not even a missing one");
  for (const std::optional<double>& game : question.games) {
    if (!game.has_value() || *game == 0 || *game == 0.5 || *game == 1) continue;
    if (verdicts == Verdicts::kGraded && *game > 0 && *game < 1) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "a verdict must be ", verdicts == Verdicts::kGraded ? "in [0, 1]" : "0, 0.5 or 1", ", not ", *game));
  }
  return absl::OkStatus();
}

absl::Status ValidateAll(const WinRateSubject& subject, absl::Span<const QuestionVerdicts> questions,
                         Verdicts verdicts) {
  if (questions.empty()) return absl::InvalidArgumentError(absl::StrCat(subject.comparison, ": no questions"));
  absl::flat_hash_set<absl::string_view> ids;
  ids.reserve(questions.size());
  for (const QuestionVerdicts& question : questions) {
    absl::Status status = Validate(question, verdicts);
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

// The least number of which every question's number of games is a divisor, so that sums of verdicts are halves of such
// parts; 0 where that is too fine a lattice.
int64_t CommonGames(absl::Span<const QuestionVerdicts> questions) {
  int64_t common = 1;
  for (const QuestionVerdicts& question : questions) {
    common = std::lcm(common, static_cast<int64_t>(question.games.size()));
    if (2 * common > SumLaw::kMaxUnit) return 0;
  }
  return common;
}

// The sum of the verdicts, missing ones counted as `missing`, times `parts` / the question's games.
double Points(const QuestionVerdicts& question, double missing, double parts) {
  double sum = 0;
  for (const std::optional<double>& game : question.games) sum += game.value_or(missing);
  const double games = question.games.size();
  return games == parts ? sum : sum * parts / games;
}

// Below so many questions that were won or lost, the bootstrap's intervals are too short: with 80 questions of which
// 95% tie, it would exclude a true 50% in 10% of all experiments.
constexpr int64_t kFewDecided = 20;
// Below so many questions the bootstrap's law is too coarse: of 20 questions without ties it covers 97.6%.
constexpr int64_t kFewQuestions = 50;

// `points`: of `parts`, on a lattice of halves unless the verdicts are graded.
absl::StatusOr<Estimate> MeanScore(absl::Span<const double> points, int parts, double level, Verdicts verdicts) {
  if (points.empty()) {
    Estimate undefined;
    undefined.level = level;
    undefined.method = kMethodNone;
    return undefined;
  }
  std::vector<double> scores;
  for (double sum : points) scores.push_back(sum / parts);
  if (verdicts == Verdicts::kGraded) return ScoreMeanInterval(scores, level);
  std::vector<int> half_points;
  for (double sum : points) half_points.push_back(static_cast<int>(2 * sum));
  const int64_t n = half_points.size();
  const int64_t wins = std::count(half_points.begin(), half_points.end(), 2 * parts);
  const int64_t losses = std::count(half_points.begin(), half_points.end(), 0);
  const int64_t ties = std::count(half_points.begin(), half_points.end(), parts);
  const bool few = n - ties < kFewDecided;
  if (n >= kFewQuestions && few && wins + ties + losses == n) return TangoInterval(wins, losses, n, level);
  if (n < kFewQuestions || few) {
    std::sort(scores.begin(), scores.end());  // sums of questions in any order are then the same
    return LikelihoodScoreInterval(scores, level);
  }
  ASSIGN_OR_RETURN(Estimate estimate, ExactBootstrapMean(half_points, 0.5 / parts, BootstrapInterval::kBca, level));
  if (estimate.method == kMethodNone) return WilsonInterval(estimate.value, estimate.n, level);
  return estimate;
}

absl::StatusOr<WinRateRow> Row(const WinRateSubject& subject, absl::string_view category,
                               absl::Span<const QuestionVerdicts> questions, double parts, double level,
                               Verdicts verdicts) {
  WinRateRow row{subject, std::string(category)};
  std::vector<double> complete;  // points of each question without a missing verdict
  double lowest = 0, highest = 0;
  for (const QuestionVerdicts& question : questions) {
    if (category != kOverall && question.category != category) continue;
    const double points = Points(question, 0, parts);
    lowest += points;
    highest += Points(question, 1, parts);
    if (IsMissing(question)) {
      ++row.missing;
      continue;
    }
    complete.push_back(points);
    ++(points > parts / 2 ? row.wins : points < parts / 2 ? row.losses : row.ties);
    const auto differs = [&](const std::optional<double>& game) { return game != question.games[0]; };
    row.inconsistent += std::any_of(question.games.begin(), question.games.end(), differs);
  }
  row.n = complete.size();
  row.all_lost = lowest / parts / (row.n + row.missing);
  row.all_won = highest / parts / (row.n + row.missing);
  ASSIGN_OR_RETURN(row.win_rate, MeanScore(complete, parts, level, verdicts));
  return row;
}

}  // namespace

absl::StatusOr<std::vector<WinRateRow>> WinRates(const WinRateSubject& subject,
                                                 absl::Span<const QuestionVerdicts> questions, double level,
                                                 Verdicts verdicts) {
  RETURN_IF_ERROR(ValidateAll(subject, questions, verdicts));
  std::vector<std::string> categories = {kOverall};
  for (const QuestionVerdicts& question : questions) {
    if (std::find(categories.begin(), categories.end(), question.category) == categories.end()) {
      categories.push_back(question.category);
    }
  }
  const int64_t common = CommonGames(questions);
  if (common == 0) verdicts = Verdicts::kGraded;
  const double parts = std::max<int64_t>(common, 1);
  std::vector<WinRateRow> rows;
  for (const std::string& category : categories) {
    ASSIGN_OR_RETURN(WinRateRow row, Row(subject, category, questions, parts, level, verdicts));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace analysis
