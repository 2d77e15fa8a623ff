// PEFT adapters, written: folders of Hugging Face's PEFT, adapter_config.json and adapter_model.safetensors.
// merge_adapter.h reads them.
#ifndef LM_CHECKPOINT_PEFT_ADAPTER_WRITER_H_
#define LM_CHECKPOINT_PEFT_ADAPTER_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "lm/model/adapter.h"
#include "lm/model/decoder.h"

namespace lm {

// Writes the model's adapter, made with `config`, rounded to save_dtype, under PEFT's names
// ("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"). base_model: "base_model_name_or_path", empty for
// none. The folder must be absent or empty; it appears complete or not at all, and its bytes depend on the
// arguments alone. kDataLoss names a parameter that is not finite, or becomes so in float16; else as base/file.h.
// CHECK-fails without an adapter.
absl::Status SaveAdapter(const Decoder& model, const AdapterConfig& config, const std::string& base_model,
                         const std::string& folder, StorageType save_dtype = StorageType::kFloat32);

}  // namespace lm

#endif  // LM_CHECKPOINT_PEFT_ADAPTER_WRITER_H_
