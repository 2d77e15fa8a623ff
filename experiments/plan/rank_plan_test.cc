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

// 1,115,520 parameters; the largest unit a layer of 196,864; two texts of three tokens take 343,872 bytes of
// activations, 123,456 with recomputation (stage_costs_test.cc).
constexpr double kState = 20 * 1115520., kActivations = 343872, kLayer = 4 * 196864;

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
  EXPECT_EQ(RankBytes(Small(), 4, Sharding::kReplicated), kState + kActivations);
  EXPECT_EQ(RankBytes(Small(), 4, Sharding::kSharded), kState / 4 + kLayer + kActivations);
  TrainingShape recomputing = Small();
  recomputing.training.set_recompute_activations(true);
  EXPECT_EQ(RankBytes(recomputing, 4, Sharding::kSharded), kState / 4 + kLayer + 123456);
}

// Frozen: 2,233,856 bytes of bfloat16, of which a layer's part is gathered; 524,288 of the head are widened. The
// adapter: 5 * 8 * (128 + 128) = 10,240 parameters.
TEST(RankPlanTest, AdaptersByHand) {
  TrainingShape shape = Small();
  shape.training.mutable_lora()->set_rank(8);
  shape.training.mutable_lora()->add_target_modules("q_proj");
  const double gathered = 4 * 196864. * 2233856 / (4 * 1115520.);
  EXPECT_NEAR(RankBytes(shape, 2, Sharding::kSharded), (20 * 10240 + 2233856) / 2. + gathered + 524288 + kActivations,
              1e-6);
  // Half of it goes to the other device: three microbatches, each twice the frozen weights and 3 * 40,960.
  EXPECT_EQ(SentBytes(shape, 2, Sharding::kSharded), 3 * 0.5 * (2 * 2233856 + 3 * 40960));
  EXPECT_EQ(SentBytes(shape, 2, Sharding::kReplicated), 2 * 0.5 * 40960);
}

TEST(RankPlanTest, SentBytesByHand) {
  constexpr double kWeights = 4 * 1115520.;
  EXPECT_EQ(SentBytes(Small(), 1, Sharding::kReplicated), 0);
  EXPECT_EQ(SentBytes(Small(), 1, Sharding::kSharded), 0);
  EXPECT_EQ(SentBytes(Small(), 4, Sharding::kReplicated), 2 * 0.75 * kWeights);
  // Six microbatches on four devices: two of one's own.
  EXPECT_EQ(SentBytes(Small(), 4, Sharding::kSharded), 2 * 3 * 0.75 * kWeights);
  TrainingShape with_parent = Small();
  with_parent.keeps_parent = true;
  EXPECT_EQ(SentBytes(with_parent, 4, Sharding::kSharded), 2 * 4 * 0.75 * kWeights);
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
  hardware.link_bytes_per_second = 1e6;
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[0].step_seconds, 2 + 2 * 0.75 * 4 * 1.11552);
  EXPECT_DOUBLE_EQ(PlanRanks(costs, 4, hardware)[0].hours, 10 * (2 + 6.69312) / 3600);
}

TEST(RankPlanTest, FewestDevicesByHand) {
  const std::vector<StageCost> costs = {Training(Small()), Answers(2e6)};
  const auto fewest = [&](double bytes) { return FewestDevices(costs, {1e12, bytes}); };
  EXPECT_EQ(fewest(kState + kActivations).devices, 1);
  EXPECT_THAT(fewest(kState + kActivations).reason, HasSubstr("train x takes the most"));
  EXPECT_EQ(fewest(kState + kActivations - 1).devices, 2);
  // 22,310,400 / (7e6 - 787,456 - 343,872) = 3.8.
  EXPECT_EQ(fewest(7e6).devices, 4);
  EXPECT_THAT(fewest(7e6).reason, AllOf(HasSubstr("4 devices: on 3 train x"), HasSubstr("GiB")));
  EXPECT_EQ(fewest(kState / 4 + kLayer + kActivations).devices, 4);
  EXPECT_EQ(fewest(kState / 4 + kLayer + kActivations - 1).devices, 5);
  // The least number, by trying all.
  for (const double bytes : {2.1e6, 2.5e6, 3e6, 5e6}) {
    int64_t least = 1;
    while (RankBytes(Small(), least, Sharding::kSharded) > bytes) ++least;
    EXPECT_EQ(fewest(bytes).devices, least) << bytes;
  }
  // The answers do not fit; neither does what is beside the shard.
  EXPECT_EQ(fewest(1.9e6).devices, 0);
  EXPECT_THAT(fewest(1.9e6).reason, AllOf(HasSubstr("answers test"), HasSubstr("endpoint")));
  const DeviceChoice beside = FewestDevices({Training(Small())}, {1e12, kLayer + kActivations});
  EXPECT_EQ(beside.devices, 0);
  EXPECT_THAT(beside.reason, AllOf(HasSubstr("train x"), HasSubstr("recompute_activations")));
}

// Replicated where that fits, as it sends less.
TEST(RankPlanTest, ShardsOnlyWhatHasTo) {
  const std::vector<StageCost> costs = {Training(Small())};
  EXPECT_EQ(PlanRanks(costs, 4, {1e12, 1e9})[0].sharding, Sharding::kReplicated);
  EXPECT_EQ(PlanRanks(costs, 4, {1e12, 8e6})[0].sharding, Sharding::kSharded);
  EXPECT_FALSE(PlanRanks(costs, 2, {1e12, 8e6})[0].fits);
  EXPECT_EQ(PlanRanks(costs, 1, {1e12, 1e9})[0].sharding, Sharding::kWhole);
}

TEST(RankPlanTest, ForPeople) {
  StageCost unknown;
  unknown.stage = "train y";
  EXPECT_THAT(
      DescribeRanks({Training(Small()), Answers(2e6)}, 0, {1e12, 8e6}, 2.5),
      AllOf(HasSubstr("Fewest devices: 4 devices"), HasSubstr("sharded"), HasSubstr("device-hours, a price of")));
  EXPECT_THAT(DescribeRanks({Training(Small()), unknown}, 2, {1e12, 1e9}, 0),
              AllOf(HasSubstr("replicated"), HasSubstr("unknown"), ::testing::Not(HasSubstr("device-hours"))));
  EXPECT_THAT(DescribeRanks({Answers(2e9)}, 0, {1e12, 1e9}, 0), HasSubstr("No number of devices is enough"));
  EXPECT_THAT(DescribeRanks({Training(Small()), Answers(2e9)}, 0, {1e12, 8e6}, 0),
              AllOf(HasSubstr("No number of devices is enough"), HasSubstr("answers test takes"),
                    HasSubstr("Without such stages: Fewest devices: 4 devices")));
}

}  // namespace
}  // namespace experiments
