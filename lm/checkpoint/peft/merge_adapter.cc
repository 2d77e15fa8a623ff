#include "lm/checkpoint/peft/merge_adapter.h"

#include <ATen/ops/linalg_qr.h>
#include <ATen/ops/linalg_svd.h>
#include <torch/types.h>

#include <exception>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "lm/checkpoint/peft/adapter_config.h"
#include "lm/checkpoint/peft/adapter_files.h"
#include "lm/checkpoint/peft/adapter_reader.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/config/layout.h"

namespace lm {
namespace {

using ::torch::Tensor;

constexpr char kBaseLayer[] = ".base_layer";

std::string WeightOf(const std::string& module) { return module + ".weight"; }

// In float64.
Tensor LowRankPart(const PeftConfig& config, const Tensor& weight, const ModuleScale& module) {
  if (config.residual == PeftConfig::Residual::kPissa) {
    const auto [u, s, v] = at::linalg_svd(weight, /*full_matrices=*/false);
    return torch::matmul(u.slice(1, 0, module.rank) * s.slice(0, 0, module.rank), v.slice(0, 0, module.rank));
  }
  const auto [q, r] = at::linalg_qr(weight);
  return module.scale * torch::matmul(q.slice(1, 0, module.rank), r.slice(0, 0, module.rank));
}

class Merger {
 public:
  Merger(std::string folder, const Decoder& base) : folder_(std::move(folder)), base_(base), model_(base.config()) {}

  absl::StatusOr<MergedAdapter> Run() {
    ASSIGN_OR_RETURN(PeftAdapter adapter, ReadPeftAdapter(folder_));
    config_ = std::move(adapter.config);
    whole_ = std::move(adapter.whole);
    modules_ = std::move(adapter.modules);
    RETURN_IF_ERROR(ReplicateLayers());
    for (const auto& [name, value] : whole_) RETURN_IF_ERROR(Replace(name, value));
    for (const auto& [module, parts] : modules_) {
      RETURN_IF_ERROR(
          base::Annotate(Change(module, parts), absl::StrCat(folder_, "/", kAdapterWeightsFile, ": ", module)));
    }
    return Finish();
  }

 private:
  using Parts = std::map<std::string, Tensor>;  // PeftAdapter's

  absl::Status Wrong(absl::string_view name, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(folder_, "/", kAdapterWeightsFile, ": tensor \"", kPeftPrefix,
                                                   absl::Utf8SafeCEscape(name), "\" ", what));
  }

  absl::Status ReplicateLayers() {
    std::map<std::string, Tensor> base;
    for (const auto& [name, value] : base_.parameters()) base[name] = value;
    if (config_.layer_replication.empty()) {
      weights_ = std::move(base);
      return absl::OkStatus();
    }
    std::vector<int64_t> from;
    for (const auto& [first, end] : config_.layer_replication) {
      if (end > model_.num_layers) {
        return absl::InvalidArgumentError(absl::StrCat(folder_, "/", kAdapterConfigFile,
                                                       ": \"layer_replication\" ends at layer ", end,
                                                       ", and the base model has ", model_.num_layers));
      }
      for (int64_t layer = first; layer < end; ++layer) from.push_back(layer);
    }
    model_.num_layers = static_cast<int64_t>(from.size());
    model_.layers.clear();
    for (const int64_t layer : from) model_.layers.push_back(KindOf(base_.config(), layer));
    if (base_.config().layers.empty()) model_.layers.clear();
    for (const auto& [name, value] : base) {
      if (!absl::StartsWith(name, absl::StripSuffix(LayerPrefix(model_, 0), "0."))) weights_[name] = value;
    }
    for (int64_t layer = 0; layer < model_.num_layers; ++layer) {
      for (const LayerTensor& tensor : LayerTensors(model_, layer)) {
        weights_[LayerPrefix(model_, layer) + tensor.name()] =
            base.at(LayerPrefix(model_, from[layer]) + tensor.name());
      }
    }
    return absl::OkStatus();
  }

  std::string EmbeddingName() const { return base_.parameters()[0].name; }

