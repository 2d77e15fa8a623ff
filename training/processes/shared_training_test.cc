// Training over several ranks: the bits of one process, whatever their number, and what they send.
#include <cmath>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/model/adapter.h"
#include "training/shared_update.h"
#include "training/testing/thread_group.h"
#include "training/testing/tiny_training.h"

namespace training {
namespace {

using ::base::StatusIs;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::TrainingConfig;
using ::testing::HasSubstr;

struct Trainings {
  std::vector<TinyRun> ranks;
  std::vector<int64_t> sent;  // bytes of each rank
};

// The same training on each of so many ranks.
Trainings TrainOn(int size, const Objective& objective, const TrainingConfig& config, TrainerOptions options = {},
                  torch::Dtype dtype = torch::kFloat32) {
  Trainings result;
  result.ranks.resize(size);
  result.sent.resize(size);
  ForEachRank(size, [&](Group& group) {
    TrainerOptions own = options;
    own.group = &group;
    result.ranks[group.rank()] = TrainTiny(objective, config, own, dtype);
    result.sent[group.rank()] = group.bytes_sent();
  });
  return result;
}

void ExpectTheSame(const Trainings& shared, const TinyRun& alone) {
  ASSERT_OK(alone.status);
  for (const TinyRun& rank : shared.ranks) {
    ASSERT_OK(rank.status);
    EXPECT_EQ(rank.bits, alone.bits);
    EXPECT_TRUE(SameSteps(rank.steps, alone.steps));
  }
}

TEST(SharedTrainingTest, TheSameBitsOnAnyNumberOfRanks) {
  const ToyObjective objective(11);
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    for (const int64_t accumulated : {1, 2, 3}) {
      TrainingConfig config = TinyConfig();  // steps of 6 in threes of 2, the last of 3
      config.mutable_optimizer()->set_algorithm(algorithm);
      config.set_microbatch_size(1);
      config.set_accumulated_microbatches(accumulated);
      const TinyRun alone = TrainTiny(objective, config);
      for (const int size : {2, 4, 7}) {
        TrainerOptions options;
        options.threads = 1 + size % 3;
        ExpectTheSame(TrainOn(size, objective, config, options), alone);
      }
    }
  }
}

TEST(SharedTrainingTest, AccumulationChangesTheOrderOfSumsAlone) {
  const ToyObjective objective(12);
  TrainingConfig config = TinyConfig();
  config.set_microbatch_size(1);
  const TinyRun each = TrainTiny(objective, config, {}, torch::kFloat64);
  config.set_accumulated_microbatches(2);
  const TinyRun twos = TrainTiny(objective, config, {}, torch::kFloat64);
  config.set_accumulated_microbatches(6);  // the whole batch in one: its order again
  const TinyRun all = TrainTiny(objective, config, {}, torch::kFloat64);
  EXPECT_NE(each.bits, twos.bits);
  EXPECT_EQ(each.bits, all.bits);
  for (size_t i = 0; i < each.steps.size(); ++i) EXPECT_NEAR(each.steps[i].loss, twos.steps[i].loss, 1e-12);
}

TEST(SharedTrainingTest, AFirstPhaseSeesTheWholeBatch) {
  const BatchScaledObjective objective(11);
  const TrainingConfig config = TinyConfig();
  const TinyRun alone = TrainTiny(objective, config);
  for (const int size : {2, 4}) ExpectTheSame(TrainOn(size, objective, config), alone);
}

TEST(SharedTrainingTest, HeldOutExamplesTheBestModelAndAnEarlyStop) {
  const ToyObjective objective(11), held_out(9, /*seed=*/8);
  const TrainingConfig config = TinyHeldOutConfig(/*rows=*/9, /*every_steps=*/2);
  TrainerOptions options;
  options.held_out = &held_out;
  const TinyRun alone = TrainTiny(objective, config, options);
  EXPECT_LT(alone.steps.size(), 80u);  // it does stop
  ExpectTheSame(TrainOn(3, objective, config, options), alone);
}

TEST(SharedTrainingTest, AnAdapterAlone) {
  const ToyObjective objective(11);
  const TrainingConfig config = TinyConfig();
  const auto train = [&](Group* group) {
    lm::Decoder model = TinyModel(torch::kFloat32);
    lm::AdapterConfig adapter;
    adapter.rank = 2;
    adapter.targets = {"q_proj", "down_proj"};
    EXPECT_OK(lm::AddAdapter(adapter, /*seed=*/1, model));
    TrainerOptions options;
    options.name = "toy";
    options.group = group;
    EXPECT_OK(Train(objective, config, options, model));
    std::string bits;
    for (const lm::Parameter& p : model.adapter()) {
      bits.append(static_cast<const char*>(p.value.data_ptr()), p.value.nbytes());
    }
    return bits;
  };
  const std::string alone = train(nullptr);
  ForEachRank(2, [&](Group& group) { EXPECT_EQ(train(&group), alone); });
}

TEST(SharedTrainingTest, ContinuesWithAnotherNumberOfRanks) {
  const ToyObjective objective(11);
  for (const auto algorithm : {OptimizerConfig::ADAMW, OptimizerConfig::RMSPROP}) {
    TrainingConfig config = TinyConfig();
    config.mutable_optimizer()->set_algorithm(algorithm);
    const TinyRun alone = TrainTiny(objective, config);
    for (const auto& [before, after] : {std::pair(1, 4), std::pair(4, 1), std::pair(4, 2)}) {
      TrainerOptions options;
      // Written after every step but the last: the second training makes that one alone.
      options.state_path = absl::StrCat(base::TestFolder(), "/", algorithm, before, after);
      options.checkpoint_seconds = 0;
      ExpectTheSame(TrainOn(before, objective, config, options), alone);
      ASSERT_TRUE(base::FileExists(options.state_path));
      ExpectTheSame(TrainOn(after, objective, config, options), alone);
    }
  }
}

TEST(SharedTrainingTest, AllRanksReturnTheSameError) {
  const TrainingConfig config = TinyConfig();
  for (const auto fault :
       {ToyObjective::Fault::kNanLoss, ToyObjective::Fault::kNanGradient, ToyObjective::Fault::kThrow}) {
    ToyObjective objective(11);
    objective.Break(4, fault);
    const TinyRun alone = TrainTiny(objective, config);
    ASSERT_FALSE(alone.status.ok());
    for (const TinyRun& rank : TrainOn(3, objective, config).ranks) {
      EXPECT_EQ(rank.status, alone.status);
      EXPECT_EQ(rank.bits, alone.bits);  // as before the step
    }
  }
}

TEST(SharedTrainingTest, AStateOfOtherSettingsIsRefusedByAll) {
  const ToyObjective objective(11);
  TrainerOptions options;
  options.state_path = base::TestFolder() + "/state";
  options.checkpoint_seconds = 0;
  ASSERT_OK(TrainTiny(objective, TinyConfig(), options).status);
  TrainingConfig other = TinyConfig();
  other.mutable_optimizer()->set_learning_rate(0.02);
  for (const TinyRun& rank : TrainOn(2, objective, other, options).ranks) {
    EXPECT_THAT(rank.status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("another training")));
  }
}

