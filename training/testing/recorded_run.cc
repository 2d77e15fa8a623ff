#include "training/testing/recorded_run.h"

#include <cmath>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/safetensors.h"
#include "training/order.h"
#include "training/testing/golden_testing.h"
#include "training/trainer.h"

namespace training {
namespace {

// The loop shuffles. This objective knows the shuffle and undoes it: the k-th example that the loop asks for is the
// inner objective's k-th.
class InRecordedOrder : public Objective {
 public:
  InRecordedOrder(const Objective& inner, const sami_harness::TrainingConfig& config) : inner_(inner) {
    ExampleOrder order(inner.num_examples(), config, /*seed=*/0, kName);
    SAMI_CHECK_EQ(order.total_examples(), inner.num_examples());
    place_.resize(inner.num_examples());
    int64_t next = 0;
    for (int64_t step = 1; step <= order.num_steps(); ++step) {
      for (const int64_t example : order.Batch(step)) place_[example] = next++;
    }
  }
  static constexpr char kName[] = "recorded";

  std::string unit() const override { return inner_.unit(); }
  int64_t num_examples() const override { return inner_.num_examples(); }
  double Weight(int64_t example) const override { return inner_.Weight(place_[example]); }
  int64_t NumTokens(int64_t example) const override { return inner_.NumTokens(place_[example]); }
  bool has_statistics() const override { return inner_.has_statistics(); }
  torch::Tensor Statistics(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    return inner_.Statistics(model, Places(examples));
  }
  Evaluation EvaluateShare(const lm::Decoder& model, const Share& share) const override {
    const std::vector<int64_t> places = Places(share.batch);
    return inner_.EvaluateShare(model, {places, share.begin, share.size, share.statistics_BS});
  }

 private:
  std::vector<int64_t> Places(absl::Span<const int64_t> examples) const {
    std::vector<int64_t> places;
    for (const int64_t example : examples) places.push_back(place_[example]);
    return places;
  }

  const Objective& inner_;
  std::vector<int64_t> place_;
};

void ExpectSteps(const base::Json& run, const std::vector<StepMetrics>& steps, int64_t microbatch) {
  const base::Json& microbatches = run.at("microbatches");
  ASSERT_EQ(steps.size(), run.at("grad_norms_before_clip").size());
  int64_t next = 0;
  for (size_t s = 0; s < steps.size(); ++s) {
    double loss = 0;
    const int64_t parts = (steps[s].examples + microbatch - 1) / microbatch;
    for (int64_t i = 0; i < parts; ++i) loss += microbatches.at(next++).at("loss").get<double>() / parts;
    EXPECT_NEAR(steps[s].loss, loss, 5e-5) << "step " << s + 1;
    const double norm = run["grad_norms_before_clip"][s].get<double>();
    EXPECT_NEAR(steps[s].grad_norm, norm, 1e-4 * norm) << "step " << s + 1;
  }
  EXPECT_EQ(next, microbatches.size());
}

double WeightTolerance(const base::Json& run) {
  constexpr double kSignFlips = 5e-3;
  const double own = run.at("f32_vs_f64_max_weight_diff").get<double>();
  return own > kSignFlips ? kSignFlips : 10 * own;
}

// || a || and || b || differ by at most || a - b || <= sqrt(elements) max |a - b|.
void ExpectWeightNorms(const base::Json& run, const lm::Decoder& model) {
  const base::Json& norms = run.at("final_weight_norms");
  EXPECT_EQ(norms.size(), model.parameters().size());
  for (const lm::Parameter& parameter : model.parameters()) {
    const double norm = parameter.value.to(torch::kFloat64).norm().item<double>();
    const double limit = WeightTolerance(run) * std::sqrt(static_cast<double>(parameter.value.numel()));
    EXPECT_NEAR(norm, norms.at(parameter.name).get<double>(), limit) << parameter.name;
  }
}

void ExpectFinalWeights(const RecordedRun& run, const lm::Decoder& model) {
  ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(run.path + ".final.safetensors"));
  ASSERT_FALSE(file.tensors().empty());
  size_t found = 0;
  for (const lm::Parameter& parameter : model.parameters()) {
    if (file.Find(parameter.name) == nullptr) continue;
    ++found;
    EXPECT_TRUE(TensorsAgree(parameter.value, FileTensor(file, parameter.name), {0, WeightTolerance(run.json)}))
        << parameter.name;
  }
  EXPECT_EQ(found, file.tensors().size()) << "a final tensor is no parameter of the model";
}

}  // namespace

lm::TokenIds JsonTokens(const base::Json& ids) { return ids.get<lm::TokenIds>(); }

lm::Decoder StartModel(const RecordedRun& run) {
  absl::StatusOr<lm::Decoder> model = lm::LoadModel(run.model_folder);
  SAMI_CHECK_OK(model.status());
  return *std::move(model);
}

sami_harness::TrainingConfig RecordedConfig(const RecordedRun& run, int64_t batch_size, int64_t microbatch_size) {
  const base::Json& recorded = run.json.at("config");
  sami_harness::TrainingConfig config;
  config.set_batch_size(batch_size);
  config.set_microbatch_size(microbatch_size);
  config.mutable_schedule()->set_warmup_steps(recorded.value("warm", 0));
  sami_harness::OptimizerConfig& optimizer = *config.mutable_optimizer();
  optimizer.set_learning_rate(recorded.at("lr").get<double>());
  optimizer.set_max_grad_norm(recorded.at("clip").get<double>());
  const std::string algorithm = recorded.value("opt", "adamw");
  if (algorithm == "rmsprop" || algorithm == "RMSprop") {
    optimizer.set_algorithm(sami_harness::OptimizerConfig::RMSPROP);
    return config;
  }
  optimizer.set_beta1(0.9);
  optimizer.set_beta2(0.999);
  optimizer.set_weight_decay(0.01);
  optimizer.set_decay_norms(true);
  return config;
}

void ExpectRecordedTraining(const RecordedRun& run, const Objective& objective,
                            const sami_harness::TrainingConfig& config) {
  lm::Decoder model = StartModel(run);
  std::vector<StepMetrics> steps;
  TrainerOptions options;
  options.name = InRecordedOrder::kName;
  options.threads = 2;
  options.on_step = [&](const StepMetrics& step) { steps.push_back(step); };
  ASSERT_OK(Train(InRecordedOrder(objective, config), config, options, model));
  ExpectSteps(run.json, steps, config.microbatch_size());
  ExpectWeightNorms(run.json, model);
  ExpectFinalWeights(run, model);
}

}  // namespace training
