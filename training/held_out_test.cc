#include "training/held_out.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/testing.h"

namespace training {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::sami_harness::EarlyStopConfig;
using ::sami_harness::HeldOutConfig;
using ::sami_harness::TrainingConfig;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

HeldOutConfig Rows(int64_t rows) {
  HeldOutConfig config;
  config.set_rows(rows);
  return config;
}

HeldOutConfig Share(double share) {
  HeldOutConfig config;
  config.set_share(share);
  return config;
}

TEST(HeldOutTest, CountsRows) {
  EXPECT_THAT(HeldOutCount(Rows(3), 4), IsOkAnd(int64_t{3}));
  EXPECT_THAT(HeldOutCount(Share(0.25), 10), IsOkAnd(int64_t{3}));  // 2.5, away from 0
  EXPECT_THAT(HeldOutCount(Share(0.1), 14), IsOkAnd(int64_t{1}));
}

TEST(HeldOutTest, RefusesNoneAndAll) {
  const auto refused = [](const HeldOutConfig& config, int64_t rows, const char* what) {
    EXPECT_THAT(HeldOutCount(config, rows), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what)));
  };
  refused(Share(0.1), 4, "held_out.share is 0.1, which of 4 rows is none");
  refused(Share(0.9), 2, "held_out.share is 0.9, and there are 2 rows: none would be left");
  refused(Rows(4), 4, "held_out.rows is 4, and there are 4 rows: none would be left");
  refused(Rows(5), 4, "held_out.rows is 5, and there are 4 rows");
  refused(Rows(1), 0, "there are 0 rows");
}

TEST(HeldOutTest, FewerRowsAreAmongMore) {
  const std::vector<int64_t> more = HeldOutRows(12, 40, 7);
  EXPECT_EQ(more, HeldOutRows(12, 40, 7));
  EXPECT_NE(more, HeldOutRows(12, 40, 8));
  EXPECT_TRUE(std::is_sorted(more.begin(), more.end()));
  const std::set<int64_t> all(more.begin(), more.end());
  EXPECT_EQ(all.size(), 12u);
  EXPECT_TRUE(*all.begin() >= 0 && *all.rbegin() < 40);
  for (const int64_t row : HeldOutRows(5, 40, 7)) EXPECT_EQ(all.count(row), 1u);
}

TEST(HeldOutTest, TakesRowsOut) {
  std::vector<std::string> rows = {"a", "b", "c", "d", "e"};
  EXPECT_THAT(TakeOut({0, 3}, &rows), ElementsAre("a", "d"));
  EXPECT_THAT(rows, ElementsAre("b", "c", "e"));
  EXPECT_THAT(TakeOut({}, &rows), ElementsAre());
  EXPECT_THAT(TakeOut({0, 1, 2}, &rows), ElementsAre("b", "c", "e"));
  EXPECT_THAT(rows, ElementsAre());
}

TrainingConfig Every(int64_t steps) {
  TrainingConfig config;
  config.mutable_held_out()->set_every_steps(steps);
  return config;
}

TEST(HeldOutTest, MeasuresEverySoManyStepsAndTheLast) {
  std::vector<int64_t> measured;
  for (int64_t step = 1; step <= 10; ++step) {
    if (IsMeasured(Every(4), step, 10)) measured.push_back(step);
    EXPECT_EQ(IsMeasured(Every(20), step, 10), step == 10);
    EXPECT_FALSE(IsMeasured(TrainingConfig(), step, 10));
  }
  EXPECT_THAT(measured, ElementsAre(4, 8, 10));
}

TEST(HeldOutTest, TheBestIsTheFirstOfEquals) {
  EXPECT_EQ(BestOf({2.0}), 0);
  EXPECT_EQ(BestOf({2.0, 1.0, 1.5, 1.0}), 1);
}

// The first number of losses after which training ends, 0 for never.
int64_t StopOf(int64_t patience, double min_improvement, const std::vector<double>& losses) {
  EarlyStopConfig config;
  config.set_patience(patience);
  config.set_min_improvement(min_improvement);
  for (size_t n = 1; n <= losses.size(); ++n) {
    if (StopsAfter(config, absl::MakeConstSpan(losses).first(n))) return n;
  }
  return 0;
}

TEST(EarlyStopTest, CountsMeasurementsInARowWithoutImprovement) {
  EXPECT_EQ(StopOf(1, 0, {3, 2, 1}), 0);
  EXPECT_EQ(StopOf(1, 0, {3, 2, 2, 1}), 3);  // equal is no improvement
  EXPECT_EQ(StopOf(2, 0, {3, 2, 2, 1, 1.5, 0.5, 1, 1}), 8);
  EXPECT_EQ(StopOf(3, 0, {1, 2, 3, 4}), 4);
  EXPECT_EQ(StopOf(3, 0, {1, 2, 3}), 0);
}

TEST(EarlyStopTest, SmallImprovementsAddUpButDoNotCountEach) {
  // By 0.25 each: against the last that counted, the third is better by 0.5.
  EXPECT_EQ(StopOf(2, 0.375, {1, 0.75, 0.5, 0.25, 0}), 0);
  EXPECT_EQ(StopOf(2, 0.5, {1, 0.75, 0.5, 0.25}), 3);  // by 0.5 is not by more than 0.5
  EXPECT_EQ(StopOf(1, 0.375, {1, 0.75, 0.5}), 2);
}

TEST(HeldOutTest, SettingsWithoutEffectOnShortTraining) {
  const auto refused = [](const TrainingConfig& config, int64_t steps, const char* what) {
    EXPECT_THAT(CheckMeasured(config, steps),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr(what), HasSubstr("steps"))));
  };
  TrainingConfig config;
  EXPECT_OK(CheckMeasured(config, 1));
  config.set_save_steps(11);
  refused(config, 10, "save_steps is 11, and training has 10 steps");
  EXPECT_OK(CheckMeasured(config, 11));

  config = Every(4);
  EXPECT_OK(CheckMeasured(config, 1));
  config.set_keep(TrainingConfig::BEST);
  refused(config, 4, "keep is BEST, and training of 4 steps is measured 1 time (held_out.every_steps is 4)");
  EXPECT_OK(CheckMeasured(config, 5));
  config.mutable_early_stop()->set_patience(1);
  refused(config, 8, "early_stop.patience is 1, and training of 8 steps is measured 2 times");
  EXPECT_OK(CheckMeasured(config, 9));
}

}  // namespace
}  // namespace training