// Autograd gives one tensor to two parameters (of a sum), and parts of one. On one rank they become the sum.
TEST(SharedTrainingTest, GradientsMayShareMemory) {
  for (const int64_t microbatches : {1, 2, 3}) {
    ForEachRank(1, [&](Group& group) {
      const std::vector<torch::Tensor> weights = {torch::ones({3, 2}), torch::ones({3, 2}), torch::ones({2}),
                                                  torch::ones({2}),    torch::ones({2, 3}), torch::ones({1})};
      TrainingConfig config;
      config.mutable_optimizer()->set_algorithm(OptimizerConfig::RMSPROP);
      config.mutable_optimizer()->set_weight_decay(0);
      SharedUpdate update(config, weights, group, /*threads=*/2);
      update.Begin(microbatches);
      for (int64_t i = 0; i < microbatches; ++i) {
        const torch::Tensor both = torch::full({3, 2}, 1.0), halves = torch::tensor({2.0f, 2.0f, 3.0f, 3.0f});
        std::vector<torch::Tensor> gradients = {
            both, both, halves.narrow(0, 0, 2), halves.narrow(0, 2, 2), torch::full({3, 2}, 4.0).t(), torch::Tensor()};
        update.Add(&gradients);
      }
      ASSERT_OK(update.Finish());
      ASSERT_OK_AND_ASSIGN(const double norm, update.GradientNorm());
      EXPECT_NEAR(norm, microbatches * std::sqrt(6 * 1 + 6 * 1 + 2 * 4 + 2 * 9 + 6 * 16), 1e-5);
      ASSERT_OK_AND_ASSIGN(const int64_t changed, update.Step(0.1, 1));
      EXPECT_EQ(changed, 6 + 6 + 2 + 2 + 6);
    });
  }
}

// What training/shared_update.h says: (I/w + 1) (w - 1)/w P of each rank, when all have as many items. The rest, of
// records, is small beside weights of a real size; here it is taken away by measuring twice as large weights, too.
TEST(SharedTrainingTest, SendsTwiceTheWeightsAStep) {
  for (const auto& [size, items] : {std::pair(2, 2), std::pair(4, 4), std::pair(2, 6)}) {
    constexpr int64_t kElements = 3 << 20;
    TrainingConfig config;
    std::vector<int64_t> sent(size);
    ForEachRank(size, [&, items = items](Group& group) {
      const std::vector<torch::Tensor> weights = {torch::ones({kElements / 4, 2}), torch::ones({kElements / 2})};
      SharedUpdate update(config, weights, group, /*threads=*/1);
      update.Begin(items);
      for (size_t i = 0; i < WorkSplit(group, items, 1).Microbatches().size(); ++i) {
        std::vector<torch::Tensor> gradients = {torch::ones_like(weights[0]), torch::Tensor()};
        update.Add(&gradients);
      }
      ASSERT_OK(update.Finish());
      ASSERT_OK_AND_ASSIGN(const double norm, update.GradientNorm());
      EXPECT_NEAR(norm, items * std::sqrt(kElements / 2.0), 1e-6 * norm);
      ASSERT_OK_AND_ASSIGN(const int64_t changed, update.Step(0.1, 1));
      EXPECT_EQ(changed, kElements / 2);
      EXPECT_NEAR(weights[0].mean().item<double>(), 0.9, 1e-6);
      EXPECT_EQ(weights[1].mean().item<double>(), 1);
      sent[group.rank()] = group.bytes_sent();
    });
    const double bytes = kElements * sizeof(float), w = size;
    const double expected = (items / w + 1) * (w - 1) / w * bytes;
    for (const int64_t rank : sent) EXPECT_NEAR(rank, expected, 0.05 * expected) << size << ' ' << items;
    if (items == size) EXPECT_NEAR(expected, 2 * (w - 1) / w * bytes, 1);
  }
}

}  // namespace
}  // namespace training
