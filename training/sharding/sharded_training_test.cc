// Training with sharded layers: the bits of training with all weights on each rank, and what it sends.
#include <cmath>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/arithmetic/products.h"
#include "lm/model/adapter.h"
#include "training/sharding/sharded_layers.h"
#include "training/testing/sharded_model.h"
#include "training/testing/thread_group.h"
#include "training/testing/tiny_training.h"

namespace training {
namespace {

using ::base::StatusIs;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::TrainingConfig;
using ::testing::HasSubstr;

constexpr int64_t kLayers = 3;

lm::Decoder Model(torch::Dtype dtype = torch::kFloat32) { return TinyModel(dtype, /*seed=*/1, kLayers); }

lm::Decoder WithAdapter(lm::Decoder model) {
  lm::AdapterConfig adapter;
  adapter.rank = 2;
  adapter.targets = {"q_proj", "down_proj"};
  EXPECT_OK(lm::AddAdapter(adapter, /*seed=*/1, model));
  return model;
}

std::string Bits(const lm::Decoder& model) {
  std::string bits;
  lm::WeightsInTurn weights(model);
  for (size_t i = 0; i < model.parameters().size(); ++i) {
    const torch::Tensor weight = weights.Get(i);
    bits.append(static_cast<const char*>(weight.data_ptr()), weight.nbytes());
  }
  for (const lm::Parameter& p : model.adapter()) {
    bits.append(static_cast<const char*>(p.value.data_ptr()), p.value.nbytes());
  }
  return bits;
}

TinyRun TrainWhole(const Objective& objective, const TrainingConfig& config, TrainerOptions options,
                   lm::Decoder model) {
  TinyRun run;
  options.name = "toy";
  options.on_step = [&](const StepMetrics& step) { run.steps.push_back(step); };
  run.status = Train(objective, config, options, model);
  run.bits = Bits(model);
  return run;
}

// The same on so many ranks, each of which has a part of every layer. Bits are those that rank 0 reads.
std::vector<TinyRun> TrainSharded(int size, const Objective& objective, const TrainingConfig& config,
                                  const TrainerOptions& options, const lm::Decoder& start) {
  std::vector<TinyRun> ranks(size);
  ForEachRank(size, [&](Group& group) {
    TinyRun& run = ranks[group.rank()];
    lm::Decoder model = start;
    const std::unique_ptr<ShardedLayers> layers = Shard(model, group);
    TrainerOptions own = options;
    own.name = "toy";
    own.group = &group;
    own.layers = layers.get();
    own.on_step = [&](const StepMetrics& step) { run.steps.push_back(step); };
    run.status = Train(objective, config, own, model);
    if (group.leads()) run.bits = Bits(model);
    EXPECT_OK(model.MeetOthers());
  });
  return ranks;
}

void ExpectTheSame(const std::vector<TinyRun>& ranks, const TinyRun& whole) {
  ASSERT_OK(whole.status);
  for (const TinyRun& rank : ranks) {
    ASSERT_OK(rank.status);
    EXPECT_TRUE(SameSteps(rank.steps, whole.steps));
  }
  EXPECT_TRUE(ranks[0].bits == whole.bits);
}

TEST(ShardedTraining, TheBitsOfWholeWeightsOnAnyNumberOfRanks) {
  const ToyObjective objective(11);
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    TrainingConfig config = TinyConfig();  // steps of 3 microbatches, the last of 2
    config.mutable_optimizer()->set_algorithm(algorithm);
    const TinyRun whole = TrainWhole(objective, config, {}, Model());
    for (const int size : {1, 2, 4, 7}) ExpectTheSame(TrainSharded(size, objective, config, {}, Model()), whole);
  }
}

TEST(ShardedTraining, ComputingInBfloat16) {
  const ToyObjective objective(11);
  for (const auto type : {TrainingConfig::BFLOAT16, TrainingConfig::BFLOAT16_PRODUCTS}) {
    const bool has_own = lm::ChooseProducts("own").ok();
    TrainingConfig config = TinyConfig();
    config.set_compute_type(type);
    if (!has_own && type == TrainingConfig::BFLOAT16_PRODUCTS) {  // with MKL
      EXPECT_THAT(TrainTiny(objective, config).status,
                  StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("take compute_type")));
      continue;
    }
    const TinyRun whole = TrainWhole(objective, config, {}, Model());
    ExpectTheSame(TrainSharded(3, objective, config, {}, Model()), whole);
  }
}

TEST(ShardedTraining, AnAdapterOverFrozenLayers) {
  const ToyObjective objective(11);
  const TrainingConfig config = TinyConfig();
  const TinyRun whole = TrainWhole(objective, config, {}, WithAdapter(Model()));
  for (const int size : {2, 3}) ExpectTheSame(TrainSharded(size, objective, config, {}, WithAdapter(Model())), whole);
}

TEST(ShardedTraining, AFirstPhaseHeldOutExamplesAndTheBestModel) {
  const BatchScaledObjective objective(11), held_out(9, /*seed=*/8);
  const TrainingConfig config = TinyHeldOutConfig(/*rows=*/9, /*every_steps=*/2);
  TrainerOptions options;
  options.held_out = &held_out;
  const TinyRun whole = TrainWhole(objective, config, options, Model());
  ExpectTheSame(TrainSharded(3, objective, config, options, Model()), whole);
}

