#include "analysis/commands/leaderboard_tables.h"

#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/commands/pair_collector.h"
#include "analysis/commands/verdict_rows.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "analysis/leaderboards/show_result.h"
#include "base/status.h"

namespace analysis {
namespace {

// FastChat writes -1 where a judge gave no rating.
constexpr double kNoRating = -1;

Column Named(const std::string& key) { return {key, key}; }
Column Percent(const std::string& key) { return {key, key, NumberFormat::kFixed, 2}; }

std::vector<Cell> AlpacaLine(const AlpacaEvalRows& group, const std::string& dataset) {
  std::vector<double> preferences;
  double length = 0;
  for (size_t i = 0; i < group.rows.size(); ++i) {
    if (!dataset.empty() && group.datasets[i] != dataset) continue;
    preferences.push_back(group.rows[i].preference);
    length += group.rows[i].length_2;
  }
  const AlpacaWinRate rate = AlpacaEvalWinRate(preferences);
  return {group.model,      group.baseline,      group.annotator,        dataset.empty() ? "overall" : dataset,
          rate.win_rate,    rate.standard_error, rate.discrete_win_rate, rate.n_wins,
          rate.n_wins_base, rate.n_draws,        rate.n_total,           length / preferences.size()};
}

Table AlpacaEvalTable(const std::vector<AlpacaEvalRows>& groups, const LeaderboardOptions& options) {
  const char* const model = AlpacaModelName(options.model);
  Table table;
  table.caption = "AlpacaEval's leaderboard";
  table.columns = {Named("model"),
                   Named("baseline"),
                   Named("annotator"),
                   Named("dataset"),
                   Percent("win_rate"),
                   Percent("standard_error"),
                   Percent("discrete_win_rate"),
                   Named("n_wins"),
                   Named("n_wins_base"),
                   Named("n_draws"),
                   Named("n_total"),
                   {"avg_length", "avg_length", NumberFormat::kFixed, 0},
                   Percent("length_controlled_winrate"),
                   Percent("lc_standard_error"),
                   Named("glm")};
  for (const AlpacaEvalRows& group : groups) {
    std::vector<Cell> line = AlpacaLine(group, "");
    const absl::StatusOr<AlpacaLengthControlled> controlled =
        AlpacaLengthControlledWinRate(group.rows, options.model, options.difficulties, options.c);
    if (group.model == group.baseline) {
      line.insert(line.end(), {50.0, 0.0, std::string(model)});
    } else if (controlled.ok()) {
      line.insert(line.end(), {controlled->win_rate, controlled->standard_error, std::string(model)});
      table.notes.push_back(absl::StrFormat("%s: C is %g.", group.model, controlled->c));
    } else {
      line.insert(line.end(), {std::monostate(), std::monostate(), std::string(model)});
      table.notes.push_back(absl::StrCat(group.model, ": ", controlled.status().message()));
    }
    table.rows.push_back(std::move(line));
    const std::set<std::string> datasets(group.datasets.begin(), group.datasets.end());
    if (datasets.size() < 2) continue;
    for (const std::string& dataset : datasets) {
      if (dataset.empty()) continue;
      table.rows.push_back(AlpacaLine(group, dataset));
      table.rows.back().resize(table.columns.size());
    }
  }
  if (options.difficulties == nullptr) {
    table.notes.push_back(
        "The leaderboard's own length control, length_controlled_v1, needs AlpacaEval's df_gamed.csv, which is not "
        "here: "
        "--difficulties=df_gamed.csv. Without it there is its minimal model alone.");
  }
  return table;
}

Table FastChatTable(const std::vector<FastChatPair>& pairs, const std::string& baseline) {
  Table table;
  table.caption =
      baseline.empty() ? "FastChat's show_result, pairwise-all" : "FastChat's show_result, pairwise-baseline";
  table.columns = {Named("model"),
                   Named("win"),
                   Named("loss"),
                   Named("tie"),
                   {"win_rate", "win_rate", NumberFormat::kFixed, 6},
                   {"loss_rate", "loss_rate", NumberFormat::kFixed, 6},
                   {"win_rate_adjusted", "win_rate_adjusted", NumberFormat::kFixed, 6}};
  for (const PairwiseRow& row : PairwiseTable(pairs, baseline)) {
    table.rows.push_back(
        {row.model, row.wins, row.losses, row.ties, row.win_rate, row.loss_rate, row.win_rate_adjusted});
  }
  int64_t errors = 0;
  for (const FastChatPair& pair : pairs) errors += std::isnan(pair.g1) || std::isnan(pair.g2);
  if (errors > 0)
    table.notes.push_back(absl::StrCat("Judgments without a verdict: ", errors, "; left out, as FastChat does."));
  return table;
}

Table FastChatTable(const std::vector<FastChatRating>& ratings) {
  Table table;
  table.caption = "FastChat's show_result, single";
  table.columns = {Named("turn"), Named("model"), Named("n"), {"score", "score", NumberFormat::kFixed, 6}};
  std::set<int64_t> turns;
  int64_t missing = 0;
  for (const FastChatRating& rating : ratings) {
    turns.insert(rating.turn);
    missing += std::isnan(rating.score);
  }
  const auto add = [&](const std::string& name, int64_t turn) {
    for (const SingleRow& row : SingleTable(ratings, turn)) table.rows.push_back({name, row.model, row.n, row.score});
  };
  for (const int64_t turn : turns) add(absl::StrCat(turn), turn);
  if (turns.size() > 1) add("average", 0);
  if (missing > 0) {
    table.notes.push_back(absl::StrCat("Answers without a rating (-1): ", missing, "; left out, as FastChat does."));
  }
  return table;
}

absl::StatusOr<FastChatRating> ParseRating(const Row& row) {
  FastChatRating rating;
  ASSIGN_OR_RETURN(rating.model, row.Text("model"));
  if (row.Has("turn")) {
    ASSIGN_OR_RETURN(const double turn, row.Number("turn"));
    if (turn < 1 || turn != std::floor(turn) || turn > 1e9) return row.Error("\"turn\" must be 1, 2, ...");
    rating.turn = static_cast<int64_t>(turn);
  }
  if (row.Has("score")) {
    ASSIGN_OR_RETURN(rating.score, row.Number("score"));
    if (rating.score == kNoRating) rating.score = kUndefined;
  }
  return rating;
}

absl::Status AddArenaLines(const ArenaBattles& battles, StyleControl control, const LeaderboardOptions& options,
                           Table* table) {
  const absl::StatusOr<StyleControlled> fit =
      FitStyleControl(battles.models, battles.battles, control, options.bootstrap);
  const char* const name = control == StyleControl::kNone       ? "none"
                           : control == StyleControl::kLength   ? "length"
                           : control == StyleControl::kMarkdown ? "markdown"
                                                                : "length, markdown";
  if (!fit.ok()) {
    table->notes.push_back(std::string(fit.status().message()));
    return absl::OkStatus();
  }
  for (size_t m = 0; m < battles.models.size(); ++m) {
    const Estimate& rate = fit->win_rates[m];
    table->rows.push_back({battles.models[m], battles.baseline, battles.judge, std::string(name), rate.n,
                           100 * rate.value, 100 * rate.low, 100 * rate.high, rate.level});
  }
  std::string coefficients;
  for (size_t f = 0; f < fit->features.size(); ++f) {
    absl::StrAppendFormat(&coefficients, "%s%s %.3f", f == 0 ? "" : ", ", fit->features[f], fit->coefficients[f]);
  }
  if (!coefficients.empty()) table->notes.push_back(absl::StrCat("Style coefficients (logits): ", coefficients, "."));
  return absl::OkStatus();
}

absl::StatusOr<Table> ArenaHardTable(const std::vector<JudgedPair>& pairs, const LeaderboardOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<ArenaBattles> all, BattlesOf(pairs, options.styles));
  Table table;
  table.caption = "Arena-Hard's leaderboard";
  table.columns = {
      Named("model"),   Named("baseline"), Named("judge"),     {"style_control", "style control"},         Named("n"),
      Percent("score"), Percent("ci_low"), Percent("ci_high"), {"level", "level", NumberFormat::kFixed, 3}};
  for (const ArenaBattles& battles : all) {
    RETURN_IF_ERROR(AddArenaLines(battles, StyleControl::kNone, options, &table));
    if (options.styles != nullptr) RETURN_IF_ERROR(AddArenaLines(battles, options.control, options, &table));
    if (battles.missing > 0) {
      table.notes.push_back(
          absl::StrCat("Judgments without a verdict: ", battles.missing, "; left out, as Arena-Hard does."));
    }
  }
  table.notes.push_back("A>>B counts as three battles; intervals over questions, by bootstrap.");
  if (options.styles == nullptr) {
    table.notes.push_back("With --answers=FILE of each model, the baseline's too, there are style-controlled scores.");
  } else if (!options.styles->in_tokens()) {
    table.notes.push_back("Some answers have no token_len: lengths are in characters.");
  }
  return table;
}

}  // namespace

