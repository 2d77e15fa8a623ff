// Model configuration: a Hugging Face config.json of a Llama-type decoder, as plain data.
#ifndef LM_CONFIG_CONFIG_H_
#define LM_CONFIG_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

enum class StorageType { kFloat32, kBfloat16, kFloat16 };

// As in "torch_dtype": "bfloat16".
const char* StorageTypeName(StorageType storage);

// "model_type". They differ in what config.json may leave unsaid, in biases, windows and experts.
enum class Family { kLlama, kMistral, kQwen2, kMixtral };

// "llama", "mistral", "qwen2", "mixtral".
const char* FamilyName(Family family);

// How rotary positions are stretched for contexts longer than those of pretraining ("rope_type").
struct RopeScaling {
  enum Type {
    kLlama3,   // long wavelengths only
    kLinear,   // all positions alike
    kDynamic,  // by as much as a row is longer than max_positions
  };
  Type type = kLlama3;
  double factor = 8;
  // kLlama3 only:
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  int64_t original_max_positions = 8192;
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
  int64_t max_positions = 0;
  double rms_norm_eps = 1e-5;
  double rope_theta = 10000;
  std::optional<RopeScaling> rope_scaling;
  bool qkv_bias = false;     // of q_proj, k_proj and v_proj
  bool output_bias = false;  // of o_proj
  bool mlp_bias = false;     // of gate_proj, up_proj and down_proj
  // A token sees itself and the sliding_window - 1 positions before it. 0: all positions before it.
  int64_t sliding_window = 0;
  int64_t num_experts = 0;  // 0: one feed-forward network, which takes every token
  int64_t experts_per_token = 0;
  double router_aux_loss_coef = 0;  // weight of the routers' load-balancing loss in training
  double initializer_range = 0.02;
  bool tie_word_embeddings = false;
  int32_t bos_id = -1;  // -1: none
  int32_t pad_id = -1;
  std::vector<int32_t> eos_ids;
  StorageType storage = StorageType::kFloat32;  // "torch_dtype"
};

// A parameter of a model, by its name in Hugging Face checkpoints: "model.layers.0.self_attn.q_proj.weight".
struct ParameterShape {
  std::string name;
  std::vector<int64_t> shape;
};

// Reads a config.json of any transformers version. An absent field has the default of the family's class in
// transformers; the sizes have none. Ids that are null or -1 are absent ids. Fields that do not change what the model
// computes are passed over. kUnimplemented, naming the field, for another family ("model_type") or a value that would
// make the model compute something else than lm/model/decoder.h does; kInvalidArgument for malformed JSON, and missing
// or impossible values. `where` names the file in messages.
absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where);

// A config.json that transformers reads as the family's ...ForCausalLM.
std::string ModelConfigToJson(const ModelConfig& config);

}  // namespace lm

#endif  // LM_CONFIG_CONFIG_H_
