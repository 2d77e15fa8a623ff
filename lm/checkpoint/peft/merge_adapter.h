// Any PEFT LoRA adapter, merged into its base model's weights.
#ifndef LM_CHECKPOINT_PEFT_MERGE_ADAPTER_H_
#define LM_CHECKPOINT_PEFT_MERGE_ADAPTER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "lm/model/decoder.h"

namespace lm {

struct MergedAdapter {
  Decoder model;         // with weights of its own where the adapter changes any, the base's else
  int64_t modules = 0;   // that were adapted
  int64_t replaced = 0;  // tensors that the adapter holds whole
};

// What PEFT's merge_and_unload gives, W + s B A and its variants, computed in float64: rank and alpha patterns, rsLoRA,
// DoRA, biases, whole modules (which untie a tied head, and may have more rows: a larger vocabulary), LoRA of the
// embedding, trained rows, PiSSA and OLoRA by what they took out of the base, replicated layers (each copy with its own
// change, as the adapted model computes; PEFT's merge adds them all up). The tensors of the folder decide which modules
// are adapted.
// kNotFound names a missing file, and what to do where there is adapter_model.bin instead; kUnimplemented a field of
// adapter_config.json, as ParsePeftConfig; kInvalidArgument a tensor that the base has no module for, that lacks its
// other half, or is misshapen or not finite.
absl::StatusOr<MergedAdapter> MergePeftAdapter(const std::string& folder, const Decoder& base);

}  // namespace lm

#endif  // LM_CHECKPOINT_PEFT_MERGE_ADAPTER_H_
