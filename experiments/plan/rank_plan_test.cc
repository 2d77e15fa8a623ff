#include "experiments/plan/rank_plan.h"

#include "absl/strings/match.h"
#include "base/testing.h"
#include "experiments/plan/config_testing.h"
#include "lm/config/config.h"
#include "lm/config/model_cost.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// 1,115,520 parameters: five layers of 196,864, and 131,200 outside; two texts of three tokens take 343,872 bytes of
// activations, 123,456 with recomputation (stage_costs_test.cc).
constexpr double kState = 20 * 1115520., kActivations = 343872, kRecomputed = 123456;
constexpr double kLayer = 4 * 196864., kOutside = 4 * 131200., kWeights = 4 * 1115520.;

// On w: weights, the gradients' sum and two moments of all; the outside's weights, gradients and what is on its way;
// four layers.
constexpr double Sharded(double w) {
  return (5 * kLayer + 3 * kWeights + kOutside) / w + 3 * kOutside + 4 * kLayer + kRecomputed;
}

TrainingShape Small() {
  TrainingShape shape = {Config("datasets/embedded/models/base"), {}, 2, 3, false};
  shape.training.set_batch_size(12);
  shape.training.set_microbatch_size(2);  // six microbatches
  return shape;
}

StageCost Training(const TrainingShape& shape) {
  StageCost cost;
  cost.stage = "train x";
  cost.training = shape;
  cost.memory = TrainingMemory(shape);
  cost.steps = 10;
  cost.flops = 6e13;  // a tera a microbatch
  return cost;
}

StageCost Answers(double bytes) {
  StageCost cost;
  cost.stage = "answers test";
  cost.memory.weights = bytes;
  cost.flops = 8e12;
  return cost;
}

TEST(RankPlanTest, BytesByHand) {
  EXPECT_EQ(RankBytes(Small(), 1, Sharding::kSharded), kState + kActivations);
  // Weights, a microbatch's gradients and what is on its way, 4 bytes each, and a quarter of 16 more.
  EXPECT_EQ(RankBytes(Small(), 1, Sharding::kShared), kState + kActivations);
  EXPECT_EQ(RankBytes(Small(), 4, Sharding::kShared), (12 + 16 / 4) * 1115520. + kActivations);
  EXPECT_EQ(RankBytes(Small(), 4, Sharding::kSharded), Sharded(4));
  TrainingShape keeping = Small();  // the best model's parts
  keeping.training.set_keep(sami_harness::TrainingConfig::BEST);
  EXPECT_EQ(RankBytes(keeping, 4, Sharding::kSharded), Sharded(4) + kWeights / 4);
  EXPECT_EQ(RankBytes(keeping, 4, Sharding::kShared), (12 + 20 / 4) * 1115520. + kActivations);
}

// Frozen: 2,233,856 bytes of bfloat16, of which parts count by their parameters; 524,288 of the head are widened. The
// adapter: 5 * 8 * (128 + 128) = 10,240 parameters.
TEST(RankPlanTest, AdaptersByHand) {
  TrainingShape shape = Small();
  shape.training.mutable_lora()->set_rank(8);
  shape.training.mutable_lora()->add_target_modules("q_proj");
  constexpr double kFrozen = 2233856, kAdapter = 40960;
  const double outside = kFrozen * 131200 / 1115520, layer = kFrozen * 196864 / 1115520;
  const double expected =
      (kFrozen - outside + 3 * kAdapter + kAdapter) / 2 + outside + 3 * kAdapter + 2 * layer + kRecomputed + 524288;
  EXPECT_NEAR(RankBytes(shape, 2, Sharding::kSharded), expected, 1e-6);
  // Half of it goes to the other device: three microbatches, each the frozen layers twice, and the adapter's gradients.
  EXPECT_NEAR(SentBytes(shape, 2, Sharding::kSharded), 0.5 * (3 * 2 * (kFrozen - outside) + 4 * kAdapter), 1e-6);
  EXPECT_EQ(SentBytes(shape, 2, Sharding::kShared), (3 + 1) * 0.5 * 40960);
}

TEST(RankPlanTest, SentBytesByHand) {
  EXPECT_EQ(SentBytes(Small(), 1, Sharding::kShared), 0);
  EXPECT_EQ(SentBytes(Small(), 1, Sharding::kSharded), 0);
  EXPECT_EQ(SentBytes(Small(), 4, Sharding::kShared), (2 + 1) * 0.75 * kWeights);
  // A ring's where each device has one item: of six microbatches, three each, two on two devices.
  TrainingShape in_items = Small();
  in_items.training.set_accumulated_microbatches(3);
  EXPECT_EQ(SentBytes(in_items, 2, Sharding::kShared), 2 * 0.5 * kWeights);
  // Six microbatches on four devices: two of one's own.
  EXPECT_EQ(SentBytes(Small(), 4, Sharding::kSharded), 0.75 * (2 * 3 * 5 * kLayer + (2 + 1) * kOutside));
}

TEST(RankPlanTest, WhatCannotBeSharded) {
  EXPECT_TRUE(CanShard(Small()));
  TrainingShape with_parent = Small();
  with_parent.keeps_parent = true;
  EXPECT_FALSE(CanShard(with_parent));
  EXPECT_EQ(FewestSharded(with_parent, Sharded(4)), 0);
  TrainingShape in_items = Small();
  in_items.training.set_accumulated_microbatches(3);
  EXPECT_FALSE(CanShard(in_items));
  EXPECT_EQ(PlanRanks({Training(in_items)}, 4, {1e12, 8e6})[0].sharding, Sharding::kShared);
  EXPECT_THAT(FewestDevices({Training(in_items)}, {1e12, 8e6}).reason, HasSubstr("cannot be sharded"));
}

