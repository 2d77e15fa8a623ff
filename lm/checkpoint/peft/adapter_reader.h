// What a PEFT folder holds: its configuration and its tensors, by the modules that they change.
#ifndef LM_CHECKPOINT_PEFT_ADAPTER_READER_H_
#define LM_CHECKPOINT_PEFT_ADAPTER_READER_H_

#include <torch/types.h>

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "lm/checkpoint/peft/adapter_config.h"

namespace lm {

struct PeftAdapter {
  PeftConfig config;
  // By the module's name, "model.layers.0.self_attn.q_proj": its tensors by what stands behind it, ".lora_A.weight",
  // ".lora_B.weight", ".lora_B.bias", ".lora_magnitude_vector", ".lora_embedding_A", ".lora_embedding_B",
  // ".token_adapter.trainable_tokens_delta".
  std::map<std::string, std::map<std::string, torch::Tensor>> modules;
  std::map<std::string, torch::Tensor> whole;  // tensors of the base that the adapter has instead, by name
};

// As stored, on the CPU. kNotFound names a missing file, and what to do where there is adapter_model.bin instead;
// kInvalidArgument a tensor that is no adapter's, of another type than F32, BF16 and F16, or not finite; else
// ParsePeftConfig's.
absl::StatusOr<PeftAdapter> ReadPeftAdapter(const std::string& folder);

}  // namespace lm

#endif  // LM_CHECKPOINT_PEFT_ADAPTER_READER_H_
