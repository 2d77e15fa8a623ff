// Whole models on whole batches, as TRL's trainers computed them: log-probabilities, losses and gradients' norms.
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "baselines/cpo/objective.h"
#include "baselines/dpo/objective.h"
#include "baselines/kto/objective.h"
#include "baselines/orpo/objective.h"
#include "baselines/responses/reference.h"
#include "conformance/preference_golden_testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "training/testing/golden_testing.h"
#include "training/testing/recorded_run.h"

namespace training {
namespace {

using ::sami_harness::CpoConfig;
using ::sami_harness::DpoConfig;
using ::sami_harness::KtoConfig;
using ::sami_harness::OrpoConfig;

// Recorded with norms, softmax and rotary tables in float32.
constexpr double kRelative = 1e-5;
constexpr int64_t kMaxTokens = 128;

lm::Decoder InFloat64(const std::string& folder) {
  absl::StatusOr<lm::Decoder> model = lm::LoadModel(folder);
  EXPECT_OK(model);
  std::vector<lm::Parameter> parameters;
  for (const lm::Parameter& p : model->parameters()) parameters.push_back({p.name, p.value.to(torch::kFloat64)});
  return lm::Decoder(model->config(), std::move(parameters));
}

struct Batch {
  lm::Decoder policy, reference;
  std::vector<PreferenceExample> preferences;
  std::vector<LabeledExample> labeled;  // without labels
};

Batch ReadBatch(const base::Json& recorded) {
  Batch batch = {InFloat64(GoldenModelFolder(recorded.at("policy").get<std::string>())),
                 InFloat64(GoldenModelFolder(recorded.at("reference").get<std::string>())),
                 {},
                 {}};
  for (size_t i = 0; i < recorded.at("prompt_ids").size(); ++i) {
    const lm::TokenIds prompt = JsonTokens(recorded["prompt_ids"][i]);
    batch.preferences.push_back(
        {prompt, JsonTokens(recorded.at("chosen_ids").at(i)), JsonTokens(recorded.at("rejected_ids").at(i))});
    batch.labeled.push_back({prompt, JsonTokens(recorded.at("kto_completion_ids").at(i)), true});
  }
  return batch;
}

template <typename Enum>
Enum Parsed(const base::Json& name, bool (*parse)(const std::string&, Enum*)) {
  Enum value;
  EXPECT_TRUE(parse(absl::AsciiStrToUpper(name.get<std::string>()), &value)) << name;
  return value;
}

absl::StatusOr<std::unique_ptr<Objective>> MakeDpo(const base::Json& result, const Batch& batch) {
  DpoConfig config;
  for (const base::Json& type : result.at("loss_types")) {
    config.add_loss_type(Parsed<DpoConfig::LossType>(type, DpoConfig::LossType_Parse));
  }
  for (const base::Json& weight : result.at("loss_weights")) config.add_loss_weights(weight.get<double>());
  config.set_beta(result.at("beta").get<double>());
  config.set_label_smoothing(result.at("label_smoothing").get<double>());
  config.set_discopop_tau(result.at("discopop_tau").get<double>());
  const auto references = responses::ReferenceSums(batch.reference, responses::PairItems(batch.preferences),
                                                   std::nullopt, "preference", 1, nullptr);
  EXPECT_OK(references);
  return dpo::MakeDpoObjective(config, batch.preferences, *references, kMaxTokens);
}

absl::StatusOr<std::unique_ptr<Objective>> MakeCpo(const base::Json& result, const Batch& batch) {
  CpoConfig config;
  config.set_loss_type(Parsed<CpoConfig::LossType>(result.at("loss_type"), CpoConfig::LossType_Parse));
  config.set_beta(result.at("beta").get<double>());
  if (config.loss_type() == CpoConfig::SIMPO) config.set_simpo_gamma(result.at("simpo_gamma").get<double>());
  config.set_cpo_alpha(result.at("cpo_alpha").get<double>());
  return cpo::MakeCpoObjective(config, batch.preferences, kMaxTokens);
}

absl::StatusOr<std::unique_ptr<Objective>> MakeOrpo(const base::Json& result, const Batch& batch) {
  OrpoConfig config;
  config.set_beta(result.at("beta").get<double>());
  return orpo::MakeOrpoObjective(config, batch.preferences, kMaxTokens);
}

absl::StatusOr<std::unique_ptr<Objective>> MakeKto(const base::Json& result, const Batch& batch,
                                                   const base::Json& mismatched) {
  KtoConfig config;
  config.set_beta(result.at("beta").get<double>());
  config.set_desirable_weight(result.at("desirable_weight").get<double>());
  config.set_undesirable_weight(result.at("undesirable_weight").get<double>());
  config.mutable_training()->set_batch_size(batch.labeled.size());
  std::vector<LabeledExample> labeled = batch.labeled;
  for (size_t i = 0; i < labeled.size(); ++i) labeled[i].desirable = result.at("label").at(i).get<int>() == 1;
  const std::vector<responses::Item> items = kto::Items(config, labeled);
  for (size_t i = 0; i < items.size(); ++i) EXPECT_EQ(items[i].responses[1], JsonTokens(mismatched.at(i))) << i;
  const auto references = responses::ReferenceSums(batch.reference, items, std::nullopt, "example", 1, nullptr);
  EXPECT_OK(references);
  return kto::MakeKtoObjective(config, labeled, *references, kMaxTokens);
}

absl::StatusOr<std::unique_ptr<Objective>> MakeRecorded(const base::Json& result, const Batch& batch,
                                                        const base::Json& recorded) {
  const std::string name = result.at("objective").get<std::string>();
  if (name == "dpo") return MakeDpo(result, batch);
  if (name == "cpo") return MakeCpo(result, batch);
  if (name == "orpo") return MakeOrpo(result, batch);
  if (name == "kto") return MakeKto(result, batch, recorded.at("kto_kl_completion_ids"));
  return absl::InvalidArgumentError(absl::StrCat("an objective of unknown kind: ", name));
}

double MetricOf(const Evaluation& evaluation, const std::string& name) {
  for (const Metric& metric : evaluation.metrics) {
    if (metric.name == name) return metric.sum / metric.weight;
  }
  ADD_FAILURE() << "no metric " << name;
  return std::nan("");
}

void CheckMetrics(const base::Json& result, const Evaluation& evaluation) {
  if (result.contains("kl")) {
    EXPECT_NEAR(MetricOf(evaluation, "kl"), result["kl"].get<double>(), kRelative * (1 + result["kl"].get<double>()));
  }
  if (!result.contains("metrics")) return;
  for (const auto& [name, value] : result["metrics"].items()) {
    // TRL reports 0 for what has no weight in the loss.
    if (name == "nll_loss" && value.get<double>() == 0) continue;
    const double expected = value.get<double>();
    EXPECT_NEAR(MetricOf(evaluation, name), expected, kRelative * std::max(1.0, std::abs(expected))) << name;
  }
}

void CheckResult(const base::Json& result, const Objective& objective, lm::Decoder& policy) {
  std::vector<int64_t> all(objective.num_examples());
  std::iota(all.begin(), all.end(), 0);
  policy.SetRequiresGrad(true);
  const Evaluation evaluation = objective.Evaluate(policy, all);
  const torch::Tensor loss = evaluation.weighted_loss / static_cast<double>(all.size());
  const double expected = result.at("loss").get<double>();
  EXPECT_NEAR(loss.item<double>(), expected, kRelative * std::abs(expected));
  CheckMetrics(result, evaluation);

  std::vector<torch::Tensor> values;
  for (const lm::Parameter& parameter : policy.parameters()) values.push_back(parameter.value);
  const auto gradients = torch::autograd::grad({loss}, values);
  const double global = result.at("global_grad_norm").get<double>();
  double squares = 0;
  size_t found = 0;
  for (size_t i = 0; i < gradients.size(); ++i) {
    const double norm = gradients[i].norm().item<double>();
    squares += norm * norm;
    if (!result.at("grad_norms").contains(policy.parameters()[i].name)) continue;
    ++found;
    EXPECT_NEAR(norm, result["grad_norms"][policy.parameters()[i].name].get<double>(), kRelative * global)
        << policy.parameters()[i].name;
  }
  EXPECT_EQ(found, result["grad_norms"].size());
  EXPECT_NEAR(std::sqrt(squares), global, kRelative * global);
  policy.SetRequiresGrad(false);
}

TEST(PreferenceBatchesGoldenTest, LossesAndGradientsOfWholeModels) {
  for (const std::string& path : PreferenceGoldenFiles("trainer_batches")) {
    SCOPED_TRACE(path);
    const base::Json recorded = ReadGoldenJson(path);
    Batch batch = ReadBatch(recorded);
    for (const base::Json& result : CasesOf(recorded, "results")) {
      base::Json shown = result;
      shown.erase("grad_norms");
      SCOPED_TRACE(shown.dump());
      ASSERT_OK_AND_ASSIGN(const auto objective, MakeRecorded(result, batch, recorded));
      CheckResult(result, *objective, batch.policy);
    }
  }
}

}  // namespace
}  // namespace training
