#include "lm/testing/checkpoint_testing.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {

ModelConfig Small() {
  ModelConfig config;
  config.vocab_size = 11;
  config.hidden_size = 8;
  config.intermediate_size = 12;
  config.num_layers = 2;
  config.num_heads = 2;
  config.num_kv_heads = 1;
  config.head_dim = 6;
  config.max_positions = 16;
  config.eos_ids = {2};
  return config;
}

std::string Folder(absl::string_view name) { return absl::StrCat(base::TestFolder(), "/", name); }

NamedTensors WeightsOf(const ModelConfig& config) {
  NamedTensors weights;
  const Decoder model = Decoder::Random(config, 1);
  for (const Parameter& parameter : model.parameters()) weights[parameter.name] = parameter.value;
  return weights;
}

std::string BytesOf(const NamedTensors& weights) {
  std::vector<TensorView> views;
  for (const auto& [name, value] : weights) views.push_back(ViewOf(name, value));
  return SafetensorsBytes(std::move(views));
}

std::string WriteModel(const ModelConfig& config, const NamedTensors& weights) {
  base::WriteTestFile("model/config.json", ModelConfigToJson(config));
  base::WriteTestFile("model/model.safetensors", BytesOf(weights));
  return Folder("model");
}

std::string WriteShards(NamedTensors weights) {
  base::Json index = {{"metadata", {{"total_size", 0}}}};
  for (const auto& [name, value] : weights) {
    index["weight_map"][name] = name == kNorm ? "b.safetensors" : "a.safetensors";
  }
  base::WriteTestFile("model/config.json", ModelConfigToJson(Small()));
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, weights[kNorm]}}));
  weights.erase(kNorm);
  base::WriteTestFile("model/a.safetensors", BytesOf(weights));
  base::WriteTestFile("model/model.safetensors.index.json", index.dump());
  return Folder("model");
}

}  // namespace lm
