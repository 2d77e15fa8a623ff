#include "experiments/paper_tables/paper_table.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/released/released.h"
#include "datasets/sources/testing.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSmall[] = R"({
  "source": "a paper", "table": "t", "categories": ["math", "stem"], "questions_per_category": 2,
  "comparisons": [{"comparison": "a_vs_b", "percent": {"overall": 62.5, "math": 75, "stem": 49.99}, "note": "a note"}]
})";

ReportedTable Small() { return *ParseReportedTable(kSmall, "small.json"); }

absl::StatusOr<ReportedTable> TheReportedTable() {
  const absl::StatusOr<std::string> json = base::ReadFile(base::Runfile("experiments/paper_tables/reported.json"));
  if (!json.ok()) return json.status();
  return ParseReportedTable(*json, "reported.json");
}

TEST(ReportedTableTest, IsRead) {
  const ReportedTable table = Small();
  EXPECT_EQ(table.table, "t");
  EXPECT_THAT(table.categories, ElementsAre("math", "stem"));
  ASSERT_THAT(table.comparisons, SizeIs(1));
  EXPECT_EQ(table.comparisons[0].percent.at("stem"), 49.99);
  EXPECT_FALSE(table.comparisons[0].released.has_value());
  EXPECT_EQ(table.comparisons[0].note, "a note");
}

TEST(ReportedTableTest, BadFilesAreRefused) {
  const auto expect_refused = [](const std::string& old, const std::string& replacement, const std::string& message) {
    const std::string json = absl::StrReplaceAll(kSmall, {{old, replacement}});
    EXPECT_THAT(ParseReportedTable(json, "small.json"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  expect_refused("}]", "]", "small.json");
  expect_refused("49.99", "101", "small.json, comparisons[0].percent: stem must be a percentage");
  expect_refused("49.99", "\"x\"", "stem must be a percentage");
  expect_refused("\"stem\": 49.99", "\"other\": 1", "no number for \"stem\"");
  expect_refused(", \"stem\": 49.99", "", "must have 3 numbers");
  expect_refused("\"overall\"", "\"over\"", "no number for \"overall\"");
  expect_refused("\"comparisons\"", "\"c\"", "\"comparisons\" must be a list");
  expect_refused("\"comparison\":", "\"c\":", "comparison");
  expect_refused("\"questions_per_category\": 2", "\"questions_per_category\": 0", "questions_per_category must be");
}

TEST(PaperTableTest, CellsByHand) {
  const ReportedTable table = Small();
  ASSERT_OK_AND_ASSIGN(const std::vector<PaperCell> cells,
                       CompareWithPaper(table, table.comparisons[0], {1, 0.5, 1, 0}, 0.95));
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
  EXPECT_EQ(cells[2].status, CellStatus::kDiffers);
}

TEST(PaperTableTest, NotReleased) {
  const ReportedTable table = Small();
  ASSERT_OK_AND_ASSIGN(const std::vector<PaperCell> cells, CompareWithPaper(table, table.comparisons[0], {}, 0.95));
  ASSERT_THAT(cells, SizeIs(3));
  const base::OrderedJson json = ToJson(ToTable(table, cells));
  EXPECT_EQ(json[1].dump(),
            R"({"table":"t","comparison":"a_vs_b","category":"math","reported":0.75,"recomputed":null,"n":0,)"
            R"("ci_low":null,"ci_high":null,"status":"not released"})");
}

TEST(PaperTableTest, NotesAreKept) {
  EXPECT_THAT(ToTable(Small(), {}).notes, ElementsAre("Source: a paper.", "a note"));
}

TEST(PaperTableTest, RefusesAnotherNumberOfVerdicts) {
  const ReportedTable table = Small();
  EXPECT_THAT(CompareWithPaper(table, table.comparisons[0], {1, 0, 1}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a_vs_b: 3 verdicts for the 4 questions of t")));
  EXPECT_THAT(CompareWithPaper(table, table.comparisons[0], {1, 0, 1, 0.7}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0.7")));
}

TEST(PaperFactsTest, TheReportedTableIsComplete) {
  ASSERT_OK_AND_ASSIGN(const ReportedTable table, TheReportedTable());
  EXPECT_THAT(table.comparisons, SizeIs(3));
  EXPECT_THAT(table.categories,
              ElementsAre("writing", "roleplay", "reasoning", "math", "coding", "extraction", "stem", "humanities"));
}

// The bars of the figure, which somebody typed from the paper, against the verdicts, which somebody else released.
TEST(PaperFactsTest, ReleasedVerdictsGiveTheFigure) {
  ASSERT_OK_AND_ASSIGN(const ReportedTable table, TheReportedTable());
  for (const ReportedComparison& comparison : table.comparisons) {
    if (!comparison.released.has_value()) continue;
    ASSIGN_PINNED_OR_SKIP(const std::string path, *comparison.released);
    ASSERT_OK_AND_ASSIGN(const std::vector<datasets::ReleasedVerdict> verdicts, datasets::ReadReleasedVerdicts(path));
    std::vector<double> scores;
    for (const datasets::ReleasedVerdict& verdict : verdicts) scores.push_back(verdict.score);
    ASSERT_OK_AND_ASSIGN(const std::vector<PaperCell> cells, CompareWithPaper(table, comparison, scores, 0.95));
    ASSERT_THAT(cells, SizeIs(9));
    EXPECT_EQ(cells[0].status, CellStatus::kDiffers) << comparison.comparison;
    if (comparison.comparison == "dpo_vs_sft") {
      EXPECT_DOUBLE_EQ(cells[0].recomputed.value, 46.0 / 80);
      for (size_t i = 1; i < cells.size(); ++i) EXPECT_EQ(cells[i].status, CellStatus::kMatch) << cells[i].category;
    }
    // 43 wins, 5 ties.
    if (comparison.comparison == "sami_vs_sft") EXPECT_DOUBLE_EQ(cells[0].recomputed.value, (43 + 5 * 0.5) / 80);
  }
}

}  // namespace
}  // namespace experiments
