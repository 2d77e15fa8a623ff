#include "evaluation/match/judge_summary.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "analysis/measures/win_rate.h"
#include "base/status.h"
#include "evaluation/formats/fastchat_tables.h"
#include "evaluation/match/agreement.h"
#include "evaluation/match/games.h"
#include "evaluation/match/judge_measures.h"
#include "evaluation/match/ratings.h"
#include "evaluation/match/verdicts.h"

namespace evaluation {
namespace {

using ::analysis::NumberFormat;
using ::analysis::Table;

constexpr double kLevel = 0.95;
constexpr size_t kShown = 20;

// `what` is counted: "games".
std::string AgreementText(const Agreement& agreement, absl::string_view what) {
  if (agreement.n == 0) return absl::StrCat("no ", what, " that both have judged");
  return absl::StrFormat("the same in %.1f%% of %d %s, kappa %s", 100 * agreement.share, agreement.n, what,
                         std::isnan(agreement.kappa) ? "undefined (always the same one opinion)"
                                                     : absl::StrFormat("%.3f", agreement.kappa));
}

// ": 33.3% [3.1, 78.6]", of the share or of what it leaves; empty where there is none.
std::string IntervalText(const Share& share, bool complement) {
  if (share.items == 0) return "";
  const auto percent = [&](double value) { return 100 * (complement ? 1 - value : value); };
  const analysis::Estimate& e = share.estimate;
  return absl::StrFormat(": %.1f%% [%.1f, %.1f]", percent(e.value), percent(complement ? e.high : e.low),
                         percent(complement ? e.low : e.high));
}

absl::StatusOr<Table> WinRates(absl::Span<const PairJudgment> judgments) {
  Table table;
  table.caption = "Win rates of the first model, with 95% confidence intervals over questions";
  table.columns = {{"models", "models"},
                   {"turn", "turn"},
                   {"category", "category"},
                   {"n", "n"},
                   {"win_rate", "win rate %", NumberFormat::kPercent, 1},
                   {"low", "CI low", NumberFormat::kPercent, 1},
                   {"high", "CI high", NumberFormat::kPercent, 1},
                   {"missing", "missing"},
                   {"inconsistent", "inconsistent"}};
  for (const PairVerdicts& pair : GroupVerdicts(judgments)) {
    const std::string name = absl::StrCat(pair.model_1, " vs ", pair.model_2);
    ASSIGN_OR_RETURN(const auto rows, analysis::WinRates({name, "", ""}, pair.questions, kLevel, pair.verdicts));
    for (const analysis::WinRateRow& row : rows) {
      table.rows.push_back({name, pair.turn, row.category, row.n, row.win_rate.value, row.win_rate.low,
                            row.win_rate.high, row.missing, row.inconsistent});
    }
  }
  table.notes = {"n: questions with all their verdicts; the others are missing and never become ties.",
                 "inconsistent: questions whose games, orders and repeats, did not all end alike."};
  return table;
}

Table FastChatTable(absl::Span<const PairJudgment> judgments) {
  Table table;
  table.caption = "As FastChat's show_result.py counts (games of both orders that differ are one tie)";
  table.columns = {{"model", "model"},
                   {"win", "win"},
                   {"loss", "loss"},
                   {"tie", "tie"},
                   {"win_rate_adjusted", "adjusted win rate %", NumberFormat::kPercent, 1}};
  for (const PairwiseRow& row : PairwiseTable(judgments)) {
    table.rows.push_back({row.model, row.wins, row.losses, row.ties, row.win_rate_adjusted});
  }
  return table;
}

}  // namespace

absl::StatusOr<std::string> SummarizePairs(absl::Span<const PairJudgment> judgments) {
  ASSIGN_OR_RETURN(const Table rates, WinRates(judgments));
  const GameCounts counts = CountGames(judgments);
  ASSIGN_OR_RETURN(const JudgeMeasures measures, MeasureJudge(judgments, {}, {}, kLevel));
  std::string text = absl::StrCat(analysis::ToText(rates), "\n", analysis::ToText(FastChatTable(judgments)), "\n");
  absl::StrAppendFormat(&text, "Verdicts by place: %d the first, %d the second, %d ties; %d of %d games missing.\n",
                        counts.first, counts.second, counts.ties, counts.missing, counts.games);
  absl::StrAppendFormat(&text, "The order decided in %d of %d judgments with both verdicts%s.\n", counts.flipped,
                        counts.complete, IntervalText(measures.orders, /*complement=*/true));
  if (measures.first_place.items > 0) {
    absl::StrAppendFormat(&text, "The answer that is shown first wins %d of %d verdicts that are no ties%s.\n",
                          counts.first, measures.first_place.items, IntervalText(measures.first_place, false));
  }
  const Agreement repeats = RepeatsAgreement(judgments);
  if (repeats.n > 0) absl::StrAppend(&text, "Repeats of a game: ", AgreementText(repeats, "pairs of repeats"), ".\n");
  const bool lacks_most = 2 * counts.missing >= counts.games;
  for (const std::string& warning : {PositionWarning(counts), lacks_most ? MissingWarning(judgments) : ""}) {
    if (!warning.empty()) absl::StrAppend(&text, "WARNING: ", warning, "\n");
  }
  return text;
}

absl::StatusOr<std::string> SummarizeSingles(absl::Span<const SingleJudgment> judgments) {
  std::string text;
  for (const auto& [turn, title] : {std::pair(1, "First turn"), std::pair(2, "Second turn"), std::pair(0, "Average")}) {
    Table table;
    table.caption = title;
    table.columns = {{"model", "model"},
                     {"n", "n"},
                     {"score", "mean rating", NumberFormat::kFixed, 3},
                     {"low", "CI low", NumberFormat::kFixed, 3},
                     {"high", "CI high", NumberFormat::kFixed, 3}};
    for (const SingleRow& row : SingleTable(judgments, turn)) {
      ASSIGN_OR_RETURN(const analysis::Estimate mean, MeanRating(judgments, row.model, turn, kLevel));
      table.rows.push_back({row.model, row.n, row.score, mean.low, mean.high});
    }
    if (!table.rows.empty()) absl::StrAppend(&text, analysis::ToText(table), "\n");
  }
  const auto missing = std::count_if(judgments.begin(), judgments.end(), [](const auto& j) { return !j.score; });
  absl::StrAppend(&text, "95% confidence intervals over questions, all of whose turns and repeats stay together.\n",
                  missing, " of ", judgments.size(), " ratings missing.\n");
  if (2 * missing >= static_cast<int64_t>(judgments.size()) && missing > 0) {
    absl::StrAppend(&text, "WARNING: most ratings are missing, as no reply had one that could be read, and no number ",
                    "counts them\n");
  }
  const std::string warning = SameRatingWarning(judgments);
  if (!warning.empty()) absl::StrAppend(&text, "WARNING: ", warning, "\n");
  return text;
}

absl::StatusOr<std::string> SummarizeAgreement(absl::Span<const PairJudgment> judgments,
                                               const std::string& other_path) {
  ASSIGN_OR_RETURN(const auto others, ReadPairJudgments(other_path));
  const std::string name = others.empty() ? "nobody" : absl::StrCat(others[0].judge_model, "/", others[0].judge_prompt);
  return absl::StrCat("Agreement with ", name, ": ", AgreementText(JudgesAgreement(judgments, others), "games"), ".\n");
}

std::string SummarizeAsking(const LanguageModelJudge& judge, const std::string& cost) {
  const auto& counts = judge.counts();
  const auto& replies = judge.recording().counts();
  std::string text = absl::StrCat(replies.asked, " replies asked for, ", replies.recorded, " were recorded");
  if (!cost.empty()) absl::StrAppend(&text, " (", cost, ")");
  absl::StrAppend(&text, "; ", counts.asked_again, " asked again because they could not be read.\n");
  if (counts.unreadable + counts.refused + counts.empty + counts.cut + counts.no_reply > 0) {
    absl::StrAppend(&text, "Judgments missing: ", counts.unreadable, " replies without a verdict that could be read, ",
                    counts.refused, " refusals, ", counts.empty, " empty replies, ", counts.cut,
                    " that were cut before their verdict (judge.max_tokens), ", counts.no_reply, " without a reply.\n");
  }
  if (counts.unfit > 0) {
    absl::StrAppend(&text, counts.unfit, " judgments missing because no prompt fits the question.\n");
  }
  if (counts.without_reference > 0) {
    absl::StrAppend(&text, counts.without_reference,
                    " games on math, reasoning or coding were judged without a right answer beside (--references).\n");
  }
  return text;
}

std::string SummarizeMissing(const std::vector<std::string>& missing) {
  if (missing.empty()) return "";
  std::string text = absl::StrCat(missing.size(), " missing:\n");
  for (size_t i = 0; i < std::min(missing.size(), kShown); ++i) absl::StrAppend(&text, "  ", missing[i], "\n");
  if (missing.size() > kShown) {
    absl::StrAppend(&text, "  and ", missing.size() - kShown, " more: those in the file without a verdict\n");
  }
  return text;
}

}  // namespace evaluation
