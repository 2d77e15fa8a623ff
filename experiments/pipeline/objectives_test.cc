#include "experiments/pipeline/objectives.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/methods.h"
#include "training/testing/test_objective.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::DpoConfig;

constexpr int64_t kExamples = 6;

lm::TokenIds RandomIds(base::RandomStream& stream) {
  lm::TokenIds ids;
  const int64_t length = 2 + stream.Below(7);
  for (int64_t i = 0; i < length; ++i) ids.push_back(stream.Below(23));
  return ids;
}

training::Examples RandomExamples(training::ExampleKind kind, uint64_t seed) {
  base::RandomStream stream(seed, "objectives_test");
  const auto ids = [&] { return RandomIds(stream); };
  std::vector<training::TextExample> texts;
  std::vector<training::PreferenceExample> preferences;
  std::vector<training::LabeledExample> labeled;
  std::vector<training::ContrastiveExample> queries;
  for (int64_t i = 0; i < kExamples; ++i) {
    texts.push_back({ids(), ids()});
    preferences.push_back({ids(), ids(), ids()});
    labeled.push_back({ids(), ids(), i % 2 == 0});
    queries.push_back({{ids(), ids(), ids()}, {ids(), ids(), ids()}});
  }
  switch (kind) {
    case training::ExampleKind::kText:
      return texts;
    case training::ExampleKind::kPreference:
      return preferences;
    case training::ExampleKind::kLabeled:
      return labeled;
    case training::ExampleKind::kContrastive:
      return queries;
  }
  return texts;
}

// Two steps of an arm, of two microbatches each, and after each a measurement of held-out examples.
void ExpectTrains(const std::string& method) {
  SCOPED_TRACE(method);
  Arm arm;
  ASSERT_OK(base::ParseTextProto("name: 'a' " + method, "x", &arm));
  ASSERT_OK(CheckMethod(arm, "arms[0]", base::FieldLocations()));
  const training::MethodDescription description = DescribeMethod(arm);
  sami_harness::TrainingConfig config = description.training;
  config.set_batch_size(4);
  config.set_microbatch_size(2);
  config.set_epochs(8.0 / kExamples);
  config.mutable_held_out()->set_rows(kExamples);
  config.mutable_held_out()->set_every_steps(1);
  lm::Decoder model = training::TinyModel(torch::kFloat32, 1);
  const torch::Tensor before = model.parameters()[0].value.clone();
  const lm::Decoder parent = model.Clone();
  training::ObjectiveInputs inputs = {parent, "a", /*seed=*/1, /*eos=*/2, base::TestFolder(), /*threads=*/1};
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeObjective(arm, RandomExamples(description.examples, 5), inputs));
  inputs.scratch = base::TestFolder() + "/held_out";
  ASSERT_OK(base::MakeFolders(inputs.scratch));
  ASSERT_OK_AND_ASSIGN(const auto held_out, MakeObjective(arm, RandomExamples(description.examples, 6), inputs));
  EXPECT_EQ(objective->num_examples(), kExamples);
  std::vector<training::StepMetrics> steps;
  training::TrainerOptions options;
  options.name = "a";
  options.held_out = held_out.get();
  options.on_step = [&](const training::StepMetrics& step) { steps.push_back(step); };
  ASSERT_OK(training::Train(*objective, config, options, model));
  ASSERT_EQ(steps.size(), 4u);
  for (size_t i = 0; i < steps.size(); ++i) {
    const training::StepMetrics& step = steps[i];
    EXPECT_EQ(step.held_out, i % 2 == 1);
    EXPECT_TRUE(std::isfinite(step.loss));
    if (!step.held_out) EXPECT_GT(step.grad_norm, 0);
    EXPECT_EQ(step.metrics[0].first, "loss");
    EXPECT_NEAR(step.metrics[0].second, step.loss, 1e-6 * (1 + std::abs(step.loss)));
  }
  EXPECT_FALSE(torch::equal(before, model.parameters()[0].value));
}

TEST(ObjectivesTest, EveryMethodTrains) {
  const google::protobuf::OneofDescriptor& methods = *Arm::descriptor()->FindOneofByName("method");
  for (int i = 0; i < methods.field_count(); ++i) {
    if (methods.field(i)->message_type() == nullptr) continue;  // "model", which is not trained
    ExpectTrains(absl::StrCat(methods.field(i)->name(), " {}"));
  }
}

TEST(ObjectivesTest, EveryVariantTrains) {
  const google::protobuf::EnumDescriptor& types = *DpoConfig::LossType_descriptor();
  for (int i = 0; i < types.value_count(); ++i) {
    const std::string& type = types.value(i)->name();
    ExpectTrains(absl::StrCat("dpo { loss_type: ", type, type == "EXO_PAIR" ? " label_smoothing: 0.1 }" : " }"));
  }
  for (const char* method :
       {"dpo { loss_type: [SIGMOID, AOT, SFT] loss_weights: [1, 0.5, 0.1] ld_alpha: 0.5 }",
        "dpo { reference_free: true }", "dpo { f_divergence_type: JS_DIVERGENCE }", "cpo { loss_type: HINGE }",
        "cpo { loss_type: IPO }", "cpo { loss_type: SIMPO cpo_alpha: 0 alpha: 0.25 }",
        "kto { loss_type: APO_ZERO_UNPAIRED }", "sami { kl_weight: 0.1 }", "sami { semantics: SAMI_EXT }",
        "sft { reduction: EXAMPLE_SUM }"}) {
    ExpectTrains(method);
  }
}

}  // namespace
}  // namespace experiments