absl::StatusOr<Table> LeaderboardTable(const std::string& path, const LeaderboardOptions& options) {
  OneFormat format;
  VerdictRows verdicts;
  AlpacaEvalReader alpaca_eval;
  PairCollector arena_hard;
  std::vector<FastChatPair> pairs;
  std::vector<FastChatRating> ratings;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) -> absl::Status {
    RETURN_IF_ERROR(format.Add(row));
    switch (format.format()) {
      case RowFormat::kAlpacaEval:
        return alpaca_eval.Add(row);
      case RowFormat::kFastChatPair: {
        ASSIGN_OR_RETURN(const std::vector<Game> games, verdicts.Games(row, RowFormat::kFastChatPair));
        pairs.push_back({games[0].model_a, games[0].model_b, games[0].verdict, games[1].verdict});
        return absl::OkStatus();
      }
      case RowFormat::kFastChatSingle: {
        ASSIGN_OR_RETURN(ratings.emplace_back(), ParseRating(row));
        return absl::OkStatus();
      }
      case RowFormat::kArenaHard: {
        ASSIGN_OR_RETURN(std::vector<Game> games, verdicts.Games(row, RowFormat::kArenaHard));
        for (Game& game : games) RETURN_IF_ERROR(arena_hard.Add(row, std::move(game)));
        return absl::OkStatus();
      }
      default:
        return row.Error(absl::StrCat("these are ", FormatName(format.format()),
                                      ", of which no leaderboard has a table: leave --leaderboard out"));
    }
  }));
  Table table;
  if (format.format() == RowFormat::kAlpacaEval) table = AlpacaEvalTable(alpaca_eval.Finish(), options);
  if (format.format() == RowFormat::kFastChatPair) table = FastChatTable(pairs, options.baseline);
  if (format.format() == RowFormat::kFastChatSingle) table = FastChatTable(ratings);
  if (format.format() == RowFormat::kArenaHard) {
    ASSIGN_OR_RETURN(table, ArenaHardTable(arena_hard.Finish(), options));
  }
  table.notes.insert(table.notes.begin(), format.Says(path));
  return table;
}

}  // namespace analysis
