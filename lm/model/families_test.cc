// What the families add to the decoder, each as it is in its own. The agreement with transformers is
// model_golden_test's.
#include <torch/autograd.h>
#include <torch/types.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/testing.h"
#include "lm/model/adapter.h"
#include "lm/model/decoder.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

ModelConfig Windowed() {
  ModelConfig config = TinyConfig();
  config.family = Family::kMistral;
  config.sliding_window = 3;
  return config;
}

// One of each family.
std::vector<ModelConfig> EveryFamily() {
  std::vector<ModelConfig> configs;
  for (const FamilyTraits& traits : Families()) configs.push_back(TinyConfigOf(traits));
  return configs;
}

TokenIds SomeTokens(int64_t length, uint64_t item = 0) {
  base::RandomStream stream(1, "lm/families_test", item);
  return RandomTokens(length, stream);
}

TokenIds Joint(TokenIds a, const TokenIds& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Some function of the logits, and of the routers' load where there is one.
torch::Tensor Loss(Decoder model, const DecoderInput& input) {
  RouterLoad load;
  model.ObserveRouters(&load);
  const torch::Tensor loss = model.Logits(model.Forward(input)).sin().sum();
  return load.empty() ? loss : loss + 10 * load.Loss();
}

// A model whose every projection has an adapter, in which both halves are random.
Decoder Adapted(const ModelConfig& config, torch::Dtype dtype) {
  Decoder model = RandomModelOf(config, dtype);
  AdapterConfig adapter;
  adapter.rank = 2;
  for (int64_t i = 0; i < config.num_layers; ++i) {
    for (const LayerTensor& tensor : LayerTensors(config, i)) {
      if (IsProjection(tensor.part) && !tensor.is_bias)
        adapter.targets.push_back(LayerPrefix(config, i) + tensor.module);
    }
  }
  EXPECT_OK(AddAdapter(adapter, 1, model));
  for (const Parameter& parameter : model.adapter()) {
    base::RandomStream stream(1, "lm/families_test/" + parameter.name);
    const torch::Tensor value = torch::empty(parameter.value.sizes(), torch::kFloat64);
    for (int64_t i = 0; i < value.numel(); ++i) value.data_ptr<double>()[i] = 0.1 * stream.Normal();
    torch::Tensor(parameter.value).copy_(value);
  }
  return model;
}

// Of what training changes: an element of each tensor.
void ExpectGradientsOfFiniteDifferences(Decoder model) {
  // Long enough for longrope's long factors.
  const DecoderInput input = PlainInput(SomeTokens(18));
  const std::vector<Parameter> trained = model.trainable();
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : trained) values.push_back(parameter.value);
  model.SetRequiresGrad(true);
  const auto gradients = torch::autograd::grad({Loss(model, input)}, values);
  model.SetRequiresGrad(false);
  for (size_t i = 0; i < values.size(); ++i) {
    const int64_t at = values[i].numel() / 3;
    double* const element = values[i].data_ptr<double>() + at;
    // Short enough that no token changes its experts, and that the third derivative does not matter.
    const double step = 1e-7, middle = *element;
    *element = middle + step;
    const double above = Loss(model, input).item<double>();
    *element = middle - step;
    const double below = Loss(model, input).item<double>();
    *element = middle;
    const double slope = (above - below) / (2 * step);
    EXPECT_NEAR(gradients[i].flatten()[at].item<double>(), slope, 1e-5 * (1 + std::abs(slope))) << trained[i].name;
  }
}

TEST(Families, GradientsAreThoseOfFiniteDifferences) {
  for (const ModelConfig& config : EveryFamily()) {
    SCOPED_TRACE(FamilyName(config.family));
    ExpectGradientsOfFiniteDifferences(RandomModelOf(config, torch::kFloat64));
    ExpectGradientsOfFiniteDifferences(Adapted(config, torch::kFloat64));
  }
}

TEST(Families, RecomputationChangesNoBit) {
  for (const ModelConfig& config : EveryFamily()) {
    SCOPED_TRACE(FamilyName(config.family));
    for (Decoder model : {RandomModelOf(config, torch::kFloat32), Adapted(config, torch::kFloat32)}) {
      model.SetRequiresGrad(true);
      std::vector<torch::Tensor> values;
      for (const Parameter& parameter : model.trainable()) values.push_back(parameter.value);
      const auto gradients = [&](bool recompute) {
        model.SetRecomputation(recompute);
        return torch::autograd::grad({Loss(model, PlainInput(SomeTokens(30)))}, values);
      };
      const auto kept = gradients(false), recomputed = gradients(true);
      for (size_t i = 0; i < kept.size(); ++i) {
        EXPECT_TRUE(torch::equal(kept[i], recomputed[i])) << model.trainable()[i].name;
      }
    }
  }
}

