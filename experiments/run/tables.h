// Tables of a run folder's tables/, as rows and as people see them. Each is written by analysis::WriteTable and read
// back from its JSON (RunFiles::Rows): what the rows were made from is not needed again.
//
// tables/win_rates and tables/mutual_information are analysis/figures/win_rate_tables.h's. In Parse... a member that is
// missing or of another type is NaN, 0 or empty.
#ifndef EXPERIMENTS_RUN_TABLES_H_
#define EXPERIMENTS_RUN_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/measures/mutual_information.h"
#include "analysis/measures/win_rate.h"
#include "analysis/statistics/estimate.h"
#include "experiments/run/json_members.h"

namespace experiments {

// The table with what it is of in its caption; as it is where there is no title.
analysis::Table Titled(analysis::Table table, const std::string& title);

std::vector<analysis::WinRateRow> ParseWinRates(const JsonRows& rows);
// level: of the intervals, which the table does not have.
std::vector<analysis::MutualInformationRow> ParseMutualInformation(const JsonRows& rows, double level);

// tables/arms {arm, setting, adherence, adherence_low, adherence_high, content, content_low, content_high, tokens, n}:
// the share of principles that an arm's answers follow and the share of right answers, in [0, 1]; tokens an answer.
analysis::Table ArmsForm();

// tables/judge_agreement {setting, judge, other, games, questions, share, share_low, share_high, kappa, kappa_low,
// kappa_high}: in which share of the games that both judged two judges say the same, over all comparisons; Cohen's
// kappa; intervals over questions (evaluation/match/agreement.h).
analysis::Table JudgeAgreementForm();

// tables/overlap: of the queries that an evaluation asks, how many stand in a data set's queries, each counted once, as
// the first of exact, the same words and near that it is (datasets/overlap/overlap.h).
inline constexpr char kItself[] = "itself";
struct OverlapRow {
  std::string data;
  std::string asked;  // "evaluation NAME", "information NAME", "accuracy NAME"; kItself: repeats within the data
  int64_t queries = 0;
  int64_t exact = 0, same_words = 0, near = 0;
  double Share() const { return queries == 0 ? 0 : static_cast<double>(exact + same_words + near) / queries; }
};
// {data, asked, queries, exact, same_words, near, share}.
analysis::Table OverlapTable(absl::Span<const OverlapRow> rows);
std::vector<OverlapRow> ParseOverlap(const JsonRows& rows);

// data/<data>/leak_audit: one probe's means over the queries, at n constitutions a query. Intervals are over queries:
// queries share their probes, whose own spread is not in them.
struct LeakRow {
  int64_t constitutions = 0;  // n
  std::string probe;
  analysis::Estimate accuracy_row, accuracy_col;  // in [0, 1]; 1/n by chance
  analysis::Estimate nats;                        // of at most log n
  // Of "copying" alone: the share of a constitution's own words that its response and the others' responses repeat.
  double own_copied = analysis::kUndefined, others_copied = analysis::kUndefined;

  double Chance() const { return 1.0 / constitutions; }
  // The mean of both accuracies.
  double Accuracy() const { return (accuracy_row.value + accuracy_col.value) / 2; }
  double ShareOfLogN() const;
};
// {constitutions, probe, queries, chance, accuracy_row, row_low, row_high, accuracy_col, col_low, col_high, nats,
// nats_low, nats_high, share_of_log_n, own_copied, others_copied}.
analysis::Table LeakTable(absl::Span<const LeakRow> rows);
std::vector<LeakRow> ParseLeaks(const JsonRows& rows);

// What the leak audit asks; LeakRow::probe is one of them.
inline constexpr const char* kProbes[] = {"length", "prefix", "copying", "bag_of_words"};
// data/<data>/leak_audit_arms {arm, constitutions, when, steps, chance, accuracy_row, row_low, row_high, accuracy_col,
// col_low, col_high, nats, and explained_by_<probe>: the share of the arm's accuracy above chance that it reaches}.
analysis::Table LeakedArmsForm();

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_TABLES_H_
