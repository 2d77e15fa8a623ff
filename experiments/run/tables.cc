#include "experiments/run/tables.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace experiments {
namespace {

using ::analysis::Column;
using ::analysis::NumberFormat;
using ::analysis::Table;
using ::base::Json;

std::vector<Column> ProbeColumns() {
  constexpr auto kPercent = NumberFormat::kPercent;
  return {{"chance", "chance %", kPercent, 1},       {"accuracy_row", "row %", kPercent, 1},
          {"row_low", "low", kPercent, 1},           {"row_high", "high", kPercent, 1},
          {"accuracy_col", "column %", kPercent, 1}, {"col_low", "low", kPercent, 1},
          {"col_high", "high", kPercent, 1}};
}

void Add(const std::vector<Column>& columns, Table* table) {
  table->columns.insert(table->columns.end(), columns.begin(), columns.end());
}

}  // namespace

Table Titled(Table table, const std::string& title) {
  if (!title.empty()) absl::StrAppend(&table.caption, ", ", title);
  return table;
}

std::vector<analysis::WinRateRow> ParseWinRates(const JsonRows& rows) {
  std::vector<analysis::WinRateRow> parsed;
  for (const Json& json : rows) {
    analysis::WinRateRow row;
    row.subject = {TextOf(json, "comparison"), TextOf(json, "setting"), TextOf(json, "judge")};
    row.category = TextOf(json, "category");
    row.n = IntegerOf(json, "n");
    row.wins = IntegerOf(json, "wins");
    row.ties = IntegerOf(json, "ties");
    row.losses = IntegerOf(json, "losses");
    row.missing = IntegerOf(json, "missing");
    row.inconsistent = IntegerOf(json, "inconsistent");
    row.win_rate = EstimateOf(json, "win_rate", "ci_low", "ci_high");
    row.win_rate.standard_error = NumberOf(json, "standard_error");
    row.win_rate.level = NumberOf(json, "level");
    row.win_rate.n = row.n;
    row.win_rate.method = TextOf(json, "method");
    row.all_lost = NumberOf(json, "all_lost");
    row.all_won = NumberOf(json, "all_won");
    parsed.push_back(std::move(row));
  }
  return parsed;
}

std::vector<analysis::MutualInformationRow> ParseMutualInformation(const JsonRows& rows, double level) {
  std::vector<analysis::MutualInformationRow> parsed;
  for (const Json& json : rows) {
    analysis::MutualInformationRow row;
    row.arm = TextOf(json, "arm");
    row.most = NumberOf(json, "most");
    row.nats = EstimateOf(json, "nats", "ci_low", "ci_high");
    row.adherence = EstimateOf(json, "adherence", "adherence_low", "adherence_high");
    row.bound = EstimateOf(json, "bound", "bound_low", "bound_high");
    row.slope = EstimateOf(json, "slope", "slope_low", "slope_high");
    row.beyond_length = EstimateOf(json, "beyond_length", "beyond_length_low", "beyond_length_high");
    row.order = EstimateOf(json, "order", "order_low", "order_high");
    row.paraphrase = EstimateOf(json, "paraphrase", "paraphrase_low", "paraphrase_high");
    row.irrelevant = EstimateOf(json, "irrelevant", "irrelevant_low", "irrelevant_high");
    row.nats.level = level;
    row.nats.n = IntegerOf(json, "n");
    row.nats.method = TextOf(json, "method");
    parsed.push_back(std::move(row));
  }
  return parsed;
}

Table JudgeAgreementForm() {
  constexpr auto kPercent = NumberFormat::kPercent;
  Table table;
  table.caption = "Agreement of judges";
  table.columns = {{"setting", "setting"},
                   {"judge", "judge"},
                   {"other", "other judge"},
                   {"games", "games"},
                   {"questions", "questions"},
                   {"share", "the same %", kPercent, 1},
                   {"share_low", "low", kPercent, 1},
                   {"share_high", "high", kPercent, 1},
                   {"kappa", "Cohen's kappa", NumberFormat::kFixed, 2},
                   {"kappa_low", "low", NumberFormat::kFixed, 2},
                   {"kappa_high", "high", NumberFormat::kFixed, 2}};
  table.notes = {
      "Over the games of all comparisons that both judged. Kappa is 0 where they agree no more than by chance."};
  return table;
}

