#include "lm/model/decoder.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/model/attention/attention.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/feed_forward.h"
#include "lm/testing/reference_decoder.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

TokenIds SomeTokens(int64_t length, uint64_t item = 0) {
  base::RandomStream stream(1, "lm/decoder_test", item);
  return RandomTokens(length, stream);
}

TEST(Decoder, EqualsItsDefinition) {
  for (const bool tied : {false, true}) {
    const Decoder model = TinyModel(torch::kFloat64, tied);
    const TokenIds ids = SomeTokens(17);
    const torch::Tensor logits = model.Logits(model.Forward(PlainInput(ids)))[0];
    const std::vector<std::vector<double>> expected = ReferenceDecoder(model).Logits(ids);
    for (size_t t = 0; t < ids.size(); ++t) {
      // The rotary tables are float32: 17 positions * 2^-24 of an angle.
      EXPECT_LT(MaxDifference(logits[t], torch::tensor(expected[t], torch::kFloat64)), 2e-5) << t;
    }
    EXPECT_GT(logits.std().item<double>(), 0.1);  // the comparison means something
  }
}

TEST(Decoder, GradientsAreThoseOfFiniteDifferences) {
  Decoder model = TinyModel(torch::kFloat64);
  const DecoderInput input = PlainInput(SomeTokens(9));
  const auto loss = [&] { return model.Logits(model.Forward(input)).sin().sum(); };
  model.SetRequiresGrad(true);
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
  const auto gradients = torch::autograd::grad({loss()}, values);
  model.SetRequiresGrad(false);
  for (size_t i = 0; i < values.size(); ++i) {
    double* const element = values[i].data_ptr<double>() + values[i].numel() / 3;
    const double step = 1e-5, at = *element;
    *element = at + step;
    const double above = loss().item<double>();
    *element = at - step;
    const double below = loss().item<double>();
    *element = at;
    EXPECT_NEAR(gradients[i].flatten()[values[i].numel() / 3].item<double>(), (above - below) / (2 * step), 1e-6)
        << model.parameters()[i].name;
  }
}

TEST(Decoder, SingleAndHalfPrecisionComeCloseToDouble) {
  const DecoderInput input = PlainInput(SomeTokens(40));
  const torch::Tensor exact = TinyModel(torch::kFloat64).Forward(input);
  const torch::Tensor half = TinyModel(torch::kBFloat16).Forward(input);
  EXPECT_LT(MaxDifference(TinyModel(torch::kFloat32).Forward(input), exact), 1e-4);
  EXPECT_EQ(half.scalar_type(), torch::kBFloat16);
  EXPECT_LT((half.to(torch::kFloat64) - exact).abs().mean().item<double>(), 0.05);
}

TEST(Decoder, HalfPrecisionHasGradients) {
  const DecoderInput input = PlainInput(SomeTokens(20));
  const auto gradients = [&](torch::Dtype dtype) {
    Decoder model = TinyModel(dtype);
    model.SetRequiresGrad(true);
    std::vector<torch::Tensor> values;
    for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
    return torch::autograd::grad({model.Forward(input).to(torch::kFloat64).sin().sum()}, values);
  };
  const auto exact = gradients(torch::kFloat64), half = gradients(torch::kBFloat16);
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_EQ(half[i].scalar_type(), torch::kBFloat16);
    const torch::Tensor wide = half[i].to(torch::kFloat64);
    const double cosine = ((wide * exact[i]).sum() / (wide.norm() * exact[i].norm())).item<double>();
    EXPECT_GT(cosine, 0.95) << TinyModel(torch::kFloat32).parameters()[i].name;
  }
}

