#include "lm/model/adapter.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/config/layout.h"
#include "lm/runtime/precision.h"

namespace lm {
namespace {

bool Matches(absl::string_view module, absl::string_view target) {
  return target == kAllLinear || module == target ||
         (absl::EndsWith(module, target) && absl::EndsWith(module, absl::StrCat(".", target)));
}

torch::Tensor RandomA(const ParameterShape& shape, uint64_t seed) {
  torch::Tensor a_RI = torch::empty(shape.shape, torch::kFloat32);
  base::RandomStream stream(seed, absl::StrCat("lm/adapter/", shape.name));
  const double bound = 1 / std::sqrt(static_cast<double>(shape.shape[1]));
  float* const elements = a_RI.data_ptr<float>();
  for (int64_t i = 0; i < a_RI.numel(); ++i) elements[i] = static_cast<float>((2 * stream.Uniform() - 1) * bound);
  return a_RI;
}

// Transformers 5 keeps an expert's gate and up projection as one tensor: PEFT cannot load an adapter of one alone.
absl::Status CheckExperts(const ModelConfig& model, const std::vector<ParameterShape>& adapter) {
  std::set<std::string> adapted;
  for (const ParameterShape& shape : adapter) adapted.insert(shape.name);
  for (int64_t layer = 0; layer < model.num_layers && model.num_experts > 0; ++layer) {
    if (!KindOf(model, layer).has_experts) continue;
    std::map<int64_t, std::map<Part, std::string>> experts;  // their projections that are adapted, and that are not
    for (const LayerTensor& tensor : LayerTensors(model, layer)) {
      const bool is_adapted = adapted.count(absl::StrCat(LayerPrefix(model, layer), tensor.module, kAdapterA)) > 0;
      if (tensor.part == Part::kGate || tensor.part == Part::kUp) {
        experts[tensor.expert][tensor.part] = is_adapted ? tensor.module : "";
      }
    }
    for (const auto& [expert, parts] : experts) {
      if (parts.size() < 2 || parts.at(Part::kGate).empty() == parts.at(Part::kUp).empty()) continue;
      const std::string& alone = parts.at(Part::kGate).empty() ? parts.at(Part::kUp) : parts.at(Part::kGate);
      return absl::InvalidArgumentError(absl::StrCat(
          "the adapter changes ", LayerPrefix(model, layer), alone, " without the expert's other projection that ",
          "transformers 5 keeps with it, and PEFT could not load it; name gate and up projection, or neither"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

double AdapterScale(const AdapterConfig& config) {
  const auto rank = static_cast<double>(config.rank);
  return config.alpha / (config.rank_stabilized ? std::sqrt(rank) : rank);
}

absl::StatusOr<std::vector<ParameterShape>> AdapterShapes(const ModelConfig& model, const AdapterConfig& config) {
  if (config.rank < 1) {
    return absl::InvalidArgumentError(absl::StrCat("an adapter's rank must be at least 1, and is ", config.rank));
  }
  if (config.targets.empty()) return absl::InvalidArgumentError("an adapter needs projections to adapt");
  std::vector<ParameterShape> shapes;
  std::set<std::string> used, names;  // "q_proj"
  for (const auto& [name, shape] : ParameterShapes(model)) {
    if (!IsProjection(name)) continue;
    const std::string module(absl::StripSuffix(name, ".weight"));
    names.insert(module.substr(module.rfind('.') + 1));
    bool matches = false;
    for (const std::string& target : config.targets) {
      if (!Matches(module, target)) continue;
      used.insert(target);
      matches = true;
    }
    if (!matches) continue;
    shapes.push_back({module + kAdapterA, {config.rank, shape[1]}});
    shapes.push_back({module + kAdapterB, {shape[0], config.rank}});
  }
  for (const std::string& target : config.targets) {
    if (used.count(target) > 0) continue;
    return absl::InvalidArgumentError(absl::StrCat("the adapter's target \"", target,
                                                   "\" is no projection of the layers of a ", FamilyName(model.family),
                                                   " model; it has ", absl::StrJoin(names, ", ")));
  }
  RETURN_IF_ERROR(CheckExperts(model, shapes));
  return shapes;
}

absl::Status AddAdapter(const AdapterConfig& config, uint64_t seed, Decoder& model) {
  ASSIGN_OR_RETURN(const std::vector<ParameterShape> shapes, AdapterShapes(model.config(), config));
  const auto like = torch::TensorOptions(model.device()).dtype(AtLeastFloat32(model.type()));
  std::vector<Parameter> parameters;
  for (const ParameterShape& shape : shapes) {
    const bool is_a = absl::EndsWith(shape.name, kAdapterA);
    parameters.push_back({shape.name, is_a ? RandomA(shape, seed).to(like) : torch::zeros(shape.shape, like)});
  }
  model.SetAdapter(std::move(parameters), AdapterScale(config));
  return absl::OkStatus();
}

torch::Tensor MergedWeight(const Decoder& model, size_t parameter, const torch::Tensor& weight) {
  const torch::NoGradGuard no_grad;
  const std::string module(absl::StripSuffix(model.parameters()[parameter].name, ".weight"));
  const auto find = [&](const char* side) {
    return std::find_if(model.adapter().begin(), model.adapter().end(),
                        [&, name = module + side](const Parameter& one) { return one.name == name; });
  };
  const auto a = find(kAdapterA), b = find(kAdapterB);
  if (a == model.adapter().end()) return weight.detach().to(model.type());
  const torch::Tensor delta = b->value.to(torch::kFloat64).matmul(a->value.to(torch::kFloat64));
  return delta.mul_(model.adapter_scale()).add_(weight.detach()).to(model.type());
}

}  // namespace lm
