#include "training/order.h"

#include <set>

#include "base/testing.h"
#include "training/schedule.h"

namespace training {
namespace {

using ::sami_harness::ScheduleConfig;
using ::sami_harness::TrainingConfig;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TrainingConfig Config(int64_t batch_size, double epochs) {
  TrainingConfig config;
  config.set_batch_size(batch_size);
  config.set_epochs(epochs);
  return config;
}

std::vector<int64_t> All(ExampleOrder& order) {
  std::vector<int64_t> all;
  for (int64_t step = 1; step <= order.num_steps(); ++step) {
    for (const int64_t example : order.Batch(step)) all.push_back(example);
  }
  return all;
}

TEST(ExampleOrderTest, EveryPassSeesEveryExampleOnce) {
  ExampleOrder order(10, Config(4, 3), 1, "x");
  EXPECT_EQ(order.num_steps(), 8);  // 30 = 7 * 4 + 2
  EXPECT_THAT(order.Batch(8), SizeIs(2));
  const std::vector<int64_t> all = All(order);
  std::set<std::vector<int64_t>> passes;
  for (int64_t pass = 0; pass < 3; ++pass) {
    const std::vector<int64_t> seen(all.begin() + 10 * pass, all.begin() + 10 * (pass + 1));
    EXPECT_THAT(std::set<int64_t>(seen.begin(), seen.end()), SizeIs(10));
    passes.insert(seen);
  }
  // Two of three shuffles of 10 agree with probability 3 / 10! = 8e-7; the seed is fixed.
  EXPECT_THAT(passes, SizeIs(3));
}

TEST(ExampleOrderTest, StepsCanBeAskedInAnyOrder) {
  ExampleOrder forwards(5, Config(3, 4), 1, "x"), backwards(5, Config(3, 4), 1, "x");
  const std::vector<int64_t> third = forwards.Batch(3);
  EXPECT_EQ(backwards.Batch(7).size(), 2u);
  EXPECT_EQ(backwards.Batch(3), third);
}

TEST(ExampleOrderTest, DependsOnSeedAndName) {
  ExampleOrder a(50, Config(50, 1), 1, "x"), b(50, Config(50, 1), 2, "x"), c(50, Config(50, 1), 1, "y");
  EXPECT_NE(All(a), All(b));
  EXPECT_NE(All(a), All(c));
}

TEST(ExampleOrderTest, AFractionIsTheFirstPartOfAPass) {
  ExampleOrder half(8, Config(3, 0.5), 1, "x"), whole(8, Config(3, 1), 1, "x");
  const std::vector<int64_t> first = All(half), all = All(whole);
  EXPECT_EQ(first, std::vector<int64_t>(all.begin(), all.begin() + 4));
  ExampleOrder least(8, Config(3, 1e-9), 1, "x");
  EXPECT_THAT(All(least), SizeIs(1));
  ExampleOrder larger(2, Config(7, 2), 1, "x");  // a batch of more than a pass
  EXPECT_EQ(larger.num_steps(), 1);
  EXPECT_THAT(larger.Batch(1), SizeIs(4));
}

TEST(ExampleOrderTest, OnePassIsTheFirst) {
  ExampleOrder order(10, Config(4, 1), 1, "x");
  const std::vector<std::vector<int64_t>> pass = OnePass(10, Config(4, 2.5), 1, "x");
  EXPECT_THAT(pass, ElementsAre(order.Batch(1), order.Batch(2), order.Batch(3)));
  EXPECT_THAT(pass[2], SizeIs(2));
}

std::vector<double> Rates(ScheduleConfig::Shape shape, int64_t warmup, double final_fraction, int64_t steps) {
  TrainingConfig config;
  config.mutable_optimizer()->set_learning_rate(0.75);
  config.mutable_schedule()->set_shape(shape);
  config.mutable_schedule()->set_warmup_steps(warmup);
  config.mutable_schedule()->set_final_fraction(final_fraction);
  std::vector<double> rates;
  for (int64_t step = 1; step <= steps; ++step) rates.push_back(LearningRate(config, step, steps));
  return rates;
}

TEST(LearningRateTest, Shapes) {
  EXPECT_THAT(Rates(ScheduleConfig::CONSTANT, 0, 0, 2), ElementsAre(0.75, 0.75));
  EXPECT_THAT(Rates(ScheduleConfig::CONSTANT, 2, 0, 4), ElementsAre(0.25, 0.5, 0.75, 0.75));
  EXPECT_THAT(Rates(ScheduleConfig::LINEAR, 0, 0, 3), ElementsAre(0.75, 0.5, 0.25));
  EXPECT_THAT(Rates(ScheduleConfig::LINEAR, 2, 0.5, 5), ElementsAre(0.25, 0.5, 0.75, 0.5625, 0.375));
  // cos(0) = 1, cos(pi / 3) = 1/2, cos(2 pi / 3) = -1/2, cos(pi) = -1
  const std::vector<double> cosine = Rates(ScheduleConfig::COSINE, 0, 0.2, 4);
  EXPECT_DOUBLE_EQ(cosine[0], 0.75);
  EXPECT_DOUBLE_EQ(cosine[1], 0.75 * (0.2 + 0.8 * 0.75));
  EXPECT_DOUBLE_EQ(cosine[2], 0.75 * (0.2 + 0.8 * 0.25));
  EXPECT_DOUBLE_EQ(cosine[3], 0.75 * 0.2);
}

TEST(LearningRateTest, ShortRuns) {
  EXPECT_THAT(Rates(ScheduleConfig::COSINE, 0, 0, 1), ElementsAre(0.75));
  EXPECT_THAT(Rates(ScheduleConfig::LINEAR, 2, 0, 3), ElementsAre(0.25, 0.5, 0.75));
  EXPECT_THAT(Rates(ScheduleConfig::LINEAR, 9, 0, 1), ElementsAre(0.075));
}

TEST(CheckScheduleTest, WarmUpEndsBeforeTraining) {
  TrainingConfig config;
  EXPECT_OK(CheckSchedule(config, 1));
  config.mutable_schedule()->set_warmup_steps(3);
  EXPECT_OK(CheckSchedule(config, 4));
  EXPECT_EQ(CheckSchedule(config, 3).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace training
