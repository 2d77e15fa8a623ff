// Models whose layers are sharded over a group, made of whole ones.
#ifndef TRAINING_TESTING_SHARDED_MODEL_H_
#define TRAINING_TESTING_SHARDED_MODEL_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/check.h"
#include "lm/config/families.h"
#include "lm/model/decoder.h"
#include "lm/model/layer_source.h"
#include "training/sharding/sharded_layers.h"

namespace training {

// Takes the layers' weights out of a model.
inline void MakeAbsent(lm::Decoder& model) {
  std::vector<lm::Parameter> parameters;
  for (const auto& [name, value] : model.parameters()) {
    const bool is_of_layer = absl::StartsWith(name, lm::TraitsOf(model.config().family).layers);
    parameters.push_back({name, is_of_layer ? lm::AbsentWeight(value.sizes(), value.options().requires_grad(false))
                                            : value.detach().clone()});
  }
  std::vector<lm::Parameter> adapter;
  for (const auto& [name, value] : model.adapter()) adapter.push_back({name, value.detach().clone()});
  const double scale = model.adapter_scale();
  model = lm::Decoder(model.config(), std::move(parameters));
  if (!adapter.empty()) model.SetAdapter(std::move(adapter), scale);
}

// This rank's part of the model, which gets the layers from it.
inline std::unique_ptr<ShardedLayers> Shard(lm::Decoder& model, Group& group) {
  std::map<std::string, torch::Tensor> values;
  for (const auto& [name, value] : model.parameters()) values[name] = value;
  MakeAbsent(model);
  auto layers = ShardedLayers::Load(
      model,
      [&](const std::string& name, int64_t begin, const torch::Tensor& out) {
        out.copy_(values.at(name).flatten().narrow(0, begin, out.numel()));
        return absl::OkStatus();
      },
      group);
  SAMI_CHECK(layers.ok()) << layers.status();
  model.SetLayerSource(layers->get());
  return *std::move(layers);
}

}  // namespace training

#endif  // TRAINING_TESTING_SHARDED_MODEL_H_