TEST(Decoder, SegmentsSeeWhatIsSharedAndThemselves) {
  const Decoder model = TinyModel(torch::kFloat64);
  const TokenIds prompt = SomeTokens(5), first = SomeTokens(4, 1), second = SomeTokens(3, 2);
  // prompt, first, second, padding
  TokenIds ids = prompt;
  ids.insert(ids.end(), first.begin(), first.end());
  ids.insert(ids.end(), second.begin(), second.end());
  ids.insert(ids.end(), 2, 7);
  const torch::Tensor segments = torch::tensor({0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, -1, -1}, torch::kInt64);
  const torch::Tensor positions = torch::tensor({0, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 0, 0}, torch::kInt64);
  const torch::Tensor hidden =
      model.Forward({PlainInput(ids).ids_BT, positions.unsqueeze(0), segments.unsqueeze(0)})[0];
  TokenIds prompt_first = prompt, prompt_second = prompt;
  prompt_first.insert(prompt_first.end(), first.begin(), first.end());
  prompt_second.insert(prompt_second.end(), second.begin(), second.end());
  const torch::Tensor with_first = model.Forward(PlainInput(prompt_first))[0];
  const torch::Tensor with_second = model.Forward(PlainInput(prompt_second))[0];
  EXPECT_LT(MaxDifference(hidden.slice(0, 0, 9), with_first), 1e-12);
  EXPECT_LT(MaxDifference(hidden.slice(0, 9, 12), with_second.slice(0, 5)), 1e-12);
  EXPECT_TRUE(torch::isfinite(hidden).all().item<bool>());
}

TEST(Decoder, PaddingOnEitherSideChangesNothing) {
  const Decoder model = TinyModel(torch::kFloat64);
  const TokenIds ids = SomeTokens(6);
  const DecoderInput plain = PlainInput(ids);
  const torch::Tensor expected = model.Forward(plain);
  for (const int64_t left : {0, 3}) {
    const auto pad = [&](const torch::Tensor& x, int64_t value) {
      return torch::constant_pad_nd(x, {left, 3 - left}, value);
    };
    const torch::Tensor hidden =
        model.Forward({pad(plain.ids_BT, 28), pad(plain.positions_BT, 0), pad(plain.segments_BT, -1)});
    EXPECT_LT(MaxDifference(hidden.slice(1, left, left + 6), expected), 1e-12);
    EXPECT_TRUE(torch::isfinite(hidden).all().item<bool>());
  }
}

TEST(Decoder, ConcurrentUseGivesTheSameBits) {
  Decoder model = TinyModel(torch::kFloat32);
  model.SetRequiresGrad(true);
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
  const auto gradients = [&](int threads) {
    std::vector<std::vector<torch::Tensor>> results(8);
    base::ParallelFor(8, threads, [&](int64_t i) {
      results[i] = torch::autograd::grad({model.Forward(PlainInput(SomeTokens(30, i))).sin().sum()}, values);
    });
    return results;
  };
  const auto one = gradients(1), three = gradients(3);
  for (size_t i = 0; i < one.size(); ++i) {
    for (size_t p = 0; p < values.size(); ++p) EXPECT_TRUE(torch::equal(one[i][p], three[i][p])) << i << ' ' << p;
  }
}

TEST(Decoder, RecomputationChangesNoBit) {
  for (const int64_t tokens : {30, 300}) {  // a row computed whole, and one in blocks
    Decoder model = TinyModel(torch::kFloat32);
    model.SetRequiresGrad(true);
    std::vector<torch::Tensor> values;
    for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
    const auto gradients = [&](bool recompute) {
      model.SetRecomputation(recompute);
      return torch::autograd::grad({model.Forward(PlainInput(SomeTokens(tokens))).sin().sum()}, values);
    };
    const auto kept = gradients(false), recomputed = gradients(true);
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_TRUE(torch::equal(kept[i], recomputed[i])) << tokens << ' ' << model.parameters()[i].name;
    }
  }
}

