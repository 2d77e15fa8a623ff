// Training that measures held-out examples, saves models, keeps the best and ends early; killed at every step.
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "training/order.h"
#include "training/testing/tiny_training.h"

namespace training {
namespace {

using ::base::StatusIs;
using ::sami_harness::TrainingConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;

TrainingConfig MeasuredConfig(int64_t every) {
  TrainingConfig config = TinyConfig();
  config.mutable_held_out()->set_rows(7);
  config.mutable_held_out()->set_every_steps(every);
  return config;
}

TrainerOptions HoldingOut(const Objective& held_out) {
  TrainerOptions options;
  options.held_out = &held_out;
  return options;
}

// "1 2 [2] 3": steps, and measurements in brackets.
std::string Order(const std::vector<StepMetrics>& records) {
  std::string order;
  for (const StepMetrics& record : records) {
    absl::StrAppend(&order, order.empty() ? "" : " ", record.held_out ? "[" : "", record.step,
                    record.held_out ? "]" : "");
  }
  return order;
}

TEST(HeldOutTrainingTest, MeasuresTheModelAfterTheStepAndChangesNothing) {
  const ToyObjective objective(12);
  for (const bool scaled : {false, true}) {
    // 7 in batches of 6: the second has one example, of which alone the scaled loss then depends.
    const ToyObjective plain_held_out(7, /*seed=*/8);
    const BatchScaledObjective scaled_held_out(7, /*seed=*/8);
    const Objective& held_out = scaled ? static_cast<const Objective&>(scaled_held_out) : plain_held_out;
    lm::Decoder model = TinyModel(torch::kFloat64);
    std::vector<StepMetrics> records;
    TrainerOptions options = HoldingOut(held_out);
    options.name = "toy";
    options.on_step = [&](const StepMetrics& record) { records.push_back(record); };
    ASSERT_OK(Train(objective, MeasuredConfig(2), options, model));
    EXPECT_EQ(Order(records), "1 2 [2] 3 4 [4] 5 [5]");
    EXPECT_EQ(WeightBits(model), TrainTiny(objective, TinyConfig(), {}, torch::kFloat64).bits);

    double loss = 0;
    for (const std::vector<int64_t>& batch : OnePass(7, TinyConfig(), options.seed, "toy/held_out")) {
      loss += held_out.Evaluate(model, batch).weighted_loss.item<double>();
    }
    const StepMetrics& last = records.back();
    EXPECT_NEAR(last.loss, loss / 13, 1e-12);  // weights are 1 + i % 3
    EXPECT_EQ(last.epoch, 2.5);
    EXPECT_TRUE(std::isnan(last.grad_norm) && std::isnan(last.learning_rate));
    EXPECT_EQ(last.examples, 7);
    EXPECT_EQ(last.tokens, 7 * ToyObjective::kTokens);
    ASSERT_EQ(last.metrics.size(), 2u);
    EXPECT_EQ(last.metrics[1].first, "example");
    EXPECT_DOUBLE_EQ(last.metrics[1].second, 3);  // the mean of 0, ..., 6
  }
}

TEST(HeldOutTrainingTest, SameBitsForAnyNumberOfThreads) {
  const ToyObjective objective(17);
  const BatchScaledObjective held_out(7, /*seed=*/8);
  TrainerOptions options = HoldingOut(held_out);
  const TinyRun one = TrainTiny(objective, MeasuredConfig(1), options);
  ASSERT_OK(one.status);
  for (const int threads : {2, 8}) {
    options.threads = threads;
    const TinyRun more = TrainTiny(objective, MeasuredConfig(1), options);
    EXPECT_EQ(more.bits, one.bits);
    EXPECT_TRUE(SameSteps(more.steps, one.steps)) << threads << " threads";
  }
}

// Overfits: the held-out loss falls, then rises.
class EarlyStopTrainingTest : public ::testing::Test {
 protected:
  EarlyStopTrainingTest() {
    config_ = MeasuredConfig(2);
    config_.set_epochs(40);
    config_.mutable_schedule()->Clear();
    config_.set_save_steps(1);
  }

  // `fail_at`: saving after this step fails, as if killed there.
  TinyRun Run(const TrainingConfig& config, const std::string& state_path = "", int64_t fail_at = 0) {
    lm::Decoder model = TinyModel(torch::kFloat32);
    TinyRun result;
    TrainerOptions options = HoldingOut(held_out_);
    options.name = "toy";
    options.state_path = state_path;
    options.checkpoint_seconds = fail_at > 0 ? 0 : 1e9;
    options.on_step = [&](const StepMetrics& record) { result.steps.push_back(record); };
    options.save = [&](int64_t step, const lm::Decoder&) -> absl::Status {
      if (step == fail_at) return absl::CancelledError("killed");
      saved_[step] = WeightBits(model);
      return absl::OkStatus();
    };
    result.status = Train(objective_, config, options, model);
    result.bits = WeightBits(model);
    return result;
  }

