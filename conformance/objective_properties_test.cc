// What must hold for every method, in float64: cutting, packing and naming change nothing but rounding, and gradients
// are the slopes of losses through the whole model.
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/testing.h"
#include "baselines/cpo/objective.h"
#include "baselines/dpo/objective.h"
#include "baselines/kto/objective.h"
#include "baselines/orpo/objective.h"
#include "baselines/sft/objective.h"
#include "lm/model/adapter.h"
#include "sami/loss.h"
#include "sami/objective.h"
#include "training/testing/test_objective.h"

namespace training {
namespace {

constexpr int64_t kExamples = 6;

lm::TokenIds RandomIds(int64_t length, base::RandomStream& stream) {
  lm::TokenIds ids;
  for (int64_t i = 0; i < length; ++i) ids.push_back(stream.Below(23));
  return ids;
}

std::vector<ContrastiveExample> Queries(int64_t n) {
  base::RandomStream stream(1, "training/properties");
  std::vector<ContrastiveExample> queries(kExamples);
  for (ContrastiveExample& query : queries) {
    for (int64_t i = 0; i < n; ++i) {
      query.prompts.push_back(RandomIds(1 + stream.Below(9), stream));
      query.responses.push_back(RandomIds(1 + stream.Below(9), stream));
    }
  }
  return queries;
}

struct Named {
  std::string name;
  std::unique_ptr<Objective> objective;
  // Whether an example's loss depends on the others of its batch; whether by constants that are no part of its
  // gradient.
  enum Dependence { kNone, kOnBatch, kOnConstants } dependence = kNone;
};

template <typename Add>
void AddPreferenceObjectives(const std::vector<PreferenceExample>& preferences, const torch::Tensor& references,
                             const Add& add) {
  using ::sami_harness::DpoConfig;
  const auto dpo = [&](std::vector<DpoConfig::LossType> types) {
    DpoConfig config;
    for (const DpoConfig::LossType type : types) config.add_loss_type(type);
    return dpo::MakeDpoObjective(config, preferences, references, 32);
  };
  add("dpo", dpo({DpoConfig::SIGMOID}));
  add("ipo", dpo({DpoConfig::IPO}));
  add("aot", dpo({DpoConfig::AOT}), Named::kOnBatch);
  add("aot_unpaired", dpo({DpoConfig::AOT_UNPAIRED}), Named::kOnBatch);
  add("apo_down and sft", dpo({DpoConfig::APO_DOWN, DpoConfig::SFT}), Named::kOnBatch);
  DpoConfig desensitized;
  desensitized.set_ld_alpha(0.3);
  add("ld-dpo", dpo::MakeDpoObjective(desensitized, preferences, references, 32));
  sami_harness::CpoConfig cpo;
  add("cpo", cpo::MakeCpoObjective(cpo, preferences, 32), Named::kOnBatch);
  cpo.set_loss_type(sami_harness::CpoConfig::SIMPO);
  cpo.set_cpo_alpha(0);
  cpo.set_alpha(0.25);
  add("simpo", cpo::MakeCpoObjective(cpo, preferences, 32));
  add("orpo", orpo::MakeOrpoObjective({}, preferences, 32), Named::kOnBatch);
  std::vector<LabeledExample> labeled;
  for (const PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.chosen, labeled.size() % 3 != 0});
  add("kto", kto::MakeKtoObjective({}, labeled, references, 32), Named::kOnConstants);
}

// Every method, on examples of very unequal lengths.
std::vector<Named> Objectives() {
  std::vector<Named> all;
  const auto add = [&](const char* name, absl::StatusOr<std::unique_ptr<Objective>> objective,
                       Named::Dependence dependence = Named::kNone) {
    EXPECT_OK(objective);
    all.push_back({name, *std::move(objective), dependence});
  };
  const std::vector<ContrastiveExample> queries = Queries(3);
  add("sami", sami::MakeSamiObjective(queries, 32));
  sami::SamiOptions options;
  options.kl_weight = 0.3;
  options.reference = std::make_shared<const lm::Decoder>(TinyModel(torch::kFloat64, 2));
  add("sami with KL", sami::MakeSamiObjective(queries, 32, options));
  options = {};
  options.semantics = sami_harness::SamiConfig::SAMI_EXT;
  options.eos = 2;
  add("sami as sami-extension", sami::MakeSamiObjective(queries, 32, options));
  std::vector<PreferenceExample> preferences;
  std::vector<TextExample> texts;
  for (const ContrastiveExample& query : queries) {
    preferences.push_back({query.prompts[0], query.responses[0], query.responses[1]});
    texts.push_back({query.prompts[0], query.responses[0]});
  }
  // Each its own, so that the sorted ones meet others.
  const torch::Tensor references =
      -20 + torch::arange(2.0 * kExamples, torch::kFloat64).sin().mul(5).view({kExamples, 2});
  AddPreferenceObjectives(preferences, references, add);
  sami_harness::SftConfig sft;
  add("sft token mean", sft::MakeSftObjective(sft, texts, 32));
  sft.set_reduction(sami_harness::SftConfig::EXAMPLE_SUM);
  add("sft example sum", sft::MakeSftObjective(sft, texts, 32));
  return all;
}

std::vector<torch::Tensor> Parameters(const lm::Decoder& model) {
  std::vector<torch::Tensor> values;
  for (const lm::Parameter& parameter : model.trainable()) values.push_back(parameter.value);
  return values;
}

// The first phase in microbatches of `size`.
torch::Tensor Statistics(const Objective& objective, const lm::Decoder& model, const std::vector<int64_t>& batch,
                         int64_t size) {
  if (!objective.has_statistics()) return {};
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> rows;
  for (int64_t begin = 0; begin < static_cast<int64_t>(batch.size()); begin += size) {
    rows.push_back(objective.Statistics(model, absl::MakeConstSpan(batch).subspan(begin, size)));
  }
  return torch::cat(rows);
}

// Loss of a share, then its gradients, as one vector.
torch::Tensor LossAndGradients(const Objective& objective, const lm::Decoder& model, const Share& share) {
  const torch::Tensor loss = objective.EvaluateShare(model, share).weighted_loss;
  std::vector<torch::Tensor> parts = {loss.detach().view({1})};
  for (const torch::Tensor& gradient : torch::autograd::grad({loss}, Parameters(model))) {
    parts.push_back(gradient.reshape({-1}));
  }
  return torch::cat(parts);
}

torch::Tensor LossAndGradients(const Objective& objective, const lm::Decoder& model,
                               const std::vector<int64_t>& batch) {
  const int64_t size = batch.size();
  return LossAndGradients(objective, model, {batch, 0, size, Statistics(objective, model, batch, size)});
}

double RelativeDifference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

lm::Decoder Model() {
  lm::Decoder model = TinyModel(torch::kFloat64, 1);
  model.SetRequiresGrad(true);
  return model;
}

// The same with an adapter that is not at its start.
lm::Decoder AdaptedModel() {
  lm::Decoder model = TinyModel(torch::kFloat64, 1);
  lm::AdapterConfig config;
  config.rank = 2;
  config.targets = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
  EXPECT_OK(lm::AddAdapter(config, /*seed=*/1, model));
  base::RandomStream stream(1, "training/adapter");
  for (const lm::Parameter& parameter : model.adapter()) {
    double* const elements = parameter.value.data_ptr<double>();
    for (int64_t i = 0; i < parameter.value.numel(); ++i) elements[i] += 0.1 * stream.Normal();
  }
  model.SetRequiresGrad(true);
  return model;
}

// Each way packs and pads other rows together.
TEST(EveryObjective, MicrobatchesAddUpToTheBatchInAnyOrder) {
  const lm::Decoder model = Model();
  std::vector<int64_t> all(kExamples);
  std::iota(all.begin(), all.end(), 0);
  for (const Named& named : Objectives()) {
    const torch::Tensor whole = LossAndGradients(*named.objective, model, all);
    const std::vector<int64_t> reversed(all.rbegin(), all.rend());
    for (const int64_t size : {1, 2, 4}) {
      torch::Tensor sum = torch::zeros_like(whole);
      const torch::Tensor statistics = Statistics(*named.objective, model, reversed, size);
      for (int64_t begin = 0; begin < kExamples; begin += size) {
        sum +=
            LossAndGradients(*named.objective, model, {reversed, begin, std::min(size, kExamples - begin), statistics});
      }
      EXPECT_LT(RelativeDifference(sum, whole), 1e-10) << named.name << ", microbatches of " << size;
    }
  }
}

// Another example in the same pass may not be seen: the first one's share stays when the others are replaced.
TEST(EveryObjective, ExamplesThatArePackedTogetherDoNotSeeEachOther) {
  const lm::Decoder model = Model();
  for (const Named& named : Objectives()) {
    if (named.dependence != Named::kNone) continue;
    const torch::Tensor alone = LossAndGradients(*named.objective, model, {0});
    for (const std::vector<int64_t>& others : std::vector<std::vector<int64_t>>{{1}, {5, 4}, {2, 3, 1, 5}}) {
      std::vector<int64_t> together = others;
      together.insert(together.begin() + others.size() / 2, 0);
      const torch::Tensor difference =
          LossAndGradients(*named.objective, model, together) - LossAndGradients(*named.objective, model, others);
      EXPECT_LT(RelativeDifference(difference, alone), 1e-9) << named.name;
    }
  }
}

TEST(SamiMatrix, IsPermutedWithItsConstitutionsAndTheLossIsNot) {
  const lm::Decoder model = Model();
  const std::vector<ContrastiveExample> queries = Queries(4);
  const std::vector<int64_t> order = {2, 0, 3, 1};
  std::vector<ContrastiveExample> permuted = queries;
  for (size_t q = 0; q < queries.size(); ++q) {
    for (size_t i = 0; i < order.size(); ++i) {
      permuted[q].prompts[i] = queries[q].prompts[order[i]];
      permuted[q].responses[i] = queries[q].responses[order[i]];
    }
  }
  const torch::Tensor index = torch::tensor(order, torch::kInt64);
  const torch::Tensor expected =
      sami::ScoreQueries(model, queries, {0, 3}).index_select(1, index).index_select(2, index);
  const torch::Tensor actual = sami::ScoreQueries(model, permuted, {0, 3});
  EXPECT_LT((actual - expected).abs().max().item<double>(), 1e-12);
  const double loss = sami::SamiLoss(sami::ScoreQueries(model, queries, {0, 3})).item<double>();
  EXPECT_NEAR(sami::SamiLoss(actual).item<double>(), loss, 1e-12);
}

// Along random directions in the space of all trained weights: a gradient that is wrong anywhere shows. Central
// differences err by order step^2 = 1e-10 relative, rounding by 1e-16 / step = 1e-11.
void ExpectSlope(const Named& named, const lm::Decoder& model) {
  constexpr double kStep = 1e-5;
  const std::vector<torch::Tensor> parameters = Parameters(model);
  const std::vector<int64_t> batch = {0, 4, 2};
  const torch::Tensor statistics = Statistics(*named.objective, model, batch, batch.size());
  const torch::Tensor loss = named.objective->Evaluate(model, batch).weighted_loss;
  const auto gradients = torch::autograd::grad({loss}, parameters);
  const torch::NoGradGuard no_grad;
  for (int direction = 0; direction < 3; ++direction) {
    base::RandomStream stream(direction, "training/direction");
    double slope = 0, scale = 0, values[2];
    std::vector<torch::Tensor> steps;
    for (const torch::Tensor& gradient : gradients) {
      torch::Tensor step = torch::empty(gradient.sizes(), torch::kFloat64);
      for (int64_t i = 0; i < step.numel(); ++i) step.data_ptr<double>()[i] = stream.Normal();
      slope += (gradient * step).sum().item<double>();
      scale += (gradient * step).abs().sum().item<double>();
      steps.push_back(step);
    }
    for (const int side : {0, 1}) {
      for (size_t p = 0; p < steps.size(); ++p) parameters[p].add_(steps[p], side ? -2 * kStep : kStep);
      const Evaluation evaluation = named.dependence == Named::kOnConstants
                                        ? named.objective->EvaluateShare(model, {batch, 0, 3, statistics})
                                        : named.objective->Evaluate(model, batch);
      values[side] = evaluation.weighted_loss.item<double>();
    }
    for (size_t p = 0; p < steps.size(); ++p) parameters[p].add_(steps[p], kStep);
    EXPECT_NEAR((values[0] - values[1]) / (2 * kStep), slope, 1e-6 * scale) << named.name;
  }
}

TEST(EveryObjective, GradientIsTheSlopeOfTheLoss) {
  for (const Named& named : Objectives()) ExpectSlope(named, Model());
}

TEST(EveryObjective, GradientOfAnAdapterIsTheSlopeOfTheLoss) {
  for (const Named& named : Objectives()) ExpectSlope(named, AdaptedModel());
}

}  // namespace
}  // namespace training
