// A decoder of any family in lm/config/families.h: norms, rotary positions, grouped-query attention, perhaps in a
// sliding window, gated networks or a mixture of such experts, tied or untied head.
//
// Numerics are those of the families' classes in Hugging Face transformers (LlamaForCausalLM, ...): the type of the
// norms decides (float32, float64, bfloat16); norms, rotary tables, softmax and routing are computed in float32. One
// difference: in a float64 model norms, softmax and routing are float64. Matrices that need no gradient (IsMatrix) may
// be of a narrower type; they are widened as they are used, which changes no result.
//
// Shapes: B = rows, T = tokens a row, D = hidden size, V = vocabulary.
#ifndef LM_MODEL_DECODER_H_
#define LM_MODEL_DECODER_H_

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lm/config/config.h"
#include "lm/config/layout.h"
#include "lm/model/attention/kv_cache.h"
#include "lm/model/layer.h"
#include "lm/model/layer_source.h"

namespace lm {

struct Parameter {
  std::string name;  // as in Hugging Face checkpoints: "model.layers.0.self_attn.q_proj.weight"
  torch::Tensor value;
};

// One forward pass's input. Position t of a row may attend to position s <= t when s's segment is 0 (what all share)
// or t's own; segment -1 is padding, to which nothing attends.
struct DecoderInput {
  torch::Tensor ids_BT;        // int64
  torch::Tensor positions_BT;  // int64: rotary positions
  torch::Tensor segments_BT;   // int64
  // [B] int64, read with longrope scaling alone: as how long each row counts when its factors are chosen. Undefined:
  // all count as the longest, as for transformers.
  torch::Tensor spans_B = {};
};

// How an adapter's parameters are named, after their projection.
constexpr char kAdapterA[] = ".lora_A.weight";
constexpr char kAdapterB[] = ".lora_B.weight";

class Decoder {
 public:
  // Weights ~ Normal(0, initializer_range), drawn in float32 from the stream (seed, "lm/init/<parameter name>");
  // norms are 1; the projections that write to the residual stream are divided by sqrt(2 * layers).
  static Decoder Random(const ModelConfig& config, uint64_t seed);
  // Takes the parameters as they are. CHECK-fails unless names and shapes are ParameterShapes(config).
  Decoder(ModelConfig config, std::vector<Parameter> parameters);

  const ModelConfig& config() const { return config_; }
  // In a fixed order. A tied head has no parameter of its own.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  int64_t num_parameters() const;
  // The same by their place in the model, adapters included.
  const std::vector<LayerWeights>& layers() const { return layers_; }
  const torch::Tensor& embedding() const { return embedding_VD_; }
  const NormWeights& final_norm() const { return final_norm_; }
  // In which it computes, and where its weights are.
  torch::Dtype type() const { return final_norm_.weight_D.scalar_type(); }
  torch::Device device() const { return embedding_VD_.device(); }
  // A deep copy with its own storage.
  Decoder Clone() const;

  // A low-rank adapter over the model's projections (lm/model/adapter.h makes one): pairs of
  // "<projection>.lora_A.weight", [rank, inputs], and "<projection>.lora_B.weight", [outputs, rank]. With one the other
  // parameters are frozen. An adapter that the model has is replaced; an empty one removes it. CHECK-fails when a name
  // is no projection's or a shape does not fit.
  void SetAdapter(std::vector<Parameter> adapter, double scale);
  const std::vector<Parameter>& adapter() const { return adapter_; }
  double adapter_scale() const { return adapter_scale_; }
  // The model under the adapter, which shares its parameters: a reference that costs nothing.
  Decoder WithoutAdapter() const;

  // The same model computing in another type: its weights are conversions of these, through which gradients flow back
  // in these weights' type. What one forward and backward pass takes.
  Decoder ComputingIn(torch::Dtype type) const;

