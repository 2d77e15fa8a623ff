#include "experiments/paper_tables/paper_table.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "experiments/paper_tables/expectation.h"
#include "experiments/paper_tables/recomputed.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kSmall[] = R"({"tables": [{
  "table": "t", "caption": "c", "source": "a paper", "unit": "percent", "precision": 0.005,
  "categories": ["overall", "math", "stem"], "questions_per_category": 2,
  "ours": {"table": "win_rates"},
  "rows": [{"comparison": "a_vs_b", "reported": {"overall": 62.5, "math": 75, "stem": 49.99}, "ours": ["x_vs_y"],
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
  const std::vector<std::array<std::string, 3>> changes = {
      // of one text to another, and what is said
      {"}]\n}]}", "}}", "small.json"},
      {"49.99", "101", "tables[0].rows[0].reported: stem must be a percentage"},
      {"49.99", "\"x\"", "stem must be a percentage"},
      {"2e-5", "\"x\"", "value must be a number"},
      {"\"stem\": 49.99", "\"other\": 1", "no category \"other\""},
      {"{\"value\": 1}", "{}", "must be an object of numbers"},
      {"\"rows\"", "\"r\"", "\"rows\" must be a list"},
      {"\"tables\"", "\"r\"", "\"tables\" must be a list"},
      {"\"comparison\": \"a_vs_b\"", "\"c\": 1", "comparison"},
      {"\"queries\"", "\"rate\"", "a second \"rate\""},
      {"\"s\"", "\"t\"", "a second \"t\""},
      {"\"questions_per_category\": 2", "\"questions_per_category\": 0", "questions_per_category must be"},
      {"\"precision\": 0.005", "\"precision\": -1", "\"precision\""},
      {"\"unit\": \"number\"", "\"unit\": \"m\"", "\"unit\""},
      {"{\"spec\": \"evaluations\"}", "{}", "either \"table\" or \"spec\""},
      {"\"reported\": {\"value\": 1}", "\"reported\": {\"value\": 1}, \"verdicts\": \"f\"",
       "verdicts need the table's questions_per_category"},
      {"\"reported\": {\"value\": 1}", "\"reported\": {\"value\": null}", "no released file"},
      {"\"reported\": {\"value\": 1}", "\"reported\": {\"value\": 1}, \"answers\": \"f\", \"minus\": \"g\"",
       "\"minus\" is of verdicts"},
      {"\"precision\": 0,", "\"precision\": 0, \"measure\": \"m\",", "\"measure\" must be"},
      {"\"precision\": 0,", "\"precision\": 0, \"measure\": \"length\",", "no category \"value\""},
      {"{\"table\": \"win_rates\"}", "{\"table\": \"win_rates\", \"principles\": 1}", "\"principles\" must be"},
  };
  for (const auto& [old, replacement, message] : changes) {
    const std::string json = absl::StrReplaceAll(kSmall, {{old, replacement}});
    ASSERT_NE(json, kSmall) << old;
    EXPECT_THAT(ParseReportedTables(json, "small.json"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  }
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
  ASSERT_OK_AND_ASSIGN(const Recomputed difference,
                       WinRateDifferencesOf(table, table.rows[0], {1, 0.5, 1, 0}, {0, 0.5, 0.5, 1}, 0.95));
  EXPECT_DOUBLE_EQ(difference.at("overall").value, (1 + 0 + 0.5 - 1) / 4);
  EXPECT_DOUBLE_EQ(difference.at("math").value, 0.5);
  EXPECT_DOUBLE_EQ(difference.at("stem").value, (0.5 - 1) / 2);
  EXPECT_THAT(WinRateDifferencesOf(table, table.rows[0], {1, 0.5, 1, 0}, {0, 0.5, 1}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("3 verdicts for the 4 questions")));
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
  EXPECT_EQ(Compare(analysis::kUndefined, 0, estimate), CellStatus::kNotReported);
  EXPECT_EQ(Compare(0.61, 0, estimate), CellStatus::kDiffers);
  EXPECT_STREQ(CellStatusName(CellStatus::kWithinInterval), "within interval");
}

// Answers that are longer win: at equal lengths nothing is left of a raw 75%.
TEST(PaperTableTest, WinRatesAtEqualLengthsByHand) {
  ReportedTable table = Small()[0];
  table.measure = Measure::kLengthControlled;
  table.questions_per_category = 16;
  std::vector<datasets::ReleasedVerdict> verdicts;
  // Of twelve that are longer ten win, of four that are shorter two: 10/12 = sigmoid(theta + phi tanh(d / sd)).
  for (int i = 0; i < 12; ++i) verdicts.push_back({i < 10 ? 1.0 : 0.0, 10, 30});
  for (int i = 0; i < 4; ++i) verdicts.push_back({i < 2 ? 1.0 : 0.0, 30, 10});
  ASSERT_OK_AND_ASSIGN(const Recomputed rates, WinRatesAtEqualLengths(table, table.rows[0], verdicts, 0.95));
  EXPECT_DOUBLE_EQ(rates.at(kRaw).value, 0.75);
  // logit(5/6) = log 5 and logit(1/2) = 0 are at +-1 times the same length: theta is halfway between them.
  EXPECT_NEAR(rates.at(kEqualLengths).value, 1 / (1 + std::exp(-std::log(5) / 2)), 1e-9);
  EXPECT_LT(rates.at(kEqualLengths).low, 0.6);
  verdicts.pop_back();
  EXPECT_THAT(WinRatesAtEqualLengths(table, table.rows[0], verdicts, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("15 verdicts for the 16 questions")));
}

TEST(PaperTableTest, LengthsByHand) {
  const ReportedRow row{"a - b"};
  const std::vector<datasets::ReleasedAnswer> a = {{"", "q1", "", "two  words\n"}, {"", "q2", "", "\u00e4 b c d"}};
  const std::vector<datasets::ReleasedAnswer> b = {{"", "q1", "", ""}, {"", "q2", "", "e f"}};
  ASSERT_OK_AND_ASSIGN(const Recomputed lengths, LengthsOf(row, a, {}, 0.95));
  EXPECT_DOUBLE_EQ(lengths.at(kWords).value, (2 + 4) / 2.0);
  EXPECT_DOUBLE_EQ(lengths.at(kCharacters).value, (11 + 7) / 2.0);
  // Two values: s = |2 - 4| / sqrt(2), t(1) = 12.7062.
  EXPECT_NEAR(lengths.at(kWords).high, 3 + 12.7062 * 1, 1e-3);
  ASSERT_OK_AND_ASSIGN(const Recomputed difference, LengthsOf(row, a, b, 0.95));
  EXPECT_DOUBLE_EQ(difference.at(kWords).value, 2);
  EXPECT_DOUBLE_EQ(difference.at(kCharacters).value, (11 + 4) / 2.0);
  EXPECT_THAT(LengthsOf(row, a, {b[1], b[0]}, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a - b: the two files are not of the same")));
  EXPECT_THAT(LengthsOf(row, a, {b[0]}, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a - b")));
}

TEST(PaperTableTest, WhatIsNotReportedSaysSo) {
  ReportedTable table = Small()[0];
  table.rows[0].reported["math"] = analysis::kUndefined;
  ASSERT_OK_AND_ASSIGN(const Recomputed rates, WinRatesOf(table, table.rows[0], {1, 0.5, 1, 0}, 0.95));
  const std::vector<PaperCell> cells = RowCells(table, table.rows[0], rates, {});
  EXPECT_EQ(cells[1].status, CellStatus::kNotReported);
  EXPECT_EQ(cells[1].recomputed.value, 0.75);
  const base::OrderedJson json = ToJson(ToTable(table, cells, Beside::kReleased))[1];
  EXPECT_TRUE(json["reported"].is_null());
  EXPECT_EQ(json["status"], "not reported");
}

TEST(PaperTableTest, NotReleased) {
  const ReportedTable table = Small()[0];
  const std::vector<PaperCell> cells = RowCells(table, table.rows[0], {}, {});
  ASSERT_THAT(cells, SizeIs(3));
  EXPECT_EQ(ToJson(ToTable(table, cells, Beside::kReleased))[1].dump(),
            R"({"table":"t","comparison":"a_vs_b","category":"math","reported":0.75,"recomputed":null,"n":0,)"
            R"("ci_low":null,"ci_high":null,"status":"not released"})");
  EXPECT_THAT(ToTable(table, {}, Beside::kReleased).notes, ElementsAre("Source: a paper.", "a note"));
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

}  // namespace
}  // namespace experiments
