// What the families add to the decoder: biases, sliding windows, experts. The agreement with transformers is
// model_golden_test's.
#include <torch/autograd.h>
#include <torch/types.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/model/decoder.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

// All parameters random, biases and norms too.
Decoder RandomModel(const ModelConfig& config, torch::Dtype dtype = torch::kFloat64) {
  std::vector<Parameter> parameters;
  for (const ParameterShape& shape : ParameterShapes(config)) {
    base::RandomStream stream(1, "lm/families_test/" + shape.name);
    const torch::Tensor value = torch::empty(shape.shape, torch::kFloat64);
    for (int64_t i = 0; i < value.numel(); ++i) value.data_ptr<double>()[i] = 0.5 * stream.Normal();
    parameters.push_back({shape.name, (shape.shape.size() == 1 ? value + 1 : value).to(dtype)});
  }
  return Decoder(config, std::move(parameters));
}

ModelConfig Biased() {
  ModelConfig config = TinyConfig(/*tied=*/false);
  config.qkv_bias = config.output_bias = config.mlp_bias = true;
  return config;
}

ModelConfig Windowed() {
  ModelConfig config = TinyConfig();
  config.family = Family::kMistral;
  config.sliding_window = 3;
  return config;
}

ModelConfig Experts() {
  ModelConfig config = TinyConfig();
  config.family = Family::kMixtral;
  config.num_experts = 5;
  config.experts_per_token = 2;
  return config;
}

TokenIds SomeTokens(int64_t length, uint64_t item = 0) {
  base::RandomStream stream(1, "lm/families_test", item);
  return RandomTokens(length, stream);
}

TokenIds Joint(TokenIds a, const TokenIds& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<torch::Tensor> Values(const Decoder& model) {
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
  return values;
}

// Some function of the logits, and of the routers' load where there is one.
torch::Tensor Loss(Decoder model, const DecoderInput& input) {
  RouterLoad load;
  model.ObserveRouters(&load);
  const torch::Tensor loss = model.Logits(model.Forward(input)).sin().sum();
  return load.empty() ? loss : loss + 10 * load.Loss();
}

TEST(Families, GradientsAreThoseOfFiniteDifferences) {
  for (const ModelConfig& config : {Biased(), Windowed(), Experts()}) {
    Decoder model = RandomModel(config);
    const DecoderInput input = PlainInput(SomeTokens(9));
    const std::vector<torch::Tensor> values = Values(model);
    model.SetRequiresGrad(true);
    const auto gradients = torch::autograd::grad({Loss(model, input)}, values);
    model.SetRequiresGrad(false);
    for (size_t i = 0; i < values.size(); ++i) {
      const int64_t at = values[i].numel() / 3;
      double* const element = values[i].data_ptr<double>() + at;
      // Short enough that no token changes its experts.
      const double step = 1e-6, middle = *element;
      *element = middle + step;
      const double above = Loss(model, input).item<double>();
      *element = middle - step;
      const double below = Loss(model, input).item<double>();
      *element = middle;
      const double slope = (above - below) / (2 * step);
      EXPECT_NEAR(gradients[i].flatten()[at].item<double>(), slope, 1e-5 * (1 + std::abs(slope)))
          << model.parameters()[i].name;
    }
  }
}

TEST(Families, RecomputationChangesNoBit) {
  for (const ModelConfig& config : {Biased(), Windowed(), Experts()}) {
    Decoder model = RandomModel(config, torch::kFloat32);
    model.SetRequiresGrad(true);
    const auto gradients = [&](bool recompute) {
      model.SetRecomputation(recompute);
      return torch::autograd::grad({Loss(model, PlainInput(SomeTokens(30)))}, Values(model));
    };
    const auto kept = gradients(false), recomputed = gradients(true);
    for (size_t i = 0; i < kept.size(); ++i) {
      EXPECT_TRUE(torch::equal(kept[i], recomputed[i])) << model.parameters()[i].name;
    }
  }
}

// The definition of a window: a layer's output at t depends on the tokens from t - 2 on, two layers' from t - 4 on.
TEST(SlidingWindow, ReachesAsFarAsItSays) {
  const Decoder model = RandomModel(Windowed());
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
    const Decoder model = RandomModel(config);
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
