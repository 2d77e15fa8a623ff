// Names in a PEFT folder.
#ifndef LM_CHECKPOINT_PEFT_ADAPTER_FILES_H_
#define LM_CHECKPOINT_PEFT_ADAPTER_FILES_H_

namespace lm {

inline constexpr char kAdapterConfigFile[] = "adapter_config.json";
inline constexpr char kAdapterWeightsFile[] = "adapter_model.safetensors";
inline constexpr char kPeftPrefix[] = "base_model.model.";  // of the weights' names

}  // namespace lm

#endif  // LM_CHECKPOINT_PEFT_ADAPTER_FILES_H_