TEST(Decoder, RandomWeightsAreAFunctionOfTheSeed) {
  const Decoder model = Decoder::Random(TinyConfig(), 1), same = Decoder::Random(TinyConfig(), 1);
  const Decoder other = Decoder::Random(TinyConfig(), 2);
  for (size_t i = 0; i < model.parameters().size(); ++i) {
    const Parameter& parameter = model.parameters()[i];
    EXPECT_TRUE(torch::equal(parameter.value, same.parameters()[i].value)) << parameter.name;
    EXPECT_EQ(torch::equal(parameter.value, other.parameters()[i].value), parameter.value.dim() == 1);
    if (parameter.value.dim() == 1) {
      EXPECT_TRUE((parameter.value == 1).all().item<bool>());
      continue;
    }
    // Projections to the residual stream are narrower by sqrt(2 * 2 layers). The draws are fixed by the seed; at least
    // 168 of them lie 5 standard errors (1 / sqrt(2 * 168) each) apart with probability 6e-7.
    const bool to_residual =
        parameter.name.find("o_proj") != std::string::npos || parameter.name.find("down_proj") != std::string::npos;
    const double expected = to_residual ? 0.25 : 0.5;
    const double error = 5 / std::sqrt(2.0 * parameter.value.numel());
    EXPECT_NEAR(parameter.value.std().item<double>() / expected, 1, error) << parameter.name;
  }
}

TEST(Decoder, ACloneHasItsOwnWeights) {
  Decoder model = TinyModel(torch::kFloat32);
  model.SetRequiresGrad(true);
  const Decoder clone = model.Clone();
  EXPECT_TRUE(clone.parameters()[0].value.requires_grad() && clone.parameters()[0].value.is_leaf());
  {
    const torch::NoGradGuard no_grad;
    for (const Parameter& parameter : model.parameters()) torch::Tensor(parameter.value).add_(1);
  }
  const DecoderInput input = PlainInput(SomeTokens(5));
  EXPECT_TRUE(torch::equal(clone.Forward(input), TinyModel(torch::kFloat32).Forward(input)));
}

TEST(Decoder, CountsATiedHeadOnce) {
  const int64_t head = 29 * 14;
  EXPECT_EQ(TinyModel(torch::kFloat32, /*tied=*/false).num_parameters(),
            TinyModel(torch::kFloat32, /*tied=*/true).num_parameters() + head);
}

TEST(DecoderDeathTest, RefusesParametersOfAnotherShape) {
  std::vector<Parameter> parameters = TinyModel(torch::kFloat32).parameters();
  parameters[1].value = parameters[1].value.t().contiguous();
  EXPECT_DEATH(Decoder(TinyConfig(), parameters), "model.layers.0.self_attn.q_proj.weight");
  parameters.pop_back();
  EXPECT_DEATH(Decoder(TinyConfig(), parameters), "20 vs 19|19 vs 20");
}

TEST(Rotary, Llama3StretchesLongWavelengthsOnly) {
  ModelConfig config = TinyConfig();
  config.head_dim = 128;
  config.rope.theta = 500000;
  const torch::Tensor plain = RotaryFrequencies(config, config.rope);
  config.rope.scaling = RopeScaling();  // of Llama 3.1 itself
  const torch::Tensor ratio = (plain / RotaryFrequencies(config, config.rope)).to(torch::kFloat64);
  // Wavelengths 2 pi 500000^(i/64): below 8192/4 = 2048 up to i = 28 (1960), above 8192 from i = 35 (8220).
  EXPECT_EQ(ratio[28].item<double>(), 1);
  EXPECT_NEAR(ratio[35].item<double>(), 8, 1e-6);
  EXPECT_NEAR(ratio[63].item<double>(), 8, 1e-6);
  for (int i = 29; i < 35; ++i) {
    const double wavelength = 2 * M_PI * std::pow(500000, i / 64.0);
    const double smooth = (8192 / wavelength - 1) / (4 - 1);
    EXPECT_NEAR(ratio[i].item<double>(), 1 / ((1 - smooth) / 8 + smooth), 1e-4) << i;
  }
}

TEST(Rotary, LinearScalingStretchesEveryWavelength) {
  ModelConfig config = TinyConfig();
  const torch::Tensor plain = RotaryFrequencies(config, config.rope);
  config.rope.scaling = RopeScaling{RopeScaling::kLinear, 4};
  EXPECT_TRUE(torch::equal(RotaryFrequencies(config, config.rope), plain / 4));
}

