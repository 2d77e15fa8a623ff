// Layers whose weights are fetched: the bits of a model that has them, whatever the passes.
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/config/families.h"
#include "lm/config/layout.h"
#include "lm/model/adapter.h"
#include "lm/model/layer_source.h"
#include "lm/scoring/scoring.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

// Has the layers of a whole model; counts what is asked.
class KeptLayers : public LayerSource {
 public:
  KeptLayers(const Decoder& whole, bool is_trained) : is_trained_(is_trained), layers_(whole.config().num_layers) {
    for (const auto& [name, value] : whole.parameters()) {
      for (size_t i = 0; i < layers_.size(); ++i) {
        const std::string prefix = LayerPrefix(whole.config(), static_cast<int64_t>(i));
        if (absl::StartsWith(name, prefix)) layers_[i].push_back(value.detach());
      }
    }
    gradients.resize(layers_.size());
  }
  std::vector<torch::Tensor> Fetch(int64_t layer, Pass) override {
    ++fetches;
    return layers_[layer];
  }
  bool is_trained() const override { return is_trained_; }
  void AddGradients(int64_t layer, std::vector<torch::Tensor> by_weights) override {
    EXPECT_TRUE(gradients[layer].empty());
    gradients[layer] = std::move(by_weights);
  }
  absl::Status Meet() override { return absl::OkStatus(); }

  int64_t fetches = 0;
  std::vector<std::vector<torch::Tensor>> gradients;

 private:
  const bool is_trained_;
  std::vector<std::vector<torch::Tensor>> layers_;
};

bool IsOfLayer(const Decoder& model, const std::string& name) {
  return absl::StartsWith(name, TraitsOf(model.config().family).layers);
}

// The same model without its layers.
Decoder WithoutLayers(const Decoder& whole) {
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : whole.parameters()) {
    parameters.push_back({name, IsOfLayer(whole, name) ? AbsentWeight(value.sizes(), value.detach().options())
                                                       : value.detach().clone()});
  }
  Decoder model(whole.config(), std::move(parameters));
  std::vector<Parameter> adapter;
  for (const auto& [name, value] : whole.adapter()) adapter.push_back({name, value.detach().clone()});
  if (!adapter.empty()) model.SetAdapter(std::move(adapter), whole.adapter_scale());
  return model;
}

// Of several passes: rows from 2 to 60 tokens.
ScoringBatch SeveralPasses() {
  base::RandomStream stream(1, "lm/fetched_layers_test");
  ScoringBatch batch;
  for (int i = 0; i < 5; ++i) batch.prompts.push_back(RandomTokens(1 + 9 * i, stream));
  for (int i = 0; i < 5; ++i) batch.responses.push_back(RandomTokens(1 + 2 * i, stream));
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j <= i; ++j) batch.pairs.push_back({i, j});
  }
  return batch;
}

struct Result {
  torch::Tensor scores;
  std::vector<torch::Tensor> gradients;  // of what is trained, outside of layers too
};

Result Evaluate(Decoder& model) {
  model.SetRequiresGrad(true);
  std::vector<torch::Tensor> values;
  for (const auto& [name, value] : model.trainable()) {
    if (!IsAbsentWeight(value)) values.push_back(value);
  }
  Result result;
  result.scores = ScorePairs(model, SeveralPasses()).sum_P;
  const torch::Tensor weights = torch::linspace(-1, 2, result.scores.numel());
  result.gradients = torch::autograd::grad({(result.scores * weights).sum()}, values, {}, /*retain_graph=*/false,
                                           /*create_graph=*/false, /*allow_unused=*/true);
  return result;
}

Decoder ModelOf(const FamilyTraits& traits, bool adapts, bool tied) {
  ModelConfig config = TinyConfigOf(traits);
  config.tie_word_embeddings = tied;
  Decoder model = RandomModelOf(config, torch::kFloat32);
  if (!adapts) return model;
  AdapterConfig adapter;
  adapter.rank = 3;
  for (const LayerTensor& tensor : LayerTensors(model.config(), 1)) {
    if (IsProjection(tensor.part) && !tensor.is_bias) {
      adapter.targets.push_back(LayerPrefix(model.config(), 1) + tensor.module);
    }
  }
  EXPECT_OK(AddAdapter(adapter, 1, model));
  return model;
}

void ExpectEqual(const torch::Tensor& a, const torch::Tensor& b, const std::string& what) {
  ASSERT_EQ(a.defined(), b.defined()) << what;
  if (a.defined()) EXPECT_TRUE(torch::equal(a, b)) << what << ' ' << (a - b).abs().max().item<double>();
}

TEST(FetchedLayers, TheBitsOfAWholeModelOfEachFamily) {
  for (const FamilyTraits& traits : Families()) {
    for (const auto& [adapts, tied] : {std::pair(false, false), std::pair(false, true), std::pair(true, false)}) {
      SCOPED_TRACE(absl::StrCat(traits.name, adapts ? " with an adapter" : "", tied ? " with a tied head" : ""));
      Decoder whole = ModelOf(traits, adapts, tied);
      const Result expected = Evaluate(whole);
      KeptLayers layers(whole, /*is_trained=*/!adapts);
      Decoder model = WithoutLayers(whole);
      model.SetLayerSource(&layers);
      const Result found = Evaluate(model);
      ExpectEqual(found.scores.detach(), expected.scores.detach(), "scores");
      // For all passes at once; under an adapter the first layer needs no backward pass.
      EXPECT_EQ(layers.fetches, 2 * whole.config().num_layers - (adapts ? 1 : 0));
      size_t next = 0, layer = 0, in_layer = 0;
      for (size_t i = 0; i < whole.trainable().size(); ++i) {
        const std::string& name = whole.trainable()[i].name;
        if (adapts || !IsOfLayer(whole, name)) {
          ExpectEqual(found.gradients[next++], expected.gradients[i], name);
          continue;
        }
        if (in_layer == layers.gradients[layer].size()) {
          ++layer;
          in_layer = 0;
        }
        ExpectEqual(layers.gradients[layer][in_layer++], expected.gradients[i], name);
      }
      const torch::NoGradGuard no_grad;
      ExpectEqual(ScorePairs(model, SeveralPasses()).sum_P, expected.scores.detach(), "without gradients");
    }
  }
}

}  // namespace
}  // namespace lm
