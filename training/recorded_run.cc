#include "training/recorded_run.h"

#include <cmath>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/checkpoint.h"
#include "training/golden_testing.h"
#include "training/order.h"
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
  Evaluation Evaluate(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    std::vector<int64_t> places;
    for (const int64_t example : examples) places.push_back(place_[example]);
    return inner_.Evaluate(model, places);
  }

 private:
  const Objective& inner_;
  std::vector<int64_t> place_;
};

void ExpectSteps(const base::Json& run, const std::vector<StepMetrics>& steps, int64_t batch, int64_t microbatch) {
  const base::Json& microbatches = run.at("microbatches");
  ASSERT_EQ(steps.size(), run.at("grad_norms_before_clip").size());
  int64_t next = 0;
  for (size_t s = 0; s < steps.size(); ++s) {
    double loss = 0;
    const int64_t parts = (steps[s].examples + microbatch - 1) / microbatch;
    for (int64_t i = 0; i < parts; ++i) loss += microbatches.at(next++).at("loss").get<double>() / parts;
    EXPECT_NEAR(steps[s].loss, loss, 5e-5) << "step " << s + 1;
    // The published trainers divide a last, smaller batch by the full batch size all the same.
    const double share = static_cast<double>(steps[s].examples) / batch;
    const double norm = run["grad_norms_before_clip"][s].get<double>();
    EXPECT_NEAR(steps[s].grad_norm * share, norm, 1e-4 * norm) << "step " << s + 1;
  }
  EXPECT_EQ(next, microbatches.size());
}

// || a || and || b || differ by at most || a - b || <= sqrt(elements) max |a - b|.
void ExpectWeightNorms(const base::Json& run, const lm::Decoder& model) {
  const double difference = 10 * run.at("f32_vs_f64_max_weight_diff").get<double>();
  const base::Json& norms = run.at("final_weight_norms");
  for (const lm::Parameter& parameter : model.parameters()) {
    const double norm = parameter.value.to(torch::kFloat64).norm().item<double>();
    const double limit = difference * std::sqrt(static_cast<double>(parameter.value.numel()));
    EXPECT_NEAR(norm, norms.at(parameter.name).get<double>(), limit) << parameter.name;
  }
}

}  // namespace

base::Json ReadRecordedRun(const std::string& runfile) { return ReadGoldenJson(base::Runfile(runfile)); }

lm::TokenIds JsonTokens(const base::Json& ids) { return ids.get<lm::TokenIds>(); }

lm::Decoder RecordedModel() {
  absl::StatusOr<lm::Decoder> model = lm::LoadModel(base::Runfile("lm/testdata/models/llama_base"));
  SAMI_CHECK_OK(model.status());
  return *std::move(model);
}

sami_harness::TrainingConfig RecordedConfig(const base::Json& run, int64_t batch_size, int64_t microbatch_size) {
  const base::Json& recorded = run.at("config");
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

void ExpectRecordedTraining(const base::Json& run, const Objective& objective,
                            const sami_harness::TrainingConfig& config) {
  lm::Decoder model = RecordedModel();
  std::vector<StepMetrics> steps;
  TrainerOptions options;
  options.name = InRecordedOrder::kName;
  options.threads = 2;
  options.on_step = [&](const StepMetrics& step) { steps.push_back(step); };
  ASSERT_OK(Train(InRecordedOrder(objective, config), config, options, model));
  ExpectSteps(run, steps, config.batch_size(), config.microbatch_size());
  ExpectWeightNorms(run, model);
}

}  // namespace training