// States are whole: any number of ranks goes on, with whole weights or sharded ones.
TEST(ShardedTraining, ContinuesWhateverItWas) {
  const ToyObjective objective(11), held_out(9, /*seed=*/8);
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    TrainingConfig config = TinyConfig();
    config.mutable_optimizer()->set_algorithm(algorithm);
    config.mutable_held_out()->set_rows(9);
    config.mutable_held_out()->set_every_steps(1);
    config.set_keep(TrainingConfig::BEST);
    TrainerOptions options;
    options.held_out = &held_out;
    const TinyRun whole = TrainWhole(objective, config, options, Model());
    options.checkpoint_seconds = 0;  // after every step but the last: the second training makes that one alone
    for (const auto& [before, after] : {std::pair(2, 0), std::pair(0, 3), std::pair(4, 2)}) {
      options.state_path = absl::StrCat(base::TestFolder(), "/", algorithm, before, after);
      for (const int size : {before, after}) {
        if (size == 0) {
          const TinyRun again = TrainWhole(objective, config, options, Model());
          ExpectTheSame({again}, whole);
        } else {
          ExpectTheSame(TrainSharded(size, objective, config, options, Model()), whole);
        }
        ASSERT_TRUE(base::FileExists(options.state_path));
      }
    }
  }
}

TEST(ShardedTraining, SavesWholeModelsOnTheWay) {
  const ToyObjective objective(11);
  TrainingConfig config = TinyConfig();
  config.set_save_steps(2);
  const auto saved_by = [&](const std::function<void(TrainerOptions)>& train) {
    std::mutex mutex;
    std::vector<std::string> saved;
    TrainerOptions options;
    options.save = [&](int64_t step, const lm::Decoder& model) {
      const std::lock_guard<std::mutex> lock(mutex);
      saved.push_back(absl::StrCat(step, Bits(model)));
      return absl::OkStatus();
    };
    train(options);
    return saved;
  };
  const auto whole = saved_by([&](TrainerOptions options) { TrainWhole(objective, config, options, Model()); });
  EXPECT_GE(whole.size(), 2u);
  EXPECT_TRUE(saved_by([&](TrainerOptions options) { TrainSharded(3, objective, config, options, Model()); }) == whole);
}

TEST(ShardedTraining, AllRanksReturnTheSameError) {
  const TrainingConfig config = TinyConfig();
  for (const auto fault :
       {ToyObjective::Fault::kNanLoss, ToyObjective::Fault::kNanGradient, ToyObjective::Fault::kThrow}) {
    ToyObjective objective(11);
    objective.Break(4, fault);
    const TinyRun whole = TrainWhole(objective, config, {}, Model());
    ASSERT_FALSE(whole.status.ok());
    const std::vector<TinyRun> ranks = TrainSharded(3, objective, config, {}, Model());
    for (const TinyRun& rank : ranks) EXPECT_EQ(rank.status, whole.status);
    EXPECT_TRUE(ranks[0].bits == whole.bits);  // as before the step
  }
}

TEST(ShardedTraining, WhatCannotBeReadIsSaid) {
  lm::Decoder model = Model();
  MakeAbsent(model);
  const auto broken = ShardedLayers::Load(
      model, [](const std::string& name, int64_t, const torch::Tensor&) { return absl::DataLossError(name); }, Alone());
  EXPECT_THAT(broken.status(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("model.layers.0.")));
}

// What training/sharding/sharded_layers.h says: 3 (w - 1)/w P of the layers a microbatch and 2 (w - 1)/w of what is
// whole, where every rank has one microbatch a step. The rest, of records, is small beside weights of a real size.
TEST(ShardedTraining, SendsThreeTimesTheWeightsAStep) {
  constexpr int kSize = 2;
  lm::ModelConfig shape;
  shape.vocab_size = 23;
  shape.hidden_size = 128;
  shape.intermediate_size = 512;
  shape.num_layers = 3;
  shape.num_heads = shape.num_kv_heads = 2;
  shape.head_dim = 64;
  shape.max_positions = 32;
  const lm::Decoder start = lm::Decoder::Random(shape, 1);
  double in_layers = 0, outside = 0;
  for (const auto& [name, value] : start.parameters()) {
    (name.find("layers") == std::string::npos ? outside : in_layers) += static_cast<double>(value.nbytes());
  }
  const ToyObjective objective(8);
  for (const bool adapts : {false, true}) {
    TrainingConfig config;
    config.set_batch_size(kSize);
    config.set_microbatch_size(1);
    config.set_epochs(1);  // 4 steps
    std::vector<int64_t> sent(kSize);
    ForEachRank(kSize, [&](Group& group) {
      lm::Decoder model = adapts ? WithAdapter(start) : start;
      const std::unique_ptr<ShardedLayers> layers = Shard(model, group);
      TrainerOptions options;
      options.name = "toy";
      options.group = &group;
      options.layers = layers.get();
      EXPECT_OK(Train(objective, config, options, model));
      sent[group.rank()] = group.bytes_sent();
    });
    double adapter = 0;
    for (const lm::Parameter& p : WithAdapter(start).adapter()) adapter += static_cast<double>(p.value.nbytes());
    const double per_step = adapts ? 2 * in_layers + 2 * adapter : 3 * in_layers + 2 * outside;
    const double expected = 4 * per_step * (kSize - 1) / kSize;
    for (const int64_t rank : sent) EXPECT_NEAR(rank, expected, 0.05 * expected) << adapts;
  }
}

}  // namespace
}  // namespace training
