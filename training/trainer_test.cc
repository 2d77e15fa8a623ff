#include "training/trainer.h"

#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/arithmetic/products.h"
#include "lm/model/adapter.h"
#include "training/order.h"
#include "training/testing/tiny_training.h"

namespace training {
namespace {

using ::base::IsOk;
using ::base::StatusIs;
using ::sami_harness::TrainingConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(TrainerTest, LearnsAndReports) {
  TrainingConfig config = TinyConfig();
  config.set_epochs(40);
  const ToyObjective objective(8);
  const TinyRun result = TrainTiny(objective, config);
  ASSERT_OK(result.status);
  ASSERT_EQ(result.steps.size(), 54u);  // 320 = 53 * 6 + 2
  const StepMetrics& last = result.steps.back();
  EXPECT_LT(last.loss, 0.5 * result.steps.front().loss);
  EXPECT_EQ(last.step, 54);
  EXPECT_EQ(last.epoch, 40);
  EXPECT_EQ(last.examples, 2);
  EXPECT_EQ(last.tokens, 2 * ToyObjective::kTokens);
  ASSERT_EQ(last.metrics.size(), 3u);
  EXPECT_EQ(last.metrics[0].first, "loss");
  EXPECT_NEAR(last.metrics[0].second, last.loss, 1e-6);  // a weighted mean, like the step's loss
  EXPECT_EQ(last.metrics[2].first, "update/changed_share");
  EXPECT_GT(last.metrics[2].second, 0.5);
  EXPECT_LE(last.metrics[2].second, 1);
}

TEST(TrainerTest, RecomputedActivationsGiveTheSameBits) {
  const ToyObjective objective(8);
  TrainingConfig config = TinyConfig();
  const TinyRun kept = TrainTiny(objective, config);
  config.set_recompute_activations(true);
  const TinyRun recomputed = TrainTiny(objective, config);
  ASSERT_OK(kept.status);
  ASSERT_OK(recomputed.status);
  EXPECT_EQ(kept.bits, recomputed.bits);
  EXPECT_TRUE(SameSteps(kept.steps, recomputed.steps));
}

lm::Decoder TinyAdapted(uint64_t seed = 1) {
  lm::Decoder model = TinyModel(torch::kFloat32);
  lm::AdapterConfig config;
  config.rank = 2;
  config.targets = {"q_proj", "v_proj", "down_proj"};
  EXPECT_OK(lm::AddAdapter(config, seed, model));
  return model;
}

// The exact bytes of an adapter.
std::string AdapterBits(const lm::Decoder& model) {
  std::string bytes;
  for (const lm::Parameter& p : model.adapter()) {
    bytes.append(static_cast<const char*>(p.value.data_ptr()), p.value.nbytes());
  }
  return bytes;
}

TEST(TrainerTest, WithAnAdapterNothingElseIsTrained) {
  const ToyObjective objective(8);
  TrainingConfig config = TinyConfig();
  config.set_epochs(20);
  const std::string base_bits = WeightBits(TinyModel(torch::kFloat32));
  std::string expected;
  for (const bool resumed : {false, true}) {
    lm::Decoder model = TinyAdapted();
    TrainerOptions options;
    options.name = "toy";
    options.threads = resumed ? 3 : 1;
    std::vector<double> losses;
    options.on_step = [&](const StepMetrics& step) { losses.push_back(step.loss); };
    if (resumed) {
      // Written after every step but the last: the second call takes that one alone.
      options.state_path = base::TestFolder() + "/state.safetensors";
      options.checkpoint_seconds = 0;
      ASSERT_OK(Train(objective, config, options, model));
      model = TinyAdapted(/*seed=*/2);  // other values, which the state replaces
      losses.clear();
    }
    ASSERT_OK(Train(objective, config, options, model));
    EXPECT_EQ(WeightBits(model), base_bits);
    EXPECT_NE(AdapterBits(model), AdapterBits(TinyAdapted()));
    EXPECT_LT(losses.back(), 0.9 * losses.front());
    if (resumed) EXPECT_EQ(AdapterBits(model), expected);
    expected = AdapterBits(model);
    for (const lm::Parameter& p : model.parameters()) EXPECT_FALSE(p.value.requires_grad());
  }
}

TEST(TrainerTest, RoutersAreTrainedToBalanceTheirLoad) {
  lm::ModelConfig model_config = TinyModel(torch::kFloat32).config();
  model_config.family = lm::Family::kMixtral;
  model_config.num_experts = 4;
  model_config.experts_per_token = 1;
  const ToyObjective objective(8);
  TrainingConfig config = TinyConfig();
  config.set_epochs(20);
  std::vector<double> last;
  for (const double coefficient : {0.0, 1.0}) {
    model_config.router_aux_loss_coef = coefficient;
    lm::Decoder model = lm::Decoder::Random(model_config, /*seed=*/1);
    TrainerOptions options;
    options.name = "toy";
    std::vector<StepMetrics> steps;
    options.on_step = [&](const StepMetrics& step) { steps.push_back(step); };
    ASSERT_OK(Train(objective, config, options, model));
    for (const StepMetrics& step : steps) {
      ASSERT_EQ(step.metrics.size(), 4u);
      EXPECT_EQ(step.metrics[2].first, "aux_loss");
      // The step's loss is the objective's and the routers'.
      EXPECT_NEAR(step.loss, step.metrics[0].second + coefficient * step.metrics[2].second, 1e-5);
    }
    last.push_back(steps.back().metrics[2].second);
  }
  // 1 is a perfectly even load, over so few tokens (2 rows of 6) more.
  EXPECT_LT(last[1], last[0]);
  EXPECT_LT(last[1], 1.3);
}

// Updates smaller than bfloat16's spacing would be lost in bfloat16 weights: the float32 ones take them.
TEST(TrainerTest, Bfloat16PassesChangeFloat32Weights) {
  const ToyObjective objective(8);
  TrainingConfig config = TinyConfig();
  config.mutable_optimizer()->set_learning_rate(1e-5);
  const TinyRun full = TrainTiny(objective, config);
  config.set_compute_type(TrainingConfig::BFLOAT16);
  const TinyRun half = TrainTiny(objective, config);
  ASSERT_OK(half.status);
  ASSERT_EQ(half.steps.size(), full.steps.size());
  EXPECT_NE(half.bits, full.bits);
  for (size_t i = 0; i < full.steps.size(); ++i) {
    EXPECT_NEAR(half.steps[i].loss, full.steps[i].loss, 0.02 * std::abs(full.steps[i].loss));
    EXPECT_NEAR(half.steps[i].grad_norm, full.steps[i].grad_norm, 0.1 * full.steps[i].grad_norm);
    EXPECT_GT(half.steps[i].metrics.back().second, 0.5) << half.steps[i].metrics.back().first;
  }
}

// Each factor of a product errs by 2^-9 of itself at most; 0.01 is what a few layers of them make of a loss at most,
// and far less than what bfloat16 sums or activations do.
TEST(TrainerTest, Bfloat16ProductsAreNearFloat32) {
  const ToyObjective objective(8);
  TrainingConfig config = TinyConfig();
  const TinyRun full = TrainTiny(objective, config);
  config.set_compute_type(TrainingConfig::BFLOAT16_PRODUCTS);
  ASSERT_OK(lm::ChooseProducts("library"));
  EXPECT_THAT(TrainTiny(objective, config).status,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("take compute_type")));
  const bool has_own = lm::ChooseProducts("own").ok();
  const TinyRun rounded = TrainTiny(objective, config);
  ASSERT_OK(lm::ChooseProducts("auto"));
  if (!has_own) {  // with MKL
    EXPECT_THAT(rounded.status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("take compute_type")));
    return;
  }
  ASSERT_OK(rounded.status);
  EXPECT_NE(rounded.bits, full.bits);
  for (size_t i = 0; i < full.steps.size(); ++i) {
    EXPECT_NEAR(rounded.steps[i].loss, full.steps[i].loss, 0.01 * std::abs(full.steps[i].loss));
    EXPECT_NEAR(rounded.steps[i].grad_norm, full.steps[i].grad_norm, 0.02 * full.steps[i].grad_norm);
  }
}

