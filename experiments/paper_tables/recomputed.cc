#include "experiments/paper_tables/recomputed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "analysis/measures/length_control.h"
#include "analysis/measures/win_rate.h"
#include "analysis/statistics/mean_interval.h"
#include "base/status.h"
#include "datasets/sources/pinned.h"

namespace experiments {
namespace {

using ::datasets::ReleasedAnswer;
using ::datasets::ReleasedVerdict;

// Of the verdicts in their order: the table's but "overall".
std::vector<std::string> CategoriesOf(const ReportedTable& table) {
  std::vector<std::string> categories;
  for (const std::string& category : table.categories) {
    if (category != analysis::kOverall) categories.push_back(category);
  }
  return categories;
}

absl::Status CheckNumber(const ReportedTable& table, const ReportedRow& row, size_t verdicts) {
  const size_t groups = table.measure == Measure::kPlain ? CategoriesOf(table).size() : 1;
  const size_t questions = groups * table.questions_per_category;
  if (verdicts == questions) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(row.comparison, ": ", verdicts, " verdicts for the ", questions, " questions of ", table.table));
}

std::vector<double> ScoresOf(absl::Span<const ReleasedVerdict> verdicts) {
  std::vector<double> scores;
  for (const ReleasedVerdict& verdict : verdicts) scores.push_back(verdict.score);
  return scores;
}

absl::StatusOr<std::vector<ReleasedVerdict>> PinnedVerdicts(const std::string& name) {
  ASSIGN_OR_RETURN(const std::string path, datasets::PinnedFile(name));
  return datasets::ReadReleasedVerdicts(path);
}

absl::StatusOr<std::vector<ReleasedAnswer>> PinnedAnswers(const std::string& name) {
  ASSIGN_OR_RETURN(const std::string path, datasets::PinnedFile(name));
  return datasets::ReadReleasedAnswers(path);
}

double Words(absl::string_view text) {
  int64_t words = 0;
  bool in_word = false;
  for (const unsigned char c : text) {
    words += !absl::ascii_isspace(c) && !in_word;
    in_word = !absl::ascii_isspace(c);
  }
  return words;
}

double Characters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

}  // namespace

absl::StatusOr<Recomputed> WinRatesOf(const ReportedTable& table, const ReportedRow& row,
                                      absl::Span<const double> scores, double level) {
  RETURN_IF_ERROR(CheckNumber(table, row, scores.size()));
  const std::vector<std::string> categories = CategoriesOf(table);
  // The released runs judged each question once, in a random order.
  std::vector<analysis::QuestionVerdicts> verdicts;
  for (size_t i = 0; i < scores.size(); ++i) {
    verdicts.push_back({absl::StrCat(i), categories[i / table.questions_per_category], {scores[i]}});
  }
  ASSIGN_OR_RETURN(const std::vector<analysis::WinRateRow> rows,
                   analysis::WinRates({row.comparison, "", ""}, verdicts, level));
  Recomputed recomputed;
  for (const analysis::WinRateRow& rate : rows) recomputed[rate.category] = rate.win_rate;
  return recomputed;
}

absl::StatusOr<Recomputed> WinRateDifferencesOf(const ReportedTable& table, const ReportedRow& row,
                                                absl::Span<const double> scores, absl::Span<const double> minus,
                                                double level) {
  RETURN_IF_ERROR(CheckNumber(table, row, scores.size()));
  RETURN_IF_ERROR(CheckNumber(table, row, minus.size()));
  std::vector<double> differences(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) differences[i] = scores[i] - minus[i];
  Recomputed recomputed;
  ASSIGN_OR_RETURN(recomputed[analysis::kOverall], analysis::DifferenceInterval(differences, level));
  const std::vector<std::string> categories = CategoriesOf(table);
  const size_t each = table.questions_per_category;
  for (size_t i = 0; i < categories.size(); ++i) {
    const auto of_category = absl::MakeConstSpan(differences).subspan(i * each, each);
    ASSIGN_OR_RETURN(recomputed[categories[i]], analysis::DifferenceInterval(of_category, level));
  }
  return recomputed;
}

absl::StatusOr<Recomputed> WinRatesAtEqualLengths(const ReportedTable& table, const ReportedRow& row,
                                                  absl::Span<const ReleasedVerdict> verdicts, double level) {
  RETURN_IF_ERROR(CheckNumber(table, row, verdicts.size()));
  const std::vector<double> scores = ScoresOf(verdicts);
  std::vector<analysis::QuestionVerdicts> games;
  std::vector<double> lengths;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    games.push_back({absl::StrCat(i), kRaw, {scores[i]}});
    lengths.push_back(verdicts[i].test_tokens - verdicts[i].baseline_tokens);
  }
  ASSIGN_OR_RETURN(const auto raw, analysis::WinRates({row.comparison, "", ""}, games, level));
  ASSIGN_OR_RETURN(const auto controlled, analysis::LengthControlledWinRate(scores, lengths, {}, level));
  return Recomputed{{kRaw, raw[0].win_rate}, {kEqualLengths, controlled.win_rate}};
}

absl::StatusOr<Recomputed> LengthsOf(const ReportedRow& row, absl::Span<const ReleasedAnswer> answers,
                                     absl::Span<const ReleasedAnswer> minus, double level) {
  const bool same_questions =
      minus.empty() || std::equal(answers.begin(), answers.end(), minus.begin(), minus.end(),
                                  [](const auto& a, const auto& b) { return a.question == b.question; });
  if (!same_questions) {
    return absl::InvalidArgumentError(absl::StrCat(row.comparison, ": the two files are not of the same questions"));
  }
  Recomputed recomputed;
  for (const auto& [category, length] : {std::make_pair(kWords, &Words), std::make_pair(kCharacters, &Characters)}) {
    std::vector<double> lengths;
    for (size_t i = 0; i < answers.size(); ++i) {
      lengths.push_back(length(answers[i].response) - (minus.empty() ? 0 : length(minus[i].response)));
    }
    ASSIGN_OR_RETURN(recomputed[category], analysis::StudentInterval(lengths, level));
  }
  return recomputed;
}

absl::StatusOr<Recomputed> RecomputeRow(const ReportedTable& table, const ReportedRow& row, double level) {
  if (row.verdicts.has_value()) {
    ASSIGN_OR_RETURN(const auto verdicts, PinnedVerdicts(*row.verdicts));
    if (table.measure == Measure::kLengthControlled) return WinRatesAtEqualLengths(table, row, verdicts, level);
    if (!row.minus.has_value()) return WinRatesOf(table, row, ScoresOf(verdicts), level);
    ASSIGN_OR_RETURN(const auto minus, PinnedVerdicts(*row.minus));
    return WinRateDifferencesOf(table, row, ScoresOf(verdicts), ScoresOf(minus), level);
  }
  if (!row.answers.has_value()) return Recomputed();
  ASSIGN_OR_RETURN(const auto answers, PinnedAnswers(*row.answers));
  if (table.measure == Measure::kLength) {
    std::vector<ReleasedAnswer> minus;
    if (row.minus.has_value()) {
      ASSIGN_OR_RETURN(minus, PinnedAnswers(*row.minus));
    }
    return LengthsOf(row, answers, minus, level);
  }
  analysis::Estimate count;
  count.value = answers.size();
  count.n = answers.size();
  Recomputed recomputed;
  for (const std::string& category : table.categories) recomputed[category] = count;
  return recomputed;
}

}  // namespace experiments
