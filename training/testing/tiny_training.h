// Training of the test objective's small model, for this room's tests.
#ifndef TRAINING_TESTING_TINY_TRAINING_H_
#define TRAINING_TESTING_TINY_TRAINING_H_

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "training/testing/test_objective.h"
#include "training/trainer.h"

namespace training {

inline sami_harness::TrainingConfig TinyConfig() {
  sami_harness::TrainingConfig config;
  config.set_batch_size(6);
  config.set_microbatch_size(2);
  config.set_epochs(2.5);
  config.mutable_optimizer()->set_learning_rate(0.01);
  config.mutable_optimizer()->set_weight_decay(0.1);
  config.mutable_schedule()->set_warmup_steps(2);
  return config;
}

// Measured on so many held-out rows, ended early, and the best model kept.
inline sami_harness::TrainingConfig TinyHeldOutConfig(int64_t rows, int64_t every_steps) {
  sami_harness::TrainingConfig config = TinyConfig();
  config.set_epochs(30);
  config.mutable_optimizer()->set_learning_rate(0.1);
  config.mutable_held_out()->set_rows(rows);
  config.mutable_held_out()->set_every_steps(every_steps);
  config.mutable_early_stop()->set_patience(3);
  config.set_keep(sami_harness::TrainingConfig::BEST);
  return config;
}

// The exact bytes of all weights.
inline std::string WeightBits(const lm::Decoder& model) {
  std::string bytes;
  for (const lm::Parameter& p : model.parameters()) {
    bytes.append(static_cast<const char*>(p.value.data_ptr()), p.value.nbytes());
  }
  return bytes;
}

struct TinyRun {
  absl::Status status;
  std::string bits;
  std::vector<StepMetrics> steps;
};

inline TinyRun TrainTiny(const Objective& objective, const sami_harness::TrainingConfig& config,
                         TrainerOptions options = {}, torch::Dtype dtype = torch::kFloat32) {
  lm::Decoder model = TinyModel(dtype);
  TinyRun result;
  if (options.name.empty()) options.name = "toy";
  options.on_step = [&](const StepMetrics& step) { result.steps.push_back(step); };
  result.status = Train(objective, config, options, model);
  result.bits = WeightBits(model);
  return result;
}

// nan is the same as nan.
inline bool SameSteps(const std::vector<StepMetrics>& a, const std::vector<StepMetrics>& b) {
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].step != b[i].step || a[i].held_out != b[i].held_out || a[i].epoch != b[i].epoch ||
        a[i].loss != b[i].loss || !same(a[i].grad_norm, b[i].grad_norm) ||
        !same(a[i].learning_rate, b[i].learning_rate) || a[i].examples != b[i].examples || a[i].tokens != b[i].tokens ||
        a[i].metrics != b[i].metrics) {
      return false;
    }
  }
  return true;
}

// Each example's loss times its batch's mean loss, a constant from the first phase.
class BatchScaledObjective : public ToyObjective {
 public:
  using ToyObjective::ToyObjective;
  bool has_statistics() const override { return true; }
  torch::Tensor Statistics(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    EXPECT_FALSE(torch::GradMode::is_enabled());
    std::vector<torch::Tensor> losses;
    for (const int64_t example : examples) {
      losses.push_back(ToyObjective::EvaluateShare(model, {{&example, 1}, 0, 1, {}}).weighted_loss / Weight(example));
    }
    return torch::stack(losses).unsqueeze(1).to(torch::kFloat64);
  }
  Evaluation EvaluateShare(const lm::Decoder& model, const Share& share) const override {
    EXPECT_EQ(share.statistics_BS.sizes(), torch::IntArrayRef({static_cast<int64_t>(share.batch.size()), 1}));
    Evaluation evaluation = ToyObjective::EvaluateShare(model, share);
    evaluation.weighted_loss = evaluation.weighted_loss * share.statistics_BS.mean().item<double>();
    return evaluation;
  }
};

}  // namespace training

#endif  // TRAINING_TESTING_TINY_TRAINING_H_