TEST(Families, AMergedAdapterIsTheAdapter) {
  for (const ModelConfig& config : EveryFamily()) {
    const Decoder model = Adapted(config, torch::kFloat64);
    const DecoderInput input = PlainInput(SomeTokens(18));
    EXPECT_LT(MaxDifference(Merged(model).Forward(input), model.Forward(input)), 1e-9) << FamilyName(config.family);
    EXPECT_GT(MaxDifference(model.WithoutAdapter().Forward(input), model.Forward(input)), 1e-3);
  }
}

// Rows of more than 256 tokens are computed in blocks of queries, shorter ones whole.
TEST(Families, LongRowsAreComputedAsShortOnes) {
  for (const ModelConfig& config : EveryFamily()) {
    SCOPED_TRACE(FamilyName(config.family));
    Decoder model = RandomModelOf(config, torch::kFloat64);
    const TokenIds ids = SomeTokens(290);
    const auto hidden = [&](const TokenIds& tokens) {
      DecoderInput input = PlainInput(tokens);
      input.spans_B = torch::tensor({290}, torch::kInt64);
      return model.Forward(input)[0].slice(0, 0, 250);
    };
    std::vector<torch::Tensor> values;
    for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
    model.SetRequiresGrad(true);
    const torch::Tensor long_row = hidden(ids), short_row = hidden({ids.begin(), ids.begin() + 250});
    EXPECT_LT(MaxDifference(long_row, short_row), 1e-9);
    const auto by_long = torch::autograd::grad({long_row.sin().sum()}, values, {}, {}, false, /*allow_unused=*/true);
    const auto by_short = torch::autograd::grad({short_row.sin().sum()}, values, {}, {}, false, /*allow_unused=*/true);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(by_long[i].defined(), by_short[i].defined());
      if (!by_long[i].defined()) continue;  // an untied head
      EXPECT_LT(MaxDifference(by_long[i], by_short[i]), 1e-8 * (1 + by_short[i].abs().max().item<double>()))
          << model.parameters()[i].name;
    }
    model.SetRequiresGrad(false);
  }
}

// One choice for all rows of a batch, by the longest, as transformers makes it; or each row's own.
TEST(Longrope, FactorsAreChosenByTheLongestRowOrForEach) {
  const Decoder model = RandomModelOf(TinyConfigOf(TraitsOf(Family::kPhi3)), torch::kFloat64);
  const TokenIds long_ids = SomeTokens(17), short_ids = SomeTokens(16);  // the border is 16
  const auto row = [&](const TokenIds& ids, int64_t span) {
    DecoderInput input = PlainInput(ids);
    if (span > 0) input.spans_B = torch::tensor({span}, torch::kInt64);
    return model.Forward(input)[0];
  };
  EXPECT_TRUE(torch::equal(row(short_ids, 0), row(short_ids, 16)));
  EXPECT_GT(MaxDifference(row(short_ids, 0), row(short_ids, 17)), 1e-2);
  const DecoderInput padded = PlainInput(Joint(short_ids, {0})), whole = PlainInput(long_ids);
  DecoderInput both = {torch::cat({whole.ids_BT, padded.ids_BT}), torch::cat({whole.positions_BT, padded.positions_BT}),
                       torch::zeros({2, 17}, torch::kInt64)};
  both.segments_BT[1][16] = -1;
  EXPECT_LT(MaxDifference(model.Forward(both)[1].slice(0, 0, 16), row(short_ids, 17)), 1e-11);
  both.spans_B = torch::tensor({17, 16}, torch::kInt64);
  EXPECT_LT(MaxDifference(model.Forward(both)[0], row(long_ids, 0)), 1e-11);
  EXPECT_LT(MaxDifference(model.Forward(both)[1].slice(0, 0, 16), row(short_ids, 0)), 1e-11);
}

// The definition of a window: a layer's output at t depends on the tokens from t - 2 on, two layers' from t - 4 on.
TEST(SlidingWindow, ReachesAsFarAsItSays) {
  const Decoder model = RandomModelOf(Windowed(), torch::kFloat64);
  const TokenIds ids = SomeTokens(12);
  const torch::Tensor hidden = model.Forward(PlainInput(ids))[0];
  TokenIds changed = ids;
  changed[3] = (changed[3] + 1) % 29;
  const torch::Tensor difference = (model.Forward(PlainInput(changed))[0] - hidden).abs().amax(1);
  for (int64_t t = 0; t < 12; ++t) EXPECT_EQ(difference[t].item<double>() > 1e-9, t >= 3 && t <= 7) << t;
}

