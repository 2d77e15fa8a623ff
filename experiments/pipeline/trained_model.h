// What a training leaves: model, adapter and checkpoints as Hugging Face and PEFT folders, each with a card.
#ifndef EXPERIMENTS_PIPELINE_TRAINED_MODEL_H_
#define EXPERIMENTS_PIPELINE_TRAINED_MODEL_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "experiments/inputs/context.h"
#include "lm/model/adapter.h"
#include "lm/model/decoder.h"

namespace experiments {

lm::AdapterConfig AdapterOf(const sami_harness::LoraConfig& lora);

// ModelFolder(arm) and, with lora, AdapterFolder(arm). Weights in the arm's save_dtype. steps: that it was trained.
absl::Status SaveTrained(const Pipeline& pipeline, const sami_harness::Arm& arm, const lm::Decoder& trained,
                         int64_t steps);

// The same of a step on the way, kept in `scratch` until the stage is complete; one that is there was made before a
// kill, and is the same.
absl::Status SaveCheckpoint(const Pipeline& pipeline, const sami_harness::Arm& arm, const lm::Decoder& trained,
                            const std::string& scratch, int64_t step);

// All of them, as `folder`. They stay in `scratch`, too, for a kill from here on: as hard links, where the file system
// has them.
absl::Status PublishCheckpoints(const std::string& scratch, const std::string& folder);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_TRAINED_MODEL_H_
