#include "experiments/plan/device_fit.h"

#include "base/testing.h"
#include "experiments/plan/config_testing.h"
#include "experiments/plan/rank_plan.h"
#include "lm/config/config.h"
#include "lm/config/model_cost.h"
#include "training/config.pb.h"

namespace experiments {
namespace {

// 1,115,520 parameters, 5 layers of 196,608 weights of projections and 256 of norms, an embedding of 131,072; bfloat16.
lm::ModelConfig Small() { return Config("datasets/embedded/models/base"); }

constexpr double kStored = 2 * 1114112 + 4 * 1408;  // 2,233,856
constexpr double kWidened = 4 * 131072;

// Two texts of three tokens: 343,872 bytes of activations, 123,456 with recomputation (stage_costs_test.cc).
StageCost Training() {
  StageCost cost;
  cost.stage = "train x";
  cost.training = TrainingShape{Small(), {}, 2, 3, false};
  cost.memory = TrainingMemory(*cost.training);
  return cost;
}

const DeviceFit& Find(const std::vector<DeviceFit>& fits, DeviceFit::Way way, bool recomputes) {
  for (const DeviceFit& fit : fits) {
    if (fit.way == way && fit.recomputes == recomputes) return fit;
  }
  ADD_FAILURE() << "no way " << way;
  return fits.front();
}

TEST(DeviceFitTest, PartsByHand) {
  EXPECT_EQ(lm::LargestLayer(Small()), 196864);
  EXPECT_EQ(lm::OutsideLayers(Small()), 131200);
  // Of Llama-3.1-8B embedding and head, 128256 * 4096 each, and the last norm.
  EXPECT_EQ(lm::OutsideLayers(Config("experiments/llama-3.1-8b")), 2 * 525336576. + 4096);
  // Matrices: 5 * 196,608 + 131,072 = 1,114,112; norms: 1,408.
  EXPECT_EQ(lm::StoredBytes(Small(), lm::StorageType::kBfloat16), kStored);
  EXPECT_EQ(lm::StoredBytes(Small(), lm::StorageType::kFloat32), 4 * 1115520);
  EXPECT_EQ(lm::WidenedBytes(Small(), lm::StorageType::kBfloat16), kWidened);  // the embedding, which is the head
  EXPECT_EQ(lm::WidenedBytes(Small(), lm::StorageType::kFloat32), 0);
  // A layer's inputs and outputs: q 256, k and v 192 each, o 256, gate, up and down 512 each: 2432.
  EXPECT_EQ(lm::AdapterParameters(Small(), 16, {"all-linear"}), 194560);  // 5 * 16 * 2432
}

// All weights: 4 bytes, 4 + 4 of gradients and 8 of moments each, 20 * 1,115,520 = 22,310,400. An adapter: 20 *
// 194,560 = 3,891,200, the frozen weights, and the largest of them widened.
TEST(DeviceFitTest, OneDeviceByHand) {
  const std::vector<DeviceFit> fits = DeviceFits({Training()}, 7e6);
  ASSERT_EQ(fits.size(), 5u);
  const DeviceFit& full = Find(fits, DeviceFit::kFull, false);
  EXPECT_EQ(full.bytes, 22310400 + 343872);
  EXPECT_FALSE(full.fits);
  EXPECT_TRUE(full.is_the_specs);
  EXPECT_EQ(Find(fits, DeviceFit::kFull, true).bytes, 22310400 + 123456);
  const DeviceFit& lora = Find(fits, DeviceFit::kLora, false);
  EXPECT_EQ(lora.bytes, 3891200 + kStored + kWidened + 343872);
  EXPECT_TRUE(lora.fits);
  EXPECT_FALSE(lora.is_the_specs);
  EXPECT_EQ(lora.name, "LoRA, rank 16, all-linear");
}

// What a device has beside its share: the outside's weights, gradients and what is on its way, 4 * 131,200 each, four
// layers of 4 * 196,864, and 123,456 of activations: 4,847,680. Shares: rank_plan_test.cc.
TEST(DeviceFitTest, ShardsByHand) {
  TrainingShape shape = *Training().training;
  for (const int64_t devices : {2, 4, 5}) {
    const double bytes = RankBytes(shape, devices, Sharding::kSharded);
    // Exactly: a byte less takes one more.
    const DeviceFit fit = Find(DeviceFits({Training()}, bytes), DeviceFit::kSharded, true);
    EXPECT_EQ(fit.devices, devices);
    EXPECT_EQ(fit.bytes, bytes);
    EXPECT_TRUE(fit.fits);
    EXPECT_EQ(Find(DeviceFits({Training()}, bytes - 1), DeviceFit::kSharded, true).devices, devices + 1);
  }
  // All on one, with recomputation.
  EXPECT_EQ(Find(DeviceFits({Training()}, 22310400 + 123456), DeviceFit::kSharded, true).devices, 1);
  const DeviceFit none = Find(DeviceFits({Training()}, 4847680), DeviceFit::kSharded, true);
  EXPECT_EQ(none.devices, 0);
  EXPECT_NEAR(none.bytes, 4847680, 1);
  EXPECT_FALSE(none.fits);
}

TEST(DeviceFitTest, TheParentCostsAnAdapterNothing) {
  StageCost cost = Training();
  cost.training->keeps_parent = true;
  const std::vector<DeviceFit> fits = DeviceFits({cost}, 7e6);
  EXPECT_EQ(Find(fits, DeviceFit::kFull, false).bytes, 24 * 1115520 + 343872);
  EXPECT_EQ(Find(fits, DeviceFit::kLora, false).bytes, 3891200 + kStored + kWidened + 343872);
  EXPECT_EQ(Find(fits, DeviceFit::kSharded, true).devices, 0);  // two models' layers
}

TEST(DeviceFitTest, TheArmsOwnAdapterAndRecomputation) {
  StageCost cost = Training();
  sami_harness::TrainingConfig& training = cost.training->training;
  training.mutable_lora()->set_rank(8);
  training.mutable_lora()->add_target_modules("q_proj");
  training.set_recompute_activations(true);
  const std::vector<DeviceFit> fits = DeviceFits({cost}, 7e6);
  const DeviceFit& lora = Find(fits, DeviceFit::kLora, true);
  EXPECT_EQ(lora.bytes, 20 * 10240 + kStored + kWidened + 123456);  // 5 * 8 * (128 + 128)
  EXPECT_TRUE(lora.is_the_specs);
  EXPECT_EQ(lora.name, "LoRA, rank 8, q_proj");
  EXPECT_FALSE(Find(fits, DeviceFit::kLora, false).is_the_specs);
  EXPECT_FALSE(Find(fits, DeviceFit::kFull, true).is_the_specs);
}

TEST(DeviceFitTest, WhatTrainsNothingHasOneRow) {
  StageCost answers;
  answers.stage = "answers test";
  answers.memory.weights = 6;
  answers.memory.cache = 4;
  EXPECT_TRUE(DeviceFits({answers}, 10)[0].fits);
  EXPECT_FALSE(DeviceFits({answers}, 9)[0].fits);
  StageCost unknown;
  unknown.stage = "train y";
  const analysis::Table table = DeviceFitTable({answers, unknown}, 10);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[1][1], analysis::Cell("unknown"));
}

}  // namespace
}  // namespace experiments
