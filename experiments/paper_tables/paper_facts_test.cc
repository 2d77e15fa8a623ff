// What both papers print, as it was typed, and what their authors released.
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"
#include "experiments/paper_tables/expectation.h"
#include "experiments/paper_tables/paper_claims.h"
#include "experiments/paper_tables/paper_table.h"
#include "experiments/paper_tables/recomputed.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::string File(const std::string& name) {
  return base::ReadFile(base::Runfile(absl::StrCat("experiments/paper_tables/", name))).value_or("");
}

std::vector<ReportedTable> ThePapers() { return *ParseReportedTables(File("reported.json"), "reported.json"); }

TEST(PaperFactsTest, BothPapersAreComplete) {
  std::set<std::string> names;
  size_t numbers = 0, not_reported = 0;
  for (const ReportedTable& table : ThePapers()) {
    names.insert(table.table);
    for (const ReportedRow& row : table.rows) {
      for (const auto& [category, number] : row.reported) ++(std::isfinite(number) ? numbers : not_reported);
    }
  }
  EXPECT_THAT(names, ElementsAre("gsm8k_accuracy", "gsm8k_gains", "mt_bench_difference", "mt_bench_equal_lengths",
                                 "mt_bench_principle_free", "mt_bench_win_rates", "sami_win_rates", "settings_gsm8k",
                                 "settings_mt_bench", "settings_sami", "tldr_lengths"));
  // 3 x 9 win rates, 1 + 9 differences, 2 raw rates, 2, 4 x 3 accuracies, 7 gains, 8 win rates; 15 + 17 + 12 settings.
  EXPECT_EQ(numbers, 27 + 10 + 2 + 2 + 12 + 7 + 8 + 15 + 17 + 12);
  // 2 rates at equal lengths; words and characters of 5 sets of answers and 6 differences.
  EXPECT_EQ(not_reported, 2 + 2 * (5 + 6));
}

// The file of claims fits the tables, and says the same of the released answers as they.
TEST(PaperFactsTest, ClaimsAreReadAndNotRunWithoutRuns) {
  const std::vector<ReportedTable> tables = ThePapers();
  ASSERT_OK_AND_ASSIGN(const PaperClaims claims,
                       ParsePaperClaims(File("paper_claims.json"), "paper_claims.json", tables));
  EXPECT_THAT(claims.claims, SizeIs(10));
  for (const PaperClaim& claim : claims.claims) {
    if (!claim.released.has_value()) continue;
    for (const ReportedTable& table : tables) {
      for (const ReportedRow& row : table.rows) {
        if (table.table != claim.released->table) continue;
        ASSIGN_PINNED_OR_SKIP(const std::string path, *row.answers);
      }
    }
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<ClaimRow> rows, ClaimRows(claims, tables, {}, 0.95));
  EXPECT_THAT(rows, SizeIs(10 + 2));  // of one claim there are three pairs
  for (const ClaimRow& row : rows) {
    EXPECT_EQ(row.verdict, "not run");
    if (row.claim.released.has_value()) EXPECT_EQ(row.released_verdict, "reproduced");
  }
}

// What was typed as a difference is that of what was typed as its terms.
TEST(PaperFactsTest, DifferencesAreThoseOfTheBars) {
  const std::vector<ReportedTable> tables = ThePapers();
  const ReportedTable& rates = tables[0];
  const ReportedTable& difference = tables[1];
  ASSERT_EQ(difference.table, "mt_bench_difference");
  const auto less = [&](const std::string& category) {
    return rates.rows[1].reported.at(category) - rates.rows[0].reported.at(category);
  };
  EXPECT_NEAR(difference.rows[0].reported.at("overall"), less("overall"), 1e-9);
  double sum = 0;
  for (const auto& [category, points] : difference.rows[1].reported) {
    if (category == "overall") continue;
    EXPECT_EQ(points, less(category)) << category;
    sum += points;
  }
  EXPECT_EQ(difference.rows[1].reported.at("overall"), sum / 8);
}

// Answers get shorter by iteration, far beyond chance after the first.
TEST(PaperFactsTest, ReleasedAnswersGetShorter) {
  for (const ReportedTable& table : ThePapers()) {
    if (table.table != "tldr_lengths") continue;
    const std::map<std::string, double> words = {{"base", 97.84},
                                                 {"iteration 1", 91.256},
                                                 {"iteration 2", 60.072},
                                                 {"iteration 3", 47.368},
                                                 {"instruct", 94.532}};
    for (const ReportedRow& row : table.rows) {
      ASSIGN_PINNED_OR_SKIP(const std::string path, *row.answers);
      ASSERT_OK_AND_ASSIGN(const Recomputed lengths, RecomputeRow(table, row, 0.95));
      EXPECT_EQ(lengths.at(kWords).n, 250);
      if (words.count(row.comparison) > 0) EXPECT_NEAR(lengths.at(kWords).value, words.at(row.comparison), 1e-9);
      if (row.comparison == "iteration 3 - base") EXPECT_LT(lengths.at(kWords).high, -40);
    }
  }
}

// The bars of the figure, which somebody typed from the paper, against the verdicts, which somebody else released.
TEST(PaperFactsTest, ReleasedVerdictsGiveTheFigure) {
  const ReportedTable table = ThePapers()[0];
  for (const ReportedRow& row : table.rows) {
    if (!row.verdicts.has_value()) continue;
    ASSIGN_PINNED_OR_SKIP(const std::string path, *row.verdicts);
    ASSERT_OK_AND_ASSIGN(const Recomputed rates, RecomputeRow(table, row, 0.95));
    const std::vector<PaperCell> cells = RowCells(table, row, rates, {});
    ASSERT_THAT(cells, SizeIs(9));
    EXPECT_EQ(cells[0].status, CellStatus::kWithinInterval) << row.comparison;
    if (row.comparison == "dpo_vs_sft") {
      EXPECT_DOUBLE_EQ(cells[0].recomputed.value, 46.0 / 80);
      for (size_t i = 1; i < cells.size(); ++i) EXPECT_EQ(cells[i].status, CellStatus::kMatch) << cells[i].category;
    }
    // 43 wins, 5 ties.
    if (row.comparison == "sami_vs_sft") EXPECT_DOUBLE_EQ(cells[0].recomputed.value, (43 + 5 * 0.5) / 80);
  }
}

TEST(PaperFactsTest, TheTablesAreAsRecorded) {
  base::OrderedJson cells = base::OrderedJson::array();
  for (const ReportedTable& table : ThePapers()) {
    for (const ReportedRow& row : table.rows) {
      for (const auto& file : {row.verdicts, row.answers, row.minus}) {
        if (!file.has_value()) continue;
        ASSIGN_PINNED_OR_SKIP(const std::string path, *file);
      }
      ASSERT_OK_AND_ASSIGN(const Recomputed recomputed, RecomputeRow(table, row, 0.95));
      for (const base::OrderedJson& cell :
           ToJson(ToTable(table, RowCells(table, row, recomputed, {}), Beside::kReleased))) {
        cells.push_back(cell);
      }
    }
  }
  EXPECT_OK(VerifyCells(cells, File("expected.json"), "expected.json"))
      << "if this is meant: bazel run //experiments:paper_tables -- --format=json > "
         "experiments/paper_tables/expected.json";
}

}  // namespace
}  // namespace experiments