  // The head's, as it is when the head is not tied.
  std::string HeadName() const {
    ModelConfig untied = model_, tied = model_;
    untied.tie_word_embeddings = false;
    tied.tie_word_embeddings = true;
    std::map<std::string, bool> has;
    for (const ParameterShape& shape : ParameterShapes(tied)) has[shape.name] = true;
    for (const ParameterShape& shape : ParameterShapes(untied)) {
      if (has.count(shape.name) == 0) return shape.name;
    }
    return "";
  }

  void Untie(const Tensor& head) {
    model_.tie_word_embeddings = false;
    weights_[HeadName()] = head;
  }

  // A tensor that the adapter holds whole.
  absl::Status Replace(const std::string& name, const Tensor& value) {
    const std::string target = absl::StrReplaceAll(name, {{kBaseLayer, ""}});
    const std::string head = HeadName();
    if (target == head && model_.tie_word_embeddings) {
      const auto embedding = whole_.find(EmbeddingName());
      const Tensor& shared = embedding != whole_.end() ? embedding->second : weights_.at(EmbeddingName());
      if (!torch::equal(shared.to(torch::kFloat64), value.to(torch::kFloat64))) Untie(value);
      ++replaced_;
      return absl::OkStatus();
    }
    const auto weight = weights_.find(target);
    if (weight == weights_.end()) return Wrong(name, "is unexpected: the base model has no such tensor");
    const bool has_rows = target == head || target == EmbeddingName();
    const std::vector<int64_t> old_shape = weight->second.sizes().vec(), shape = value.sizes().vec();
    if (shape != old_shape && !(has_rows && shape.size() == 2 && shape[1] == old_shape[1])) {
      return Wrong(name,
                   absl::StrCat("has the shape ", ShapeText(shape), "; the base model's is ", ShapeText(old_shape)));
    }
    // A saved embedding is no longer the head's, unless the adapter only keeps it beside its own change, or both grew.
    if (target == EmbeddingName() && target == name && model_.tie_word_embeddings && shape == old_shape &&
        whole_.count(head) == 0 && !torch::equal(weight->second.to(torch::kFloat64), value.to(torch::kFloat64))) {
      Untie(weight->second);
    }
    weights_[target] = value;
    ++replaced_;
    return absl::OkStatus();
  }

  // A module's tensor in float64, changed in place of the old by Set.
  absl::StatusOr<Tensor> Get(const std::string& name) const {
    const auto weight = weights_.find(name);
    if (weight == weights_.end()) return absl::InvalidArgumentError(absl::StrCat("the base model has no ", name));
    return weight->second.detach().to(torch::kFloat64);
  }
  void Set(const std::string& name, const Tensor& value) { weights_[name] = value.to(torch::kFloat32); }

  // B A, after a check of the shapes; the transpose of the embedding's.
  static absl::StatusOr<Tensor> Product(const Parts& parts, const char* a_name, const char* b_name, int64_t rank,
                                        const std::vector<int64_t>& shape) {
    const auto a = parts.find(a_name), b = parts.find(b_name);
    if (a == parts.end() || b == parts.end()) {
      return absl::InvalidArgumentError(absl::StrCat("lacks ", a == parts.end() ? a_name : b_name));
    }
    const bool good = a->second.dim() == 2 && b->second.dim() == 2 && a->second.size(0) == rank &&
                      b->second.size(1) == rank && b->second.size(0) == shape[0] && a->second.size(1) == shape[1];
    if (!good) {
      return absl::InvalidArgumentError(absl::StrCat("A of ", ShapeText(a->second.sizes().vec()), " and B of ",
                                                     ShapeText(b->second.sizes().vec()), " do not fit rank ", rank,
                                                     " and the weight of ", ShapeText(shape)));
    }
    return torch::matmul(b->second.to(torch::kFloat64), a->second.to(torch::kFloat64));
  }