TEST(TrainerTest, SameBitsForAnyNumberOfThreads) {
  const ToyObjective objective(17);
  for (const auto type : {TrainingConfig::AS_WEIGHTS, TrainingConfig::BFLOAT16_PRODUCTS}) {
    TrainingConfig config = TinyConfig();
    config.set_compute_type(type);
    TrainerOptions options;
    const bool has_own = lm::ChooseProducts("own").ok();
    const TinyRun one = TrainTiny(objective, config, options);
    if (!has_own && type == TrainingConfig::BFLOAT16_PRODUCTS) {  // with MKL
      EXPECT_THAT(one.status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("take compute_type")));
      continue;
    }
    ASSERT_OK(one.status);
    for (const int threads : {2, 3, 8}) {
      options.threads = threads;
      const TinyRun more = TrainTiny(objective, config, options);
      EXPECT_EQ(more.bits, one.bits) << threads << " threads";
      EXPECT_TRUE(SameSteps(more.steps, one.steps)) << threads << " threads";
    }
  }
}

TEST(TrainerTest, MicrobatchesAddUpToTheBatch) {
  const ToyObjective objective(12);
  TrainingConfig config = TinyConfig();
  config.set_microbatch_size(6);
  const TinyRun whole = TrainTiny(objective, config, {}, torch::kFloat64);
  config.set_microbatch_size(1);
  const TinyRun pieces = TrainTiny(objective, config, {}, torch::kFloat64);
  ASSERT_EQ(whole.bits.size(), pieces.bits.size());
  EXPECT_NE(whole.bits, pieces.bits) << "not even rounding differs: were there microbatches?";
  for (size_t i = 0; i < whole.bits.size(); i += sizeof(double)) {
    double a, b;
    std::memcpy(&a, &whole.bits[i], sizeof(a));
    std::memcpy(&b, &pieces.bits[i], sizeof(b));
    ASSERT_NEAR(a, b, 1e-10 * (1 + std::abs(a)));
  }
}