// On one device it is what the dry run says today; from two on a device has less the more there are.
TEST(RankPlanTest, OneIsTodaysAndMoreIsLess) {
  for (const char* folder : {"experiments/llama-3.1-8b", "experiments/mixtral-8x7b", "datasets/embedded/models/base"}) {
    for (const bool has_lora : {false, true}) {
      TrainingShape shape = Small();
      shape.model = Config(folder);
      if (has_lora) {
        shape.training.mutable_lora()->set_rank(16);
        shape.training.mutable_lora()->add_target_modules("all-linear");
      }
      const double one = RankBytes(shape, 1, Sharding::kSharded);
      EXPECT_EQ(one, TrainingMemory(shape).Total()) << folder;
      double before = one;
      for (int64_t devices = 2; devices <= 300; ++devices) {
        const double bytes = RankBytes(shape, devices, Sharding::kSharded);
        EXPECT_LT(bytes, before) << folder << " on " << devices;
        before = bytes;
        EXPECT_LT(RankBytes(shape, devices + 1, Sharding::kShared), RankBytes(shape, devices, Sharding::kShared));
      }
    }
  }
}

TEST(RankPlanTest, TimeByHand) {
  RankHardware hardware = {1e12, 1e9};
  const std::vector<StageCost> costs = {Training(Small()), Answers(5)};
  // Six seconds of arithmetic a step on one; on four the slowest device has two microbatches of six.
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 1, hardware)[0].step_seconds, 6);
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[0].step_seconds, 2);
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 6, hardware)[0].step_seconds, 1);
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 60, hardware)[0].step_seconds, 1);  // more have nothing to do
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[1].hours, 2. / 3600);
  // Layers are computed again where they are gathered.
  EXPECT_DOUBLE_EQ(PlanRanks({costs[0]}, 4, {1e12, Sharded(4)})[0].step_seconds, 2 * 4. / 3);
  hardware.link_bytes_per_second = 1e6;
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[0].step_seconds, 2 + 3 * 0.75 * 4 * 1.11552);
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[0].hours, 10 * (2 + 10.03968) / 3600);
}

TEST(RankPlanTest, FewestDevicesByHand) {
  const std::vector<StageCost> costs = {Training(Small()), Answers(2e6)};
  const auto fewest = [&](double bytes) { return FewestDevices(costs, {1e12, bytes}); };
  EXPECT_EQ(fewest(kState + kActivations).devices, 1);
  EXPECT_THAT(fewest(kState + kActivations).reason, HasSubstr("train x takes the most"));
  EXPECT_EQ(fewest(kState + kActivations - 1).devices, 2);
  EXPECT_THAT(fewest(Sharded(4)).reason, AllOf(HasSubstr("4 devices: on 3 train x"), HasSubstr("sharded")));
  EXPECT_EQ(fewest(Sharded(4)).devices, 4);
  EXPECT_EQ(fewest(Sharded(4) - 1).devices, 5);
  // The least number, by trying all.
  for (const double bytes : {5.1e6, 5.5e6, 6e6, 9e6}) {
    int64_t least = 1;
    while (RankBytes(Small(), least, Sharding::kSharded) > bytes) ++least;
    EXPECT_EQ(fewest(bytes).devices, least) << bytes;
  }
  // The answers do not fit; neither does what is beside the share.
  const DeviceChoice answers = FewestDevices({Training(Small()), Answers(2e9)}, {1e12, 1e9});
  EXPECT_EQ(answers.devices, 0);
  EXPECT_THAT(answers.reason, AllOf(HasSubstr("answers test"), HasSubstr("endpoint")));
  const DeviceChoice beside = FewestDevices({Training(Small())}, {1e12, 3 * kOutside + 4 * kLayer + kRecomputed});
  EXPECT_EQ(beside.devices, 0);
  EXPECT_THAT(beside.reason, AllOf(HasSubstr("train x"), HasSubstr("microbatch_size")));
}

// Sharded only where it has to be: layers are computed again.
TEST(RankPlanTest, ShardsOnlyWhatHasTo) {
  const std::vector<StageCost> costs = {Training(Small())};
  EXPECT_EQ(PlanRanks(costs, 4, {1e12, 1e9})[0].sharding, Sharding::kShared);
  EXPECT_EQ(PlanRanks(costs, 4, {1e12, Sharded(4)})[0].sharding, Sharding::kSharded);
  EXPECT_FALSE(PlanRanks(costs, 2, {1e12, Sharded(4)})[0].fits);
  EXPECT_EQ(PlanRanks(costs, 1, {1e12, 1e9})[0].sharding, Sharding::kWhole);
}

TEST(RankPlanTest, ForPeople) {
  StageCost unknown;
  unknown.stage = "train y";
  EXPECT_THAT(
      DescribeRanks({Training(Small()), Answers(2e6)}, 0, {1e12, Sharded(4)}, 2.5),
      AllOf(HasSubstr("Fewest devices: 4 devices"), HasSubstr("sharded"), HasSubstr("device-hours, a price of")));
  EXPECT_THAT(DescribeRanks({Training(Small()), unknown}, 2, {1e12, 1e9}, 0),
              AllOf(HasSubstr("shared"), HasSubstr("unknown"), ::testing::Not(HasSubstr("device-hours"))));
  EXPECT_THAT(DescribeRanks({Answers(2e9)}, 0, {1e12, 1e9}, 0), HasSubstr("No number of devices is enough"));
  EXPECT_THAT(DescribeRanks({Training(Small()), Answers(2e9)}, 0, {1e12, Sharded(4)}, 0),
              AllOf(HasSubstr("No number of devices is enough"), HasSubstr("answers test takes"),
                    HasSubstr("Without such stages: Fewest devices: 4 devices")));
}

}  // namespace
}  // namespace experiments
