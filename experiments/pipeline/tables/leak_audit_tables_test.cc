#include "experiments/pipeline/tables/leak_audit_tables.h"

#include <cmath>

#include "base/testing.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

LeakRow Row(const std::string& probe, int64_t n, double row, double col) {
  LeakRow leak;
  leak.probe = probe;
  leak.constitutions = n;
  leak.accuracy_row.value = row;
  leak.accuracy_col.value = col;
  return leak;
}

std::vector<training::StepMetrics> Metrics(const std::vector<double>& accuracies) {
  std::vector<training::StepMetrics> steps;
  for (const double accuracy : accuracies) {
    training::StepMetrics step;
    step.step = steps.size() + 1;
    step.metrics = {{"accuracy/row", accuracy}, {"accuracy/col", accuracy}, {"mi/lower_bound", accuracy / 2}};
    steps.push_back(step);
  }
  return steps;
}

TEST(LeakAuditReportTest, MeansAndIntervalsAreOverQueries) {
  const sami::LeakMeasure measure = {"length", {1, 1, 0, 0.5}, {1, 1, 1, 1}, {0.6, 0.7, 0.1, 0.2}, {1, 3}, {0, 1}};
  ASSERT_OK_AND_ASSIGN(const LeakRow row, SummarizeLeaks(measure, 2, 0.95));
  EXPECT_DOUBLE_EQ(row.accuracy_row.value, 2.5 / 4);
  EXPECT_LT(row.accuracy_row.low, 0.5);
  EXPECT_DOUBLE_EQ(row.accuracy_col.value, 1);
  EXPECT_LT(row.accuracy_col.low, 1);
  EXPECT_DOUBLE_EQ(row.nats.value, 0.4);
  EXPECT_TRUE(std::isnan(row.own_copied));
  EXPECT_DOUBLE_EQ(SummarizeLeaks({"copying", {1}, {1}, {1}, {1, 3}, {0, 1}}, 2, 0.95)->own_copied, 2);
  const base::OrderedJson json = ToJson(LeakTable({row}));
  ASSERT_THAT(json, SizeIs(1));
  EXPECT_EQ(json[0]["queries"], 4);
  EXPECT_EQ(json[0]["chance"], 0.5);
  EXPECT_DOUBLE_EQ(json[0]["share_of_log_n"].get<double>(), 0.4 / std::log(2));
  EXPECT_THAT(SummarizeLeaks({"length", {}, {}, {}, {}, {}}, 2, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one")));
}

TEST(LeakAuditReportTest, SharesAreOfTheArmsAccuracyAboveChance) {
  // 11 steps: a tenth, rounded up, are two.
  ASSERT_OK_AND_ASSIGN(const LeakedArm arm,
                       ReadLeakedArm("sami", 2, Metrics({0.5, 0.5, 9, 9, 9, 9, 9, 9, 9, 0.9, 1}), 0.95));
  EXPECT_EQ(arm.first.steps, 2);
  EXPECT_DOUBLE_EQ(arm.last.Accuracy(), 0.95);
  EXPECT_DOUBLE_EQ(arm.last.nats.value, 0.475);
  const auto json = ToJson(LeakedArmsTable({arm}, {Row("length", 4, 1, 1), Row("length", 2, 0.75, 0.65)}));
  ASSERT_THAT(json, SizeIs(2));
  // At chance there is nothing to explain.
  EXPECT_TRUE(json[0]["explained_by_length"].is_null());
  EXPECT_EQ(json[1]["when"], "last tenth");
  EXPECT_NEAR(json[1]["explained_by_length"].get<double>(), (0.7 - 0.5) / (0.95 - 0.5), 1e-12);
  EXPECT_TRUE(json[1]["explained_by_prefix"].is_null());  // no such row
}

TEST(LeakAuditReportTest, BadMetricsAreNamed) {
  std::vector<training::StepMetrics> metrics = Metrics({0.5, 0.6});
  metrics[1].metrics.erase(metrics[1].metrics.begin() + 1);
  EXPECT_THAT(ReadLeakedArm("sami", 2, metrics, 0.95),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("step 2: \"accuracy/col\"")));
  EXPECT_THAT(ReadLeakedArm("sami", 2, {}, 0.95), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no step")));
}

}  // namespace
}  // namespace experiments
