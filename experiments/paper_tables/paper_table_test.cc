#include "experiments/paper_tables/paper_table.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"
#include "experiments/paper_tables/expectation.h"
#include "experiments/paper_tables/ours.h"
#include "experiments/paper_tables/recomputed.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSmall[] = R"({"tables": [{
  "table": "t", "caption": "c", "source": "a paper", "unit": "percent", "precision": 0.005,
  "categories": ["overall", "math", "stem"], "questions_per_category": 2,
  "ours": {"table": "win_rates", "judge": "principle", "categories": {"stem": "science"}},
  "rows": [{"comparison": "a_vs_b", "reported": {"overall": 62.5, "math": 75, "stem": 49.99}, "ours": "x_vs_y",
            "note": "a note"}]
}, {
  "table": "s", "caption": "c", "source": "a paper", "unit": "number", "precision": 0, "categories": ["value"],
  "ours": {"spec": "evaluations"},
  "rows": [{"comparison": "rate", "reported": {"value": 2e-5},
            "ours": "arms[sami].sami.training.optimizer.learning_rate"},
           {"comparison": "queries", "reported": {"value": 1000}, "ours": "queries[train].take"},
           {"comparison": "other", "reported": {"value": 1}}]
}]})";

std::vector<ReportedTable> Small() { return *ParseReportedTables(kSmall, "small.json"); }

std::string File(const std::string& name) {
  return base::ReadFile(base::Runfile(absl::StrCat("experiments/paper_tables/", name))).value_or("");
}

std::vector<ReportedTable> ThePapers() { return *ParseReportedTables(File("reported.json"), "reported.json"); }

TEST(ReportedTest, IsRead) {
  const std::vector<ReportedTable> tables = Small();
  ASSERT_THAT(tables, SizeIs(2));
  EXPECT_EQ(tables[0].table, "t");
  EXPECT_THAT(tables[0].categories, ElementsAre("overall", "math", "stem"));
  EXPECT_EQ(tables[0].rows[0].reported.at("stem"), 49.99);
  EXPECT_FALSE(tables[0].rows[0].verdicts.has_value());
  EXPECT_EQ(tables[0].rows[0].note, "a note");
  EXPECT_EQ(tables[1].unit, Unit::kNumber);
  EXPECT_EQ(tables[1].ours->spec, "evaluations");
}