  absl::Status Change(const std::string& module, const Parts& parts) {
    ++changed_;
    const std::string name = WeightOf(module);
    if (parts.count(".token_adapter.trainable_tokens_delta") > 0) return ChangeRows(module, parts.begin()->second);
    ASSIGN_OR_RETURN(Tensor weight, Get(name));
    ASSIGN_OR_RETURN(const ModuleScale scale, ScaleOf(config_, module));
    if (parts.count(".lora_embedding_A") + parts.count(".lora_embedding_B") > 0) {
      const std::vector<int64_t> transposed = {weight.size(1), weight.size(0)};
      ASSIGN_OR_RETURN(const Tensor product,
                       Product(parts, ".lora_embedding_A", ".lora_embedding_B", scale.rank, transposed));
      Set(name, weight + scale.scale * product.t());
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Tensor product,
                     Product(parts, ".lora_A.weight", ".lora_B.weight", scale.rank, weight.sizes().vec()));
    if (config_.residual != PeftConfig::Residual::kNone) weight = weight - LowRankPart(config_, weight, scale);
    Tensor merged = weight + scale.scale * product;
    const auto magnitude = parts.find(".lora_magnitude_vector");
    if (config_.dora != (magnitude != parts.end())) {
      return absl::InvalidArgumentError(config_.dora ? "lacks .lora_magnitude_vector, and use_dora is true"
                                                     : "has .lora_magnitude_vector, and use_dora is not true");
    }
    if (config_.dora) {
      const Tensor norms = merged.norm(2, {1});
      merged = (magnitude->second.to(torch::kFloat64) / norms).unsqueeze(1) * merged;
    }
    Set(name, merged);
    const auto bias = parts.find(".lora_B.bias");
    if (bias == parts.end()) return absl::OkStatus();
    const absl::StatusOr<Tensor> base_bias = Get(module + ".bias");
    if (!base_bias.ok()) {
      return absl::UnimplementedError(
          "has a bias (lora_bias), and the base module has none to which it could be added");
    }
    Set(module + ".bias", *base_bias + scale.scale * bias->second.to(torch::kFloat64));
    return absl::OkStatus();
  }

  absl::Status ChangeRows(const std::string& module, const Tensor& rows) {
    ASSIGN_OR_RETURN(const Tensor weight, Get(WeightOf(module)));
    for (const auto& [named, ids] : config_.trainable_tokens) {
      if (module != named && !absl::EndsWith(module, "." + named)) continue;
      const Tensor indices = torch::tensor(ids, torch::kInt64);
      const bool good = rows.dim() == 2 && rows.size(0) == static_cast<int64_t>(ids.size()) &&
                        rows.size(1) == weight.size(1) &&
                        (ids.empty() || indices.max().item<int64_t>() < weight.size(0));
      if (!good) break;
      Set(WeightOf(module), weight.index_copy(0, indices, rows.to(torch::kFloat64)));
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat("trained rows of ", ShapeText(rows.sizes().vec()), " do not fit trainable_token_indices"));
  }

  absl::StatusOr<MergedAdapter> Finish() {
    model_.vocab_size = weights_.at(EmbeddingName()).size(0);
    std::vector<Parameter> parameters;
    for (const ParameterShape& shape : ParameterShapes(model_)) {
      const Tensor& value = weights_.at(shape.name);
      if (value.sizes().vec() != shape.shape) {
        return Wrong(shape.name, absl::StrCat("leaves a model with embedding and head of ", model_.vocab_size, " and ",
                                              value.size(0), " rows"));
      }
      parameters.push_back({shape.name, value.to(torch::kFloat32)});
    }
    return MergedAdapter{Decoder(model_, std::move(parameters)), changed_, replaced_};
  }

  const std::string folder_;
  const Decoder& base_;
  PeftConfig config_;
  ModelConfig model_;                      // of the merged model
  std::map<std::string, Tensor> weights_;  // its, by name
  std::map<std::string, Tensor> whole_;    // tensors that the adapter holds whole
  std::map<std::string, Parts> modules_;
  int64_t changed_ = 0, replaced_ = 0;
};

}  // namespace

absl::StatusOr<MergedAdapter> MergePeftAdapter(const std::string& folder, const Decoder& base) {
  try {
    return Merger(folder, base).Run();
  } catch (const std::exception& e) {  // torch: out of memory
    const std::string what = e.what();
    return absl::ResourceExhaustedError(
        absl::StrCat(folder, ": cannot merge the adapter: ", what.substr(0, what.find('\n'))));
  }
}

}  // namespace lm