  const ToyObjective objective_{8};
  const ToyObjective held_out_{7, /*seed=*/8};
  TrainingConfig config_;
  std::map<int64_t, std::string> saved_;  // the weights after each step
};

TEST_F(EarlyStopTrainingTest, EndsWhereTheRuleSaysAndKeepsTheBest) {
  const TinyRun whole = Run(config_);
  ASSERT_OK(whole.status);
  const std::map<int64_t, std::string> saved = saved_;
  ASSERT_EQ(saved.size(), 54u);
  EXPECT_EQ(saved.at(54), whole.bits);
  // The rule, for patience 3 and no smallest improvement: three measurements that are no lower than the lowest.
  int64_t best = 0, stop = 0, without = 0;
  double lowest = std::numeric_limits<double>::infinity();
  for (const StepMetrics& record : whole.steps) {
    if (!record.held_out || stop > 0) continue;
    without = record.loss < lowest ? 0 : without + 1;
    if (record.loss < lowest) {
      lowest = record.loss;
      best = record.step;
    }
    if (without == 3) stop = record.step;
  }
  ASSERT_GT(best, 2);
  ASSERT_LT(stop, 54);
  ASSERT_EQ(stop, best + 6);

  config_.mutable_early_stop()->set_patience(3);
  const TinyRun last = Run(config_);
  ASSERT_OK(last.status);
  EXPECT_EQ(last.steps.back().step, stop);
  EXPECT_EQ(last.bits, saved.at(stop));
  config_.set_keep(TrainingConfig::BEST);
  const TinyRun kept = Run(config_);
  EXPECT_EQ(kept.bits, saved.at(best));
  EXPECT_TRUE(SameSteps(kept.steps, last.steps));

  // Without early stop the best of all, which here is the same.
  config_.clear_early_stop();
  EXPECT_EQ(Run(config_).bits, saved.at(best));
}

TEST_F(EarlyStopTrainingTest, SaysWhyOnStderr) {
  config_.mutable_early_stop()->set_patience(3);
  config_.set_keep(TrainingConfig::BEST);
  ::testing::internal::CaptureStderr();
  const TinyRun run = Run(config_);
  const std::string said = ::testing::internal::GetCapturedStderr();
  const int64_t stop = run.steps.back().step;
  EXPECT_THAT(said, AllOf(HasSubstr(absl::StrCat("toy: stopped early, after step ", stop, " of 54: the held-out loss")),
                          HasSubstr(absl::StrCat("since step ", stop - 6, ",")),
                          HasSubstr(absl::StrCat("toy: keeps the model after step ", stop - 6, ","))));
}

TEST_F(EarlyStopTrainingTest, KilledAnywhereItEndsInTheSameBits) {
  config_.mutable_early_stop()->set_patience(3);
  for (const auto keep : {TrainingConfig::LAST, TrainingConfig::BEST}) {
    config_.set_keep(keep);
    saved_.clear();
    const TinyRun expected = Run(config_);
    const std::map<int64_t, std::string> saved = saved_;
    for (int64_t step = 1; step <= expected.steps.back().step; ++step) {
      const std::string state =
          absl::StrCat(base::TestFolder(), "/", static_cast<int>(keep), "_", step, ".safetensors");
      saved_.clear();
      EXPECT_FALSE(Run(config_, state, step).status.ok());
      const TinyRun continued = Run(config_, state);
      ASSERT_OK(continued.status);
      EXPECT_EQ(continued.bits, expected.bits) << "killed after step " << step;
      EXPECT_TRUE(SameSteps(continued.steps, expected.steps)) << "killed after step " << step;
      EXPECT_EQ(saved_, saved) << "killed after step " << step;
    }
  }
}

TEST(HeldOutTrainingTest, BadExamplesAreNamed) {
  const ToyObjective objective(12);
  ToyObjective held_out(7, /*seed=*/8);
  held_out.Break(6, ToyObjective::Fault::kNanLoss);
  EXPECT_THAT(TrainTiny(objective, MeasuredConfig(2), HoldingOut(held_out)).status,
              StatusIs(absl::StatusCode::kInternal,
                       AllOf(HasSubstr("toy: step 2 of 5: held out: the loss is nan"), HasSubstr("rows 6"))));
}

TEST(HeldOutTrainingTest, RefusesWhatItCannotDo) {
  const ToyObjective objective(12), held_out(7, /*seed=*/8), none(0);
  const std::string start = WeightBits(TinyModel(torch::kFloat32));
  const auto refused = [&](const TrainingConfig& config, const TrainerOptions& options, const char* what) {
    const TinyRun run = TrainTiny(objective, config, options);
    EXPECT_THAT(run.status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what)));
    EXPECT_EQ(run.bits, start);
  };
  refused(MeasuredConfig(2), {}, "toy: held_out: no example is held out");
  refused(MeasuredConfig(2), HoldingOut(none), "toy: held_out: no example is held out");
  TrainingConfig config = TinyConfig();
  config.mutable_early_stop()->set_patience(1);
  refused(config, HoldingOut(held_out), "early_stop needs held_out");
  config = TinyConfig();
  config.set_keep(TrainingConfig::BEST);
  refused(config, HoldingOut(held_out), "keep: BEST needs held_out");
  config = TinyConfig();
  config.set_save_steps(2);
  refused(config, {}, "save_steps: no models are saved here");
  config = MeasuredConfig(3);
  config.mutable_early_stop()->set_patience(1);
  refused(config, HoldingOut(held_out), "it could never end training");
}

TEST(HeldOutTrainingTest, AStateOfOtherHeldOutExamplesIsRefused) {
  const ToyObjective objective(12), held_out(7, /*seed=*/8), other(6, /*seed=*/8);
  TrainerOptions options = HoldingOut(held_out);
  options.state_path = base::TestFolder() + "/state.safetensors";
  options.checkpoint_seconds = 0;
  ASSERT_OK(TrainTiny(objective, MeasuredConfig(2), options).status);
  options.held_out = &other;
  EXPECT_THAT(TrainTiny(objective, MeasuredConfig(2), options).status,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("state.safetensors")));
}

}  // namespace
}  // namespace training