Table ArmsForm() {
  Table table;
  table.caption = "Arms";
  table.columns = {{"arm", "arm"},
                   {"setting", "setting"},
                   {"adherence", "principles followed %", NumberFormat::kPercent, 1},
                   {"adherence_low", "low", NumberFormat::kPercent, 1},
                   {"adherence_high", "high", NumberFormat::kPercent, 1},
                   {"content", "right %", NumberFormat::kPercent, 1},
                   {"content_low", "low", NumberFormat::kPercent, 1},
                   {"content_high", "high", NumberFormat::kPercent, 1},
                   {"tokens", "tokens", NumberFormat::kFixed, 1},
                   {"n", "n"}};
  return table;
}

double LeakRow::ShareOfLogN() const { return nats.value / std::log(constitutions); }

Table OverlapTable(absl::Span<const OverlapRow> rows) {
  Table table;
  table.caption = "Overlap: queries that are asked and stand in training data";
  table.columns = {{"data", "data"},
                   {"asked", "asked by"},
                   {"queries", "queries"},
                   {"exact", "exact"},
                   {"same_words", "same words"},
                   {"near", "near"},
                   {"share", "share %", NumberFormat::kPercent, 1}};
  for (const OverlapRow& row : rows) {
    table.rows.push_back({row.data, row.asked, row.queries, row.exact, row.same_words, row.near, row.Share()});
  }
  table.notes = {"Near: at least 80% of the runs of five words are shared, as in questions made by one template."};
  return table;
}

std::vector<OverlapRow> ParseOverlap(const JsonRows& rows) {
  std::vector<OverlapRow> parsed;
  for (const Json& json : rows) {
    parsed.push_back({TextOf(json, "data"), TextOf(json, "asked"), IntegerOf(json, "queries"), IntegerOf(json, "exact"),
                      IntegerOf(json, "same_words"), IntegerOf(json, "near")});
  }
  return parsed;
}

Table LeakTable(absl::Span<const LeakRow> rows) {
  Table table;
  table.caption = "Leaks: how well trivial cues tell which constitution a response was written under";
  table.columns = {{"constitutions", "n"}, {"probe", "probe"}, {"queries", "queries"}};
  Add(ProbeColumns(), &table);
  Add({{"nats", "nats"},
       {"nats_low", "low"},
       {"nats_high", "high"},
       {"share_of_log_n", "of log n %", NumberFormat::kPercent, 1},
       {"own_copied", "own copied %", NumberFormat::kPercent, 1},
       {"others_copied", "others %", NumberFormat::kPercent, 1}},
      &table);
  for (const LeakRow& row : rows) {
    table.rows.push_back({row.constitutions, row.probe, row.nats.n, row.Chance(), row.accuracy_row.value,
                          row.accuracy_row.low, row.accuracy_row.high, row.accuracy_col.value, row.accuracy_col.low,
                          row.accuracy_col.high, row.nats.value, row.nats.low, row.nats.high, row.ShareOfLogN(),
                          row.own_copied, row.others_copied});
  }
  table.notes = {
      "Probes are fitted and judged on different queries. Copied: the share of a constitution's own words that its",
      "response repeats, and that the others' responses have."};
  return table;
}

std::vector<LeakRow> ParseLeaks(const JsonRows& rows) {
  std::vector<LeakRow> parsed;
  for (const Json& json : rows) {
    LeakRow row;
    row.constitutions = IntegerOf(json, "constitutions");
    row.probe = TextOf(json, "probe");
    row.accuracy_row = EstimateOf(json, "accuracy_row", "row_low", "row_high");
    row.accuracy_col = EstimateOf(json, "accuracy_col", "col_low", "col_high");
    row.nats = EstimateOf(json, "nats", "nats_low", "nats_high");
    row.accuracy_row.n = row.accuracy_col.n = row.nats.n = IntegerOf(json, "queries");
    row.own_copied = NumberOf(json, "own_copied");
    row.others_copied = NumberOf(json, "others_copied");
    parsed.push_back(std::move(row));
  }
  return parsed;
}

Table LeakedArmsForm() {
  Table table;
  table.caption = "Leaks beside the model: the share of its accuracy above chance that each cue reaches by itself";
  table.columns = {{"arm", "arm"}, {"constitutions", "n"}, {"when", "when"}, {"steps", "steps"}};
  Add(ProbeColumns(), &table);
  Add({{"nats", "log n - loss"}}, &table);
  for (const char* probe : kProbes) {
    table.columns.push_back(
        {absl::StrCat("explained_by_", probe), absl::StrCat(probe, " %"), NumberFormat::kPercent, 1});
  }
  table.notes = {"Accuracies of the training queries, measured before each step's update; intervals are over steps."};
  return table;
}

}  // namespace experiments