TEST(Rotary, DynamicScalingGrowsThetaInLongRowsOnly) {
  ModelConfig config = TinyConfig();  // 64 positions, heads of 6
  const torch::Tensor plain = RotaryFrequencies(config, config.rope);
  config.rope.scaling = RopeScaling{RopeScaling::kDynamic, 3};
  EXPECT_TRUE(torch::equal(RotaryFrequencies(config, config.rope, 64), plain));
  // theta (3 * 96 / 64 - 2)^(6/4) = theta 2.5^1.5
  const torch::Tensor grown = RotaryFrequencies(config, config.rope, 96);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(grown[i].item<double>(), std::pow(10000 * std::pow(2.5, 1.5), -2.0 * i / 6), 1e-6) << i;
  }
  // Each row has its own frequencies: a short row's are not its longer neighbour's.
  const torch::Tensor positions = torch::stack({torch::arange(96), torch::arange(96).clamp(0, 63)});
  const RotaryTables tables = MakeRotaryTables(config, config.rope, positions, torch::kFloat32);
  EXPECT_TRUE(torch::equal(tables.sin_BTd[0][7], (7 * grown).sin()));
  EXPECT_TRUE(torch::equal(tables.sin_BTd[1][7], (7 * plain).sin()));
}

torch::Tensor RandomNormal(torch::IntArrayRef shape, base::RandomStream& stream) {
  torch::Tensor x = torch::empty(shape, torch::kFloat64);
  for (int64_t i = 0; i < x.numel(); ++i) x.data_ptr<double>()[i] = stream.Normal();
  return x;
}

// Rows that are longer than a block of queries: a prompt, responses and padding; padding on the left and a prompt that
// goes on after a response; one response only.
torch::Tensor LongSegments(int64_t tokens) {
  torch::Tensor segments = torch::zeros({3, tokens}, torch::kInt64);
  segments[0].slice(0, 150, 230).fill_(1);
  segments[0].slice(0, 230, 390).fill_(2);
  segments[0].slice(0, 390, 392).fill_(3);
  segments[0].slice(0, 392).fill_(-1);
  segments[1].slice(0, 0, 140).fill_(-1);
  segments[1].slice(0, 200, 260).fill_(4);
  segments[1].slice(0, 300, 301).fill_(-1);
  segments[1].slice(0, 390).fill_(4);
  segments[2].fill_(1);
  return segments;
}

// The definition. [B, T, H, d], [B, T, K, d] -> [B, T, H * d]
torch::Tensor AttendByDefinition(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                                 const torch::Tensor& segments, const SlidingWindow& window) {
  const int64_t group = query.size(2) / key.size(2);
  const auto heads = [&](const torch::Tensor& x) { return x.repeat_interleave(group, 2).transpose(1, 2); };
  torch::Tensor seen = (segments.unsqueeze(1) == 0)
                           .logical_or((segments.unsqueeze(1) == segments.unsqueeze(2)) & (segments.unsqueeze(1) > 0))
                           .tril();
  if (window.tokens > 0) {
    seen = seen.logical_and(window.positions_BT.unsqueeze(2) - window.positions_BT.unsqueeze(1) < window.tokens);
  }
  const torch::Tensor scores = query.transpose(1, 2).matmul(heads(key).transpose(2, 3)) / std::sqrt(query.size(3));
  const torch::Tensor weights = torch::softmax(scores.masked_fill(~seen.unsqueeze(1), -1e300), -1);
  return weights.matmul(heads(value)).transpose(1, 2).flatten(2);
}