TEST(ReportedTest, BadFilesAreRefused) {
  const auto expect_refused = [](const std::string& old, const std::string& replacement, const std::string& message) {
    const std::string json = absl::StrReplaceAll(kSmall, {{old, replacement}});
    ASSERT_NE(json, kSmall) << old;
    EXPECT_THAT(ParseReportedTables(json, "small.json"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  expect_refused("}]\n}]}", "}}", "small.json");
  expect_refused("49.99", "101", "tables[0].rows[0].reported: stem must be a percentage");
  expect_refused("49.99", "\"x\"", "stem must be a percentage");
  expect_refused("2e-5", "\"x\"", "value must be a number");
  expect_refused("\"stem\": 49.99", "\"other\": 1", "no category \"other\"");
  expect_refused("{\"value\": 1}", "{}", "must be an object of numbers");
  expect_refused("\"rows\"", "\"r\"", "\"rows\" must be a list");
  expect_refused("\"tables\"", "\"r\"", "\"tables\" must be a list");
  expect_refused("\"comparison\": \"a_vs_b\"", "\"c\": 1", "comparison");
  expect_refused("\"queries\"", "\"rate\"", "a second \"rate\"");
  expect_refused("\"s\"", "\"t\"", "a second \"t\"");
  expect_refused("\"questions_per_category\": 2", "\"questions_per_category\": 0", "questions_per_category must be");
  expect_refused("\"precision\": 0.005", "\"precision\": -1", "\"precision\"");
  expect_refused("\"unit\": \"number\"", "\"unit\": \"m\"", "\"unit\"");
  expect_refused("{\"spec\": \"evaluations\"}", "{}", "either \"table\" or \"spec\"");
  expect_refused("\"reported\": {\"value\": 1}", "\"reported\": {\"value\": 1}, \"verdicts\": \"f\"",
                 "verdicts need the table's questions_per_category");
}

TEST(PaperTableTest, CellsByHand) {
  const ReportedTable table = Small()[0];
  ASSERT_OK_AND_ASSIGN(const Recomputed rates, WinRatesOf(table, table.rows[0], {1, 0.5, 1, 0}, 0.95));
  const std::vector<PaperCell> cells = RowCells(table, table.rows[0], rates, {});
  ASSERT_THAT(cells, SizeIs(3));
  EXPECT_EQ(cells[0].category, "overall");
  EXPECT_DOUBLE_EQ(cells[0].reported, 0.625);
  EXPECT_DOUBLE_EQ(cells[0].recomputed.value, (1 + 0.5 + 1 + 0) / 4);
  EXPECT_EQ(cells[0].recomputed.n, 4);
  EXPECT_EQ(cells[0].status, CellStatus::kMatch);
  EXPECT_DOUBLE_EQ(cells[1].recomputed.value, 0.75);
  EXPECT_EQ(cells[1].status, CellStatus::kMatch);
  // 50% against 49.99%: one unit of the last printed digit.
  EXPECT_EQ(cells[2].category, "stem");
  EXPECT_EQ(cells[2].status, CellStatus::kWithinInterval);
  EXPECT_EQ(cells[2].ours_status, CellStatus::kNotReleased);
  EXPECT_THAT(WinRatesOf(table, table.rows[0], {1, 0, 1}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a_vs_b: 3 verdicts for the 4 questions of t")));
  EXPECT_THAT(WinRatesOf(table, table.rows[0], {1, 0, 1, 0.7}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0.7")));
}

TEST(PaperTableTest, Statuses) {
  analysis::Estimate estimate;
  EXPECT_EQ(Compare(0.5, 0.1, estimate), CellStatus::kNotReleased);
  estimate.value = 0.5;
  EXPECT_EQ(Compare(0.5, 0, estimate), CellStatus::kMatch);
  EXPECT_EQ(Compare(0.6, 0, estimate), CellStatus::kDiffers);  // no interval
  EXPECT_EQ(Compare(0.6, 0.1, estimate), CellStatus::kMatch);
  estimate.low = 0.4;
  estimate.high = 0.6;
  EXPECT_EQ(Compare(0.6, 0, estimate), CellStatus::kWithinInterval);
  EXPECT_EQ(Compare(0.61, 0, estimate), CellStatus::kDiffers);
  EXPECT_STREQ(CellStatusName(CellStatus::kWithinInterval), "within interval");
}

TEST(PaperTableTest, NotReleased) {
  const ReportedTable table = Small()[0];
  const std::vector<PaperCell> cells = RowCells(table, table.rows[0], {}, {});
  ASSERT_THAT(cells, SizeIs(3));
  EXPECT_EQ(ToJson(ToTable(table, cells, false))[1].dump(),
            R"({"table":"t","comparison":"a_vs_b","category":"math","reported":0.75,"recomputed":null,"n":0,)"
            R"("ci_low":null,"ci_high":null,"status":"not released"})");
  EXPECT_THAT(ToTable(table, {}, false).notes, ElementsAre("Source: a paper.", "a note"));
}

// A run folder with two of the three numbers, of which one agrees, and with a field that this version does not know.
TEST(PaperTableTest, OursStandBeside) {
  const std::string run = base::TestFolder();
  base::WriteTestFile("spec.textproto", R"(name: "n" evaluations { name: "test" } later: 1
queries { name: "train" take: 1200 } arms { name: "sft" }
arms { name: "sami" sami { training { optimizer { learning_rate: 2e-5 } } } })");
  ASSERT_OK(base::WriteFileAtomically(run + "/tables/test/win_rates.json", R"([
    {"comparison": "x_vs_y", "judge": "content", "category": "overall", "win_rate": 0.1, "ci_low": 0, "ci_high": 1,
     "n": 5},
    {"comparison": "x_vs_y", "judge": "principle", "category": "overall", "win_rate": 0.7, "ci_low": 0.6,
     "ci_high": 0.8, "n": 90},
    {"comparison": "x_vs_y", "judge": "principle", "category": "science", "win_rate": 0.9, "ci_low": null,
     "ci_high": null, "n": 9}])"));
  const std::vector<ReportedTable> tables = Small();
  ASSERT_OK_AND_ASSIGN(const OurRun ours, OurRun::Open(run));
  const std::vector<PaperCell> cells = RowCells(tables[0], tables[0].rows[0], {}, {ours});
  EXPECT_EQ(cells[0].ours.value, 0.7);
  EXPECT_EQ(cells[0].ours.n, 90);
  EXPECT_EQ(cells[0].ours_status, CellStatus::kWithinInterval);
  EXPECT_EQ(cells[1].ours_status, CellStatus::kNotReleased);
  EXPECT_EQ(cells[2].ours_status, CellStatus::kDiffers);
  EXPECT_EQ(ToJson(ToTable(tables[0], cells, true))[1]["ours_status"], "not run");
  EXPECT_EQ(RowCells(tables[1], tables[1].rows[0], {}, {ours})[0].ours_status, CellStatus::kMatch);
  const PaperCell queries = RowCells(tables[1], tables[1].rows[1], {}, {ours})[0];
  EXPECT_EQ(queries.ours.value, 1200);
  EXPECT_EQ(queries.ours_status, CellStatus::kDiffers);
  EXPECT_EQ(RowCells(tables[1], tables[1].rows[2], {}, {ours})[0].ours_status, CellStatus::kNotReleased);

  EXPECT_THAT(OurRun::Open(run + "/none"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("there is no folder")));
  ASSERT_OK(base::WriteFileAtomically(run + "/tables/test/win_rates.json", "{"));
  base::WriteTestFile("spec.textproto", "nonsense {");
  ASSERT_OK_AND_ASSIGN(const OurRun broken, OurRun::Open(run));
  EXPECT_EQ(RowCells(tables[0], tables[0].rows[0], {}, {broken})[0].ours_status, CellStatus::kNotReleased);
  EXPECT_THAT(broken.warnings(), AllOf(Contains(HasSubstr("tables/test/win_rates.json is no list of rows")),
                                       Contains(HasSubstr("of another version"))));
}

TEST(ExpectationTest, EveryKindOfDifferenceIsNamed) {
  const std::string cell =
      R"([{"table": "t", "comparison": "c", "category": "x", "recomputed": 0.5, "status": "match"}])";
  const auto verify = [&](const std::string& old, const std::string& replacement) {
    const std::string changed = absl::StrReplaceAll(cell, {{old, replacement}});
    return VerifyCells(base::OrderedJson::parse(changed), cell, "e.json");
  };
  EXPECT_OK(verify("", ""));
  EXPECT_OK(verify("0.5", "0.50000000001"));
  EXPECT_THAT(
      verify("0.5", "0.50001"),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("1 difference from e.json: t, c, x: recomputed is 0.50001")));
  EXPECT_THAT(verify("0.5", "null"), StatusIs(absl::StatusCode::kInternal, HasSubstr("recomputed is null")));
  EXPECT_THAT(verify("match", "differs"), StatusIs(absl::StatusCode::kInternal, HasSubstr("expected \"match\"")));
  EXPECT_THAT(verify("\"x\"", "\"y\""), StatusIs(absl::StatusCode::kInternal, HasSubstr("t, c, y: was not expected")));
  EXPECT_THAT(VerifyCells(base::OrderedJson::array(), cell, "e.json"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("t, c, x: is no longer there")));
  EXPECT_THAT(VerifyCells(base::OrderedJson::array(), "{}", "e.json"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("e.json")));
}

TEST(PaperFactsTest, BothPapersAreComplete) {
  std::set<std::string> names;
  size_t numbers = 0;
  for (const ReportedTable& table : ThePapers()) {
    names.insert(table.table);
    for (const ReportedRow& row : table.rows) numbers += row.reported.size();
  }
  EXPECT_THAT(names, ElementsAre("gsm8k_accuracy", "gsm8k_gains", "mt_bench_principle_free", "mt_bench_win_rates",
                                 "sami_win_rates", "settings_gsm8k", "settings_mt_bench", "settings_sami"));
  // 3 x 9 win rates, 2, 4 x 3 accuracies, 7 gains, 8 win rates; 15 + 17 + 12 settings.
  EXPECT_EQ(numbers, 27 + 2 + 12 + 7 + 8 + 15 + 17 + 12);
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
      for (const auto& file : {row.verdicts, row.answers}) {
        if (!file.has_value()) continue;
        ASSIGN_PINNED_OR_SKIP(const std::string path, *file);
      }
      ASSERT_OK_AND_ASSIGN(const Recomputed recomputed, RecomputeRow(table, row, 0.95));
      for (const base::OrderedJson& cell : ToJson(ToTable(table, RowCells(table, row, recomputed, {}), false))) {
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
