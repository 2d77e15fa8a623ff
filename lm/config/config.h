// Model configuration: a Hugging Face config.json of a decoder, as plain data.
#ifndef LM_CONFIG_CONFIG_H_
#define LM_CONFIG_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/config/families.h"

namespace lm {

enum class StorageType { kFloat32, kBfloat16, kFloat16 };

// As in "torch_dtype": "bfloat16".
const char* StorageTypeName(StorageType storage);

// How rotary positions are stretched for contexts longer than those of pretraining ("rope_type").
struct RopeScaling {
  enum Type {
    kLlama3,    // long wavelengths only
    kLinear,    // all positions alike
    kDynamic,   // by as much as a row is longer than max_positions
    kYarn,      // long wavelengths, by a ramp (Peng et al., arXiv:2309.00071)
    kLongrope,  // each pair of coordinates by a factor of its own (Ding et al., arXiv:2402.13753)
  };
  Type type = kLlama3;
  double factor = 8;  // of kLongrope: max_positions / original_max_positions
  // kLlama3 only:
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  // kLlama3, kYarn, kLongrope:
  int64_t original_max_positions = 8192;
  // kYarn only: turns within the original context from which on, and up to which, a wavelength is interpolated.
  double beta_fast = 32;
  double beta_slow = 1;
  bool truncate = true;  // whether the ramp's ends are whole pairs
  // kYarn, kLongrope: sines and cosines are multiplied by it. Unset: what the type derives from the factor.
  std::optional<double> attention_factor;
  // kLongrope only, rotary_dim / 2 of each: wavelengths are multiplied by the long ones as soon as a batch has a
  // position >= original_max_positions, by the short ones else.
  std::vector<double> short_factors, long_factors;
};

// What sines and cosines are multiplied by; 1 but for kYarn and kLongrope.
double RopeAttentionFactor(const RopeScaling& scaling);

struct Rope {
  double theta = 10000;
  std::optional<RopeScaling> scaling;
};

// What layers of one model differ in.
struct LayerKind {
  bool slides = false;       // attention within the model's sliding_window
  bool rotates = true;       // false: no positions at all ("NoPE")
  bool has_experts = false;  // false: one feed-forward network
};

struct ModelConfig {
  Family family = Family::kLlama;
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;
  int64_t intermediate_size = 0;
  int64_t num_layers = 0;
  int64_t num_heads = 0;
  int64_t num_kv_heads = 0;  // divides num_heads
  int64_t head_dim = 0;      // even
  int64_t rotary_dim = 0;    // even: so many of a head's first coordinates are turned. 0: all
  int64_t max_positions = 0;
  double norm_eps = 1e-5;
  Rope rope;
  std::optional<Rope> sliding_rope;  // of the layers that slide, where it is another
  Activation activation = Activation::kSilu;
  bool qkv_bias = false;     // of q_proj, k_proj and v_proj
  bool output_bias = false;  // of o_proj
  bool mlp_bias = false;     // of gate_proj, up_proj and down_proj
  // A token sees itself and the sliding_window - 1 positions before it. 0: all positions before it.
  int64_t sliding_window = 0;
  int64_t num_experts = 0;  // 0: one feed-forward network, which takes every token
  int64_t experts_per_token = 0;
  int64_t expert_size = 0;           // an expert's intermediate size. 0: intermediate_size
  bool normalizes_routes = true;     // whether the chosen experts' probabilities are divided by their sum
  double router_aux_loss_coef = 0;   // weight of the routers' load-balancing loss in training
  std::vector<LayerKind> layers;     // num_layers of them. Empty: as KindOf says
  double attention_multiplier = 0;   // scores are multiplied by it. 0: by 1 / sqrt(query_pre_attn_scalar)
  double query_pre_attn_scalar = 0;  // 0: head_dim
  double attention_softcap = 0;      // c: a score s becomes c tanh(s / c). 0: stays as it is
  double final_softcap = 0;          // the same of logits
  double embedding_multiplier = 1;
  double residual_multiplier = 1;  // of what attention and feed-forward network add to the residual stream
  double logits_divisor = 1;
  bool parallel_residual = false;  // attention and network read the same hidden state
  double initializer_range = 0.02;
  bool tie_word_embeddings = false;
  int32_t bos_id = -1;  // -1: none
  int32_t pad_id = -1;
  std::vector<int32_t> eos_ids;
  StorageType storage = StorageType::kFloat32;  // "torch_dtype", "dtype"
  bool has_storage = true;                      // whether config.json says so; the weights do else
};

// Of layer `index`: layers[index], or where there are none, sliding if there is a window, with experts if there are
// any.
LayerKind KindOf(const ModelConfig& config, int64_t index);

// The positions of a layer that rotates.
const Rope& RopeOf(const ModelConfig& config, const LayerKind& layer);

// What attention scores are multiplied by.
double AttentionScale(const ModelConfig& config);

// An expert's intermediate size.
int64_t ExpertSize(const ModelConfig& config);

// How many of a head's coordinates are turned.
int64_t RotaryDim(const ModelConfig& config);

// The tokens that every layer's attention stays within; 0 when one of them sees all.
int64_t CommonWindow(const ModelConfig& config);

// Reads a config.json of any transformers version. An absent field has the default of the family's class in
// transformers; the sizes have none. Ids that are null or -1 are absent ids. Every key is either read, or passed over
// for a reason that keys.cc names, or empty (null, false, 0, "", [], {}); any other is refused, since it could change
// what the model computes. kUnimplemented, naming the field, for another family ("model_type"), an unknown key, or a
// value that would make the model compute something else than lm/model/decoder.h does; kInvalidArgument for malformed
// JSON, and missing or impossible values. `where` names the file in messages.
absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where);

// A config.json that transformers 4 and 5 read as the family's ...ForCausalLM.
std::string ModelConfigToJson(const ModelConfig& config);

}  // namespace lm

#endif  // LM_CONFIG_CONFIG_H_