TEST(Attend, LongRowsEqualTheDefinitionWithTheirGradients) {
  base::RandomStream stream(6, "lm/decoder_test/attend");
  const int64_t tokens = 400;
  const torch::Tensor segments = LongSegments(tokens);
  const torch::Tensor query = RandomNormal({3, tokens, 6, 10}, stream).requires_grad_();
  const torch::Tensor key = RandomNormal({3, tokens, 2, 10}, stream).requires_grad_();
  const torch::Tensor value = RandomNormal({3, tokens, 2, 10}, stream).requires_grad_();
  // Padding, which may see nothing, has no meaning.
  const torch::Tensor counted = (segments >= 0).unsqueeze(2);
  const torch::Tensor weight = RandomNormal({3, tokens, 60}, stream) * counted;
  // Without a window, with one that is narrower than a block, a wide one, and one that no row fills. The first row's
  // second response has the first's positions again.
  torch::Tensor positions = torch::arange(tokens).expand({3, tokens}).contiguous();
  positions[0].slice(0, 230, 390) -= 80;
  for (const int64_t window : {0, 40, 190, 400}) {
    SCOPED_TRACE(window);
    const SlidingWindow sliding = {window, positions};
    const AttentionPattern pattern = MakeAttentionPattern(segments, 6, 2, torch::kFloat64, sliding);
    ASSERT_TRUE(pattern.blocks);
    const torch::Tensor mixed = Attend(query, key, value, pattern);
    const torch::Tensor expected = AttendByDefinition(query, key, value, segments, sliding);
    EXPECT_TRUE(torch::isfinite(mixed).all().item<bool>());
    EXPECT_LT(MaxDifference(mixed * counted, expected * counted), 1e-13);
    const auto gradients = torch::autograd::grad({(mixed * weight).sum()}, {query, key, value});
    const auto expected_gradients = torch::autograd::grad({(expected * weight).sum()}, {query, key, value});
    for (int i = 0; i < 3; ++i) EXPECT_LT(MaxDifference(gradients[i], expected_gradients[i]), 1e-12) << i;
  }
}

TEST(Attend, LongRowsHaveTheGradientsOfFiniteDifferences) {
  base::RandomStream stream(7, "lm/decoder_test/attend");
  const int64_t tokens = 300;
  const AttentionPattern pattern = MakeAttentionPattern(LongSegments(400).slice(1, 100), 2, 1, torch::kFloat64);
  ASSERT_TRUE(pattern.blocks);
  const std::vector<torch::Tensor> inputs = {RandomNormal({3, tokens, 2, 4}, stream).requires_grad_(),
                                             RandomNormal({3, tokens, 1, 4}, stream).requires_grad_(),
                                             RandomNormal({3, tokens, 1, 4}, stream).requires_grad_()};
  const auto loss = [&] { return Attend(inputs[0], inputs[1], inputs[2], pattern).sin().sum(); };
  const auto gradients = torch::autograd::grad({loss()}, inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (int k = 0; k < 8; ++k) {
      const int64_t at = stream.Below(inputs[i].numel());
      double* const element = inputs[i].data_ptr<double>() + at;
      const double step = 1e-5, middle = *element;
      *element = middle + step;
      const double above = loss().item<double>();
      *element = middle - step;
      const double below = loss().item<double>();
      *element = middle;
      EXPECT_NEAR(gradients[i].flatten()[at].item<double>(), (above - below) / (2 * step), 1e-6) << i << ' ' << at;
    }
  }
}

TEST(FeedForward, EqualsItsDefinitionWithItsGradients) {
  base::RandomStream stream(8, "lm/decoder_test/feed_forward");
  // More rows than are worked on at once (32 Ki elements).
  const std::vector<torch::Tensor> inputs = {
      RandomNormal({2, 700, 5}, stream).requires_grad_(), RandomNormal({50, 5}, stream).requires_grad_(),
      RandomNormal({50, 5}, stream).requires_grad_(), RandomNormal({5, 50}, stream).requires_grad_()};
  const torch::Tensor weight = RandomNormal({2, 700, 5}, stream);
  const torch::Tensor y = FeedForward(inputs[0], {{inputs[1]}, {inputs[2]}, {inputs[3]}});
  const torch::Tensor gate = inputs[0].matmul(inputs[1].t());
  const torch::Tensor expected = (gate * gate.sigmoid() * inputs[0].matmul(inputs[2].t())).matmul(inputs[3].t());
  EXPECT_LT(MaxDifference(y, expected), 1e-11);
  const auto gradients = torch::autograd::grad({(y * weight).sum()}, inputs);
  const auto expected_gradients = torch::autograd::grad({(expected * weight).sum()}, inputs);
  for (size_t i = 0; i < inputs.size(); ++i) EXPECT_LT(MaxDifference(gradients[i], expected_gradients[i]), 1e-9) << i;
}

}  // namespace
}  // namespace lm
