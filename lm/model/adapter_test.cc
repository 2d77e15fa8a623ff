#include "lm/model/adapter.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/testing/adapted_model.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::HasSubstr;

DecoderInput Input(int64_t tokens = 9) {
  base::RandomStream stream(2, "lm/adapter_test");
  return PlainInput(RandomTokens(tokens, stream));
}

torch::Tensor Logits(const Decoder& model) { return model.Logits(model.Forward(Input())); }

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

std::vector<torch::Tensor> Gradients(Decoder model) {
  model.SetRequiresGrad(true);
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : model.trainable()) values.push_back(parameter.value);
  const auto gradients = torch::autograd::grad({Logits(model).sin().sum()}, values);
  model.SetRequiresGrad(false);
  return gradients;
}

TEST(Adapter, StartsAtTheModelItself) {
  for (const torch::Dtype dtype : {torch::kFloat32, torch::kFloat64, torch::kBFloat16}) {
    Decoder model = TinyModel(dtype);
    const torch::Tensor before = Logits(model);
    ASSERT_OK(AddAdapter(Everywhere(), /*seed=*/5, model));
    EXPECT_TRUE(torch::equal(Logits(model), before)) << dtype;
    EXPECT_EQ(model.adapter()[0].value.scalar_type(), dtype == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32);
  }
}

TEST(Adapter, DrawsAFromItsNameAndSeed) {
  Decoder a = TinyModel(torch::kFloat32), same = TinyModel(torch::kFloat32, /*tied=*/true, /*seed=*/2);
  Decoder other = TinyModel(torch::kFloat32);
  ASSERT_OK(AddAdapter(Everywhere(), 5, a));
  ASSERT_OK(AddAdapter(Everywhere(), 5, same));
  ASSERT_OK(AddAdapter(Everywhere(), 6, other));
  EXPECT_EQ(a.adapter().size(), 2 * 2 * 5);  // A and B, of 2 layers, of 5 projections
  for (size_t i = 0; i < a.adapter().size(); i += 2) {
    const torch::Tensor& value = a.adapter()[i].value;
    EXPECT_TRUE(torch::equal(value, same.adapter()[i].value));
    EXPECT_FALSE(torch::equal(value, other.adapter()[i].value));
    const double bound = 1 / std::sqrt(static_cast<double>(value.size(1)));
    EXPECT_LE(value.abs().max().item<double>(), bound);
    // At least 42 draws: all within 0.8 of the bound with probability 1e-4; the seed is fixed.
    EXPECT_GT(value.abs().max().item<double>(), 0.8 * bound);
    EXPECT_EQ(a.adapter()[i + 1].value.abs().sum().item<double>(), 0);
  }
}

TEST(Adapter, GradientsAreThoseOfFiniteDifferences) {
  const Decoder model = Adapted(TinyModel(torch::kFloat64));
  const auto gradients = Gradients(model);
  for (size_t i = 0; i < gradients.size(); ++i) {
    const torch::Tensor& value = model.adapter()[i].value;
    for (const int64_t at : {int64_t{0}, value.numel() / 2, value.numel() - 1}) {
      double* const element = value.data_ptr<double>() + at;
      const double step = 1e-5, middle = *element;
      *element = middle + step;
      const double above = Logits(model).sin().sum().item<double>();
      *element = middle - step;
      const double below = Logits(model).sin().sum().item<double>();
      *element = middle;
      EXPECT_NEAR(gradients[i].flatten()[at].item<double>(), (above - below) / (2 * step), 1e-6)
          << model.adapter()[i].name;
    }
  }
  for (const Parameter& parameter : model.parameters()) EXPECT_FALSE(parameter.value.requires_grad());
}

TEST(Adapter, MergedGivesTheSameModel) {
  AdapterConfig config = Everywhere();
  for (const bool stabilized : {false, true}) {
    config.rank_stabilized = stabilized;
    const Decoder model = Adapted(TinyModel(torch::kFloat64), config);
    const Decoder merged = Merged(model);
    EXPECT_TRUE(merged.adapter().empty());
    EXPECT_LT(MaxDifference(Logits(merged), Logits(model)), 1e-11);
    EXPECT_GT(MaxDifference(Logits(model.WithoutAdapter()), Logits(model)), 0.1);
    // scale = 6 / 3, or 6 / sqrt(3).
    const torch::Tensor& a = model.adapter()[0].value;
    const torch::Tensor& b = model.adapter()[1].value;
    const torch::Tensor expected = model.parameters()[1].value + (stabilized ? 6 / std::sqrt(3.0) : 2.0) * b.matmul(a);
    EXPECT_LT(MaxDifference(merged.parameters()[1].value, expected), 1e-14);
  }
}

