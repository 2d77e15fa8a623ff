#include "experiments/pipeline/tables/accuracy_tables.h"

#include "absl/strings/match.h"
#include "base/testing.h"

namespace experiments {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;

constexpr size_t kRules = evaluation::kAnswerRules.size();

// Attempts of one arm: [question] -> "1010...", attempt 0 first. All rules agree but the first, which finds nothing
// right. Attempts that are right answer the gold number, others "0".
ScoredArm Arm(const std::string& name, const std::vector<std::string>& bits, const std::vector<std::string>& gold) {
  ScoredArm arm;
  arm.arm = name;
  arm.right.resize(kRules);
  for (size_t q = 0; q < bits.size(); ++q) {
    std::vector<bool> right;
    arm.answers.emplace_back();
    for (const char bit : bits[q]) {
      right.push_back(bit == '1');
      arm.answers.back().push_back(bit == '1' ? gold[q] : std::string("0"));
    }
    for (size_t r = 0; r < kRules; ++r) {
      arm.right[r].push_back(r == 0 ? std::vector<bool>(right.size(), false) : right);
    }
  }
  return arm;
}

AccuracyReport SmallReport() {
  AccuracyReport report;
  report.question_ids = {"1", "2", "3", "4"};
  report.gold = {"5", "6", "7", "8"};
  report.terms.baseline = "base";
  report.terms.ks = {4, 2};
  report.terms.samples = 4;
  report.terms.questions = 4;
  report.options.resamples = 1000;
  // Temperature 0: 1 of 4 and 3 of 4. Samples: 0, 1, 2, 4 and 1, 3, 2, 4 right of 4.
  report.arms = {Arm("base", {"00000", "01000", "01100", "11111"}, report.gold),
                 Arm("sft", {"00001", "11110", "11010", "11111"}, report.gold)};
  return report;
}

double Cell(const analysis::Table& table, const std::string& name, const std::string& category, int column) {
  for (const auto& row : table.rows) {
    if (std::get<std::string>(row[0]) == name && std::get<std::string>(row[1]) == category) {
      return std::get<double>(row[column]);
    }
  }
  ADD_FAILURE() << "no row " << name << ", " << category;
  return 0;
}

TEST(AccuracyReportTest, NumbersByHand) {
  ASSERT_OK_AND_ASSIGN(const std::vector<AccuracyRow> rows, AccuracyRows(SmallReport()));
  const analysis::Table table = AccuracyTable(rows);
  const auto value = [&](const char* name, const char* category) { return Cell(table, name, category, 3); };
  EXPECT_DOUBLE_EQ(value("base", "temperature 0"), 0.25);
  EXPECT_DOUBLE_EQ(value("sft", "temperature 0"), 0.75);
  EXPECT_DOUBLE_EQ(value("sft - base", "temperature 0"), 0.5);
  // pass@2 of 4 samples with c right: 1 - C(4 - c, 2) / 6 = 0, 1/2, 5/6, 1, 1 for c = 0 to 4.
  EXPECT_THAT(value("base", "2 attempts"), DoubleNear((0 + 0.5 + 5 / 6.0 + 1) / 4, 1e-12));
  EXPECT_THAT(value("sft", "2 attempts"), DoubleNear((0.5 + 1 + 5 / 6.0 + 1) / 4, 1e-12));
  EXPECT_THAT(value("sft - base", "2 attempts"), DoubleNear(0.25, 1e-12));
  EXPECT_DOUBLE_EQ(value("base", "4 attempts"), 0.75);
  // Votes: question 2 of base has 3 zeros to 1, question 3 is a tie.
  EXPECT_DOUBLE_EQ(value("base", "majority of 4"), (0 + 0 + 0.5 + 1) / 4);
  EXPECT_DOUBLE_EQ(value("sft", "majority of 4"), (0 + 1 + 0.5 + 1) / 4);
  for (const auto& row : table.rows) {
    EXPECT_LE(std::get<double>(row[5]), std::get<double>(row[3]));
    EXPECT_GE(std::get<double>(row[6]), std::get<double>(row[3]));
  }
}

TEST(AccuracyReportTest, SummaryHasTheBaselineWithoutADifference) {
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, AccuracySummary(SmallReport()));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(table.rows[0][2]));
  EXPECT_TRUE(absl::StartsWith(std::get<std::string>(table.rows[1][1]), "75.0 ["));
  EXPECT_TRUE(absl::StartsWith(std::get<std::string>(table.rows[1][2]), "+50.0 ["));
}

TEST(AccuracyReportTest, ExtractionShowsTheSpread) {
  ASSERT_OK_AND_ASSIGN(const std::vector<ExtractionRow> rows, ExtractionRows(SmallReport()));
  const analysis::Table table = ExtractionTable(rows);
  EXPECT_DOUBLE_EQ(Cell(table, "sft", "temperature 0", 2), 0);     // the first rule
  EXPECT_DOUBLE_EQ(Cell(table, "sft", "temperature 0", 3), 0.75);  // another
  EXPECT_DOUBLE_EQ(Cell(table, "sft", "temperature 0", 2 + kRules), 0);
  EXPECT_DOUBLE_EQ(Cell(table, "sft", "temperature 0", 3 + kRules), 0.75);
}

TEST(AccuracyReportTest, CurvesRiseAndEndAtAnyOfN) {
  ASSERT_OK_AND_ASSIGN(const analysis::LineChart curve, AccuracyCurve(SmallReport()));
  ASSERT_EQ(curve.series.size(), 2u);
  for (const analysis::LineSeries& series : curve.series) {
    ASSERT_EQ(series.points.size(), 4u);
    for (size_t i = 1; i < series.points.size(); ++i) EXPECT_GE(series.points[i].y, series.points[i - 1].y);
    EXPECT_LT(series.points[0].low, series.points[0].y);
  }
  EXPECT_DOUBLE_EQ(curve.series[0].points[3].y, 75);
  ASSERT_OK_AND_ASSIGN(const analysis::LineChart differences, DifferenceCurve(SmallReport()));
  ASSERT_EQ(differences.series.size(), 1u);
  EXPECT_DOUBLE_EQ(differences.series[0].points[3].y, 25);
}

}  // namespace
}  // namespace experiments