// In rows that are computed whole, and in blocks.
TEST(SlidingWindow, CountsPositionsNotPlacesInTheRow) {
  for (const int64_t scale : {1, 20}) {
    ModelConfig config = Windowed();
    config.sliding_window = 3 * scale;
    const Decoder model = RandomModelOf(config, torch::kFloat64);
    const int64_t shared = 7 * scale, first_tokens = 6 * scale, second_tokens = 4 * scale;
    const TokenIds prompt = SomeTokens(shared), first = SomeTokens(first_tokens, 1);
    const TokenIds second = SomeTokens(second_tokens, 2);
    const DecoderInput plain = PlainInput(Joint(Joint(prompt, first), second));
    const torch::Tensor positions =
        torch::cat({torch::arange(shared + first_tokens), torch::arange(shared, shared + second_tokens)});
    const torch::Tensor segments =
        torch::cat({torch::zeros(shared, torch::kInt64), torch::full(first_tokens, 1, torch::kInt64),
                    torch::full(second_tokens, 2, torch::kInt64)});
    const torch::Tensor hidden = model.Forward({plain.ids_BT, positions.unsqueeze(0), segments.unsqueeze(0)})[0];
    const torch::Tensor with_first = model.Forward(PlainInput(Joint(prompt, first)))[0];
    const torch::Tensor with_second = model.Forward(PlainInput(Joint(prompt, second)))[0];
    EXPECT_LT(MaxDifference(hidden.slice(0, 0, shared + first_tokens), with_first), 1e-11) << scale;
    EXPECT_LT(MaxDifference(hidden.slice(0, shared + first_tokens), with_second.slice(0, shared)), 1e-11) << scale;
  }
}

TEST(Experts, EachTokenGoesToItsMostProbable) {
  const int64_t width = 3, experts = 4;
  const torch::Tensor x = torch::tensor({{1.0, 0.0, 0.0}, {0.0, 2.0, 0.0}}, torch::kFloat64);
  // Logits of token 0: 0.5, 3, 1, 2; of token 1: 4, 0, 2, -2.
  const torch::Tensor router =
      torch::tensor({{0.5, 2.0, 9.0}, {3.0, 0.0, 9.0}, {1.0, 1.0, 9.0}, {2.0, -1.0, 9.0}}, torch::kFloat64);
  std::vector<FeedForwardWeights> weights(experts);
  for (int64_t e = 0; e < experts; ++e) {
    base::RandomStream stream(1, "lm/families_test/experts", e);
    for (Projection* projection : {&weights[e].gate, &weights[e].up, &weights[e].down}) {
      projection->weight_OI = torch::empty({width, width}, torch::kFloat64);
      for (int64_t i = 0; i < width * width; ++i) projection->weight_OI.data_ptr<double>()[i] = stream.Normal();
    }
  }
  const ExpertsOutput output = MixExperts(x, router, weights, Routing{2}, torch::ones(2, torch::kFloat64));
  // Experts 1 and 3 for token 0, 0 and 2 for token 1, by shares e^3 : e^2 and e^4 : e^2.
  const double first = 1 / (1 + std::exp(-1)), second = 1 / (1 + std::exp(-2));
  const auto expert = [&](int64_t e, int64_t token) { return FeedForward(x[token].unsqueeze(0), weights[e])[0]; };
  EXPECT_LT(MaxDifference(output.y_ND[0], first * expert(1, 0) + (1 - first) * expert(3, 0)), 1e-12);
  EXPECT_LT(MaxDifference(output.y_ND[1], second * expert(0, 1) + (1 - second) * expert(2, 1)), 1e-12);
  // Every expert is chosen by half a token, so the loss is 4 sum_e 0.5 p_e = 2 whatever the probabilities.
  EXPECT_NEAR(output.load.Loss().item<double>(), 2, 1e-12);
  // Only token 0 counts: 4 (p_1 + p_3) of its probabilities.
  const torch::Tensor p = torch::softmax(torch::tensor({0.5, 3.0, 1.0, 2.0}, torch::kFloat64), 0);
  const RouterLoad load = MixExperts(x, router, weights, Routing{2}, torch::tensor({1.0, 0.0}, torch::kFloat64)).load;
  EXPECT_NEAR(load.Loss().item<double>(), 4 * (p[1] + p[3]).item<double>(), 1e-12);
}

}  // namespace
}  // namespace lm