TEST(TrainerTest, TheFirstPhaseSeesTheWholeBatchHoweverItIsCut) {
  const BatchScaledObjective objective(11);
  std::vector<torch::Tensor> results;
  for (const auto& [microbatch, threads] : std::vector<std::pair<int, int>>{{4, 1}, {1, 1}, {3, 1}, {3, 3}}) {
    TrainingConfig config = TinyConfig();
    config.set_batch_size(4);
    config.set_microbatch_size(microbatch);
    lm::Decoder model = TinyModel(torch::kFloat64);
    TrainerOptions options;
    options.name = "toy";
    options.threads = threads;
    std::vector<double> losses;
    options.on_step = [&](const StepMetrics& step) { losses.push_back(step.loss); };
    ASSERT_OK(Train(objective, config, options, model));
    // The first step's loss by the definition.
    ExampleOrder order(objective.num_examples(), config, options.seed, options.name);
    const std::vector<int64_t> batch = order.Batch(1);
    double weight = 0;
    for (const int64_t example : batch) weight += objective.Weight(example);
    const lm::Decoder start = TinyModel(torch::kFloat64);
    EXPECT_NEAR(losses[0], objective.Evaluate(start, batch).weighted_loss.item<double>() / weight, 1e-10);
    results.push_back(torch::tensor(losses, torch::kFloat64));
  }
  for (size_t i = 1; i < results.size(); ++i) EXPECT_LT((results[i] - results[0]).abs().max().item<double>(), 1e-9);
  EXPECT_TRUE(torch::equal(results[3], results[2]));  // threads change nothing
}

TEST(TrainerTest, ClipsTheGlobalNorm) {
  // One plain step of RMSprop with alpha 0 and a huge epsilon is r / eps * gradient: its norm shows the clipping.
  TrainingConfig config = TinyConfig();
  config.set_epochs(0.1);
  config.clear_schedule();
  sami_harness::OptimizerConfig& optimizer = *config.mutable_optimizer();
  optimizer.set_algorithm(sami_harness::OptimizerConfig::RMSPROP);
  optimizer.set_alpha(0);
  optimizer.set_epsilon(1e6);
  optimizer.set_learning_rate(1);
  optimizer.set_weight_decay(0);
  const ToyObjective objective(10);
  for (const double limit : {0.0, 1e-3}) {
    optimizer.set_max_grad_norm(limit);
    lm::Decoder model = TinyModel(torch::kFloat64);
    double norm = 0;
    TrainerOptions options;
    options.name = "toy";
    options.on_step = [&](const StepMetrics& step) { norm = step.grad_norm; };
    ASSERT_OK(Train(objective, config, options, model));
    double squares = 0;
    const lm::Decoder start = TinyModel(torch::kFloat64);
    for (size_t i = 0; i < start.parameters().size(); ++i) {
      squares += (model.parameters()[i].value - start.parameters()[i].value).square().sum().item<double>();
    }
    EXPECT_GT(norm, 0.1);
    const double expected = limit == 0 ? norm : limit * norm / (norm + 1e-6);
    EXPECT_NEAR(std::sqrt(squares) * 1e6, expected, 1e-5 * expected);
  }
}

