// A Hugging Face config.json of the Llama family, as plain data.
#ifndef LM_CONFIG_H_
#define LM_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

enum class StorageType { kFloat32, kBfloat16, kFloat16 };

// Llama 3.1's frequency-dependent stretching of rotary positions ("rope_type": "llama3").
struct Llama3RopeScaling {
  double factor = 8;
  double low_freq_factor = 1;
  double high_freq_factor = 4;
  int64_t original_max_positions = 8192;
};

struct ModelConfig {
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
  std::optional<Llama3RopeScaling> rope_scaling;
  double initializer_range = 0.02;
  bool tie_word_embeddings = false;
  int32_t bos_id = -1;  // -1: none
  int32_t pad_id = -1;
  std::vector<int32_t> eos_ids;
  StorageType storage = StorageType::kFloat32;  // "torch_dtype"
};

// Reads a config.json of any transformers version. An absent field has the default of transformers' LlamaConfig; the
// sizes have none. Ids that are null or -1 are absent ids. Fields that do not change what the model computes are passed
// over.
// kUnimplemented, naming the field, for another family ("model_type") or a value that would make the model compute
// something else than lm/decoder.h does; kInvalidArgument for malformed JSON, and missing or impossible values.
// `where` names the file in messages.
absl::StatusOr<ModelConfig> ParseModelConfig(absl::string_view json, absl::string_view where);

// A config.json that transformers reads as a LlamaForCausalLM.
std::string ModelConfigToJson(const ModelConfig& config);

}  // namespace lm

#endif  // LM_CONFIG_H_