TEST(Adapter, WithoutItTheModelIsTheOldOneAndShared) {
  const Decoder base = TinyModel(torch::kFloat32);
  const Decoder model = Adapted(base);
  const Decoder without = model.WithoutAdapter();
  EXPECT_TRUE(torch::equal(Logits(without), Logits(base)));
  EXPECT_TRUE(without.parameters()[1].value.is_same(base.parameters()[1].value));
  EXPECT_EQ(model.adapter().size(), 20);  // still there
  const Decoder clone = model.Clone();
  EXPECT_TRUE(torch::equal(Logits(clone), Logits(model)));
  EXPECT_FALSE(clone.adapter()[1].value.is_same(model.adapter()[1].value));
}

// bfloat16 weights under a float32 adapter: the same bits as of the weights widened beforehand, forwards and backwards.
TEST(Adapter, NarrowFrozenWeightsChangeNoBit) {
  const Decoder wide = TinyModel(torch::kFloat32);
  std::vector<Parameter> kept, widened;
  for (const auto& [name, value] : wide.parameters()) {
    const torch::Tensor narrow = IsProjection(name) ? value.to(torch::kBFloat16) : value;
    kept.push_back({name, narrow});
    widened.push_back({name, narrow.to(torch::kFloat32)});
  }
  for (const bool recompute : {false, true}) {
    Decoder narrow = Adapted(Decoder(TinyConfig(), kept)), same = Adapted(Decoder(TinyConfig(), widened));
    narrow.SetRecomputation(recompute);
    EXPECT_EQ(narrow.adapter()[0].value.scalar_type(), torch::kFloat32);
    EXPECT_TRUE(torch::equal(Logits(narrow), Logits(same)));
    const auto gradients = Gradients(narrow), expected = Gradients(same);
    for (size_t i = 0; i < gradients.size(); ++i) EXPECT_TRUE(torch::equal(gradients[i], expected[i])) << i;
    EXPECT_EQ(Merged(narrow).parameters()[1].value.scalar_type(), torch::kFloat32);
  }
}

TEST(Adapter, ExpertsHaveTheirOwn) {
  ModelConfig config = TinyConfig();
  config.family = Family::kMixtral;
  config.num_experts = 3;
  config.experts_per_token = 2;
  AdapterConfig adapter;
  adapter.targets = {"w2", "layers.1.self_attn.k_proj"};
  const Decoder model = Adapted(Decoder::Random(config, 1), adapter);
  EXPECT_EQ(model.adapter().size(), 2 * (2 * 3 + 1));
  EXPECT_EQ(model.adapter()[0].name, "model.layers.0.block_sparse_moe.experts.0.w2.lora_A.weight");
  EXPECT_EQ(model.adapter()[6].name, "model.layers.1.self_attn.k_proj.lora_A.weight");
  EXPECT_LT(MaxDifference(Logits(Merged(model)), Logits(model)), 1e-4);
}

TEST(Adapter, TargetsMustBeProjections) {
  Decoder model = TinyModel(torch::kFloat32);
  for (const char* target : {"lm_head", "embed_tokens", "w1", "proj", "input_layernorm", ""}) {
    AdapterConfig config = Everywhere();
    config.targets.emplace_back(target);
    EXPECT_THAT(AddAdapter(config, 1, model),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr(absl::StrCat("\"", target, "\""))));
  }
  AdapterConfig config = Everywhere();
  config.rank = 0;
  EXPECT_THAT(AddAdapter(config, 1, model), StatusIs(StatusCode::kInvalidArgument, HasSubstr("rank")));
  config = Everywhere();
  config.targets.clear();
  EXPECT_THAT(AddAdapter(config, 1, model), StatusIs(StatusCode::kInvalidArgument, HasSubstr("projections")));
  EXPECT_TRUE(model.adapter().empty());
}

TEST(AdapterShapes, AllLinearAndExpertsByPairs) {
  ModelConfig config = TinyConfig();
  AdapterConfig adapter;
  adapter.targets = {kAllLinear};
  ASSERT_OK_AND_ASSIGN(const auto all, AdapterShapes(config, adapter));
  EXPECT_EQ(static_cast<int64_t>(all.size()), 2 * 7 * config.num_layers);
  config.family = Family::kMixtral;
  config.num_experts = 3;
  config.experts_per_token = 2;
  adapter.targets = {"w1", "w3", "w2"};
  EXPECT_OK(AdapterShapes(config, adapter));
  for (const char* alone : {"w1", "w3"}) {
    adapter.targets = {"q_proj", alone};
    EXPECT_THAT(AdapterShapes(config, adapter), StatusIs(StatusCode::kInvalidArgument, HasSubstr("name gate and up")));
  }
}

}  // namespace
}  // namespace lm