  // What training changes: the adapter's parameters where there is one, else all.
  const std::vector<Parameter>& trainable() const { return adapter_.empty() ? parameters_ : adapter_; }
  // Of trainable(). The others need none.
  void SetRequiresGrad(bool requires_grad);
  // Whether the backward pass computes each layer's activations again instead of finding them kept: a third more time,
  // and memory of one layer instead of all. The gradients' bits stay the same.
  void SetRecomputation(bool recompute) { recompute_ = recompute; }
  // Layers' weights that lie elsewhere (layer_source.h), which must outlive this and its copies: parameters() has of
  // them an AbsentWeight each, for names, shapes and types. The backward pass then computes layers again. Such a model
  // does not decode (Step, a cache). Null: they are here.
  void SetLayerSource(LayerSource* source) { source_ = source; }
  LayerSource* layer_source() const { return source_; }
  // LayerSource::Meet, where there is one.
  absl::Status MeetOthers() const { return source_ == nullptr ? absl::OkStatus() : source_->Meet(); }
  // The number in parameters() of a layer's first; for num_layers that of the first behind the layers.
  size_t first_parameter(int64_t layer) const { return first_parameters_[layer]; }
  // Adds what routers do in forward passes without a cache to *load, which must outlive them; null: no longer. Not
  // thread-safe: a thread that asks does so of its own copy of the model (copies share their parameters).
  void ObserveRouters(RouterLoad* load) { load_ = load; }

  // The hidden states that the head is given, [B, T, D]. Thread-safe. With a cache, every layer's keys and values are
  // written to new rows of it; the caller then says how many tokens each row has (KeyValueCache::AddRows).
  torch::Tensor Forward(const DecoderInput& input, KeyValueCache* cache = nullptr) const;
  // Of each input its hidden states and the head for them, all of them with layers that lie elsewhere fetched once.
  // Gradients have the bits of one pass after the other, each with the head behind it.
  struct PassOutput {
    torch::Tensor hidden_BTD, head_VD;
  };
  std::vector<PassOutput> ForwardTogether(const std::vector<DecoderInput>& inputs) const;
  // The hidden states of the next token of each of the cache's rows, [B, D]; the token joins the cache. No gradient.
  // Each row counts as long as it is: a row that passes RotaryBorder needs a new cache first.
  torch::Tensor Step(const torch::Tensor& ids_B, KeyValueCache& cache) const;
  // The head's weight, [V, D]: the embedding where the two are tied.
  const torch::Tensor& head() const;
  // The head, and its soft cap: [..., D] -> [..., V].
  torch::Tensor Logits(const torch::Tensor& hidden) const { return Logits(hidden, head()); }
  torch::Tensor Logits(const torch::Tensor& hidden, const torch::Tensor& head_VD) const;

 private:
  torch::Tensor Embedded(const torch::Tensor& embedding_VD, const torch::Tensor& ids) const;
  torch::Tensor Finished(const torch::Tensor& hidden) const;

  ModelConfig config_;
  std::vector<Parameter> parameters_;
  // The same tensors, by their place in the model.
  torch::Tensor embedding_VD_, head_VD_;
  NormWeights final_norm_;
  std::vector<LayerWeights> layers_;
  std::vector<size_t> first_parameters_;
  std::vector<Parameter> adapter_;
  double adapter_scale_ = 1;
  bool recompute_ = false;
  LayerSource* source_ = nullptr;
  bool converts_ = false;  // what the source has, to type()
  RouterLoad* load_ = nullptr;
};

// A model's weights one by one, also those that lie elsewhere: with one the others of its layer come, and stay until
// one of another layer is asked for. Not beside a pass; where processes share layers the others give theirs in
// MeetOthers meanwhile.
class WeightsInTurn {
 public:
  // The model must outlive it.
  explicit WeightsInTurn(const Decoder& model) : model_(model) {}
  // Of parameters()[parameter]. Throws as LayerSource::Fetch.
  torch::Tensor Get(size_t parameter);

 private:
  const Decoder& model_;
  int64_t layer_ = -1;
  std::vector<torch::Tensor> weights_;
};

// Whether a parameter of that name is the weight of a layer's projection (lm/model/projection.h).
bool IsProjection(absl::string_view name);
// The same, or the embedding, or the head.
bool IsMatrix(const ModelConfig& config, absl::string_view name);

}  // namespace lm

#endif  // LM_MODEL_DECODER_H_