TEST(TrainerTest, AFailedStepChangesNothing) {
  const TrainingConfig config = TinyConfig();
  const ToyObjective good(12);
  const TinyRun expected = TrainTiny(good, config);
  using Fault = ToyObjective::Fault;
  const std::pair<Fault, const char*> faults[] = {
      {Fault::kNanLoss, "loss is nan"}, {Fault::kNanGradient, "gradient is not finite"}, {Fault::kThrow, "cheese"}};
  for (const auto& [fault, message] : faults) {
    ToyObjective objective(12);
    objective.Break(7, fault);
    for (const int threads : {1, 3}) {
      TrainerOptions options;
      options.threads = threads;
      const TinyRun broken = TrainTiny(objective, config, options);
      const std::string step = absl::StrCat("toy: step ", broken.steps.size() + 1, " of 5");
      EXPECT_THAT(broken.status,
                  StatusIs(absl::StatusCode::kInternal, AllOf(HasSubstr(step), HasSubstr(message), HasSubstr("rows "),
                                                              HasSubstr("7"), Not(HasSubstr("line 1")))));
      // As good training leaves the model after as many steps.
      TrainingConfig shorter = config;
      shorter.set_epochs(broken.steps.size() * 6 / 12.0);
      const std::string before =
          broken.steps.empty() ? WeightBits(TinyModel(torch::kFloat32)) : TrainTiny(good, shorter).bits;
      EXPECT_EQ(broken.bits, before) << message;
      EXPECT_NE(broken.bits, expected.bits);
    }
  }
}

TEST(TrainerTest, NothingToTrainOn) {
  EXPECT_THAT(TrainTiny(ToyObjective(0), TinyConfig()).status,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no rows to train on")));
}

// Example 3 breaks in every step that sees it: training stops there, as if killed, and leaves the state before it.
TEST(TrainerTest, ContinuesToTheSameBits) {
  for (const auto algorithm : {sami_harness::OptimizerConfig::ADAMW, sami_harness::OptimizerConfig::RMSPROP}) {
    TrainingConfig config = TinyConfig();
    config.set_epochs(6);
    config.mutable_optimizer()->set_algorithm(algorithm);
    const ToyObjective good(40);
    ToyObjective bad(40);
    bad.Break(3, ToyObjective::Fault::kNanLoss);
    const TinyRun expected = TrainTiny(good, config);
    ASSERT_OK(expected.status);

    TrainerOptions options;
    options.state_path = absl::StrCat(base::TestFolder(), "/", static_cast<int>(algorithm), ".safetensors");
    options.checkpoint_seconds = 0;
    const TinyRun killed = TrainTiny(bad, config, options);
    EXPECT_FALSE(killed.status.ok());
    ASSERT_GT(killed.steps.size(), 0u);
    ASSERT_TRUE(base::FileExists(options.state_path));
    options.threads = 2;
    options.checkpoint_seconds = 1e9;
    const TinyRun continued = TrainTiny(good, config, options);
    ASSERT_OK(continued.status);
    EXPECT_EQ(continued.bits, expected.bits);
    EXPECT_TRUE(SameSteps(continued.steps, expected.steps)) << "steps before the kill are reported again";
  }
}

TEST(TrainerTest, RefusesAnotherTrainingsState) {
  TrainerOptions options;
  options.state_path = base::TestFolder() + "/state.safetensors";
  options.checkpoint_seconds = 0;
  const ToyObjective objective(12);
  const TrainingConfig config = TinyConfig();
  ASSERT_OK(TrainTiny(objective, config, options).status);
  const auto refused = [](const TinyRun& result) {
    EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("state.safetensors")));
    EXPECT_EQ(result.bits, WeightBits(TinyModel(torch::kFloat32)));
  };
  TrainingConfig other = config;
  other.set_epochs(3);
  refused(TrainTiny(objective, other, options));
  refused(TrainTiny(ToyObjective(13), config, options));
  options.seed = 5;
  refused(TrainTiny(objective, config, options));
}

TEST(TrainerTest, RefusesADamagedState) {
  TrainerOptions options;
  options.state_path = base::TestFolder() + "/state.safetensors";
  options.checkpoint_seconds = 0;
  const ToyObjective objective(12);
  ASSERT_OK(TrainTiny(objective, TinyConfig(), options).status);
  ASSERT_OK_AND_ASSIGN(const std::string whole, base::ReadFile(options.state_path));
  for (const size_t length : {size_t{0}, size_t{100}, whole.size() - 1}) {
    ASSERT_OK(base::WriteFileAtomically(options.state_path, whole.substr(0, length)));
    const TinyRun result = TrainTiny(objective, TinyConfig(), options);
    EXPECT_THAT(result.status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("state.safetensors")));
    EXPECT_EQ(result.bits, WeightBits(TinyModel(torch::kFloat32)));
  }
}

TEST(TrainerTest, AStateThatCannotBeWrittenIsAnError) {
  TrainerOptions options;
  options.state_path = base::WriteTestFile("file", "") + "/state.safetensors";  // a file is no folder
  options.checkpoint_seconds = 0;
  EXPECT_THAT(TrainTiny(ToyObjective(12), TinyConfig(), options).status, Not(IsOk()));
}

}  // namespace
}  // namespace training
