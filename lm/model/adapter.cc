#include "lm/model/adapter.h"

#include <cmath>
#include <set>
#include <unordered_map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/random.h"
#include "base/status.h"
#include "lm/kernels/precision.h"

namespace lm {
namespace {

bool Matches(absl::string_view module, absl::string_view target) {
  return module == target || (absl::EndsWith(module, target) && absl::EndsWith(module, absl::StrCat(".", target)));
}

torch::Tensor RandomA(const ParameterShape& shape, uint64_t seed) {
  torch::Tensor a_RI = torch::empty(shape.shape, torch::kFloat32);
  base::RandomStream stream(seed, absl::StrCat("lm/adapter/", shape.name));
  const double bound = 1 / std::sqrt(static_cast<double>(shape.shape[1]));
  float* const elements = a_RI.data_ptr<float>();
  for (int64_t i = 0; i < a_RI.numel(); ++i) elements[i] = static_cast<float>((2 * stream.Uniform() - 1) * bound);
  return a_RI;
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
  std::set<std::string> used;
  for (const auto& [name, shape] : ParameterShapes(model)) {
    if (!IsProjection(name)) continue;
    const std::string module(absl::StripSuffix(name, ".weight"));
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
                                                   " model"));
  }
  return shapes;
}

absl::Status AddAdapter(const AdapterConfig& config, uint64_t seed, Decoder& model) {
  ASSIGN_OR_RETURN(const std::vector<ParameterShape> shapes, AdapterShapes(model.config(), config));
  const torch::Tensor& embedding = model.parameters()[0].value;
  const auto like = embedding.options().dtype(AtLeastFloat32(embedding.scalar_type())).requires_grad(false);
  std::vector<Parameter> parameters;
  for (const ParameterShape& shape : shapes) {
    const bool is_a = absl::EndsWith(shape.name, kAdapterA);
    parameters.push_back({shape.name, is_a ? RandomA(shape, seed).to(like) : torch::zeros(shape.shape, like)});
  }
  model.SetAdapter(std::move(parameters), AdapterScale(config));
  return absl::OkStatus();
}

Decoder Merged(const Decoder& model) {
  const torch::NoGradGuard no_grad;
  std::unordered_map<std::string, torch::Tensor> adapter;
  for (const Parameter& parameter : model.adapter()) adapter[parameter.name] = parameter.value.to(torch::kFloat64);
  const torch::Dtype dtype = model.parameters()[0].value.scalar_type();
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : model.parameters()) {
    const std::string module(absl::StripSuffix(name, ".weight"));
    const auto a = adapter.find(module + kAdapterA);
    const torch::Tensor weight = value.detach();
    if (a == adapter.end()) {
      parameters.push_back({name, weight.to(dtype)});
      continue;
    }
    const torch::Tensor delta = adapter.at(module + kAdapterB).matmul(a->second).mul_(model.adapter_scale());
    parameters.push_back({name, delta.add_(weight).to(dtype)});
  }
  return Decoder(model.config(), std::move(parameters));
}

}  // namespace lm
