// Recorded training runs of the published trainers: ours, from the same model and examples, are compared with them.
#ifndef TRAINING_TESTING_RECORDED_RUN_H_
#define TRAINING_TESTING_RECORDED_RUN_H_

#include <cstdint>
#include <string>

#include "base/jsonl.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"
#include "training/config.pb.h"
#include "training/objective.h"

namespace training {

// <path>.json holds "examples" in the order of training, "microbatches" with their losses, "grad_norms_before_clip" of
// each step, "final_weight_norms", and the run's own rounding error; <path>.final.safetensors some final weights.
struct RecordedRun {
  std::string path;          // without its extensions
  std::string model_folder;  // that the run starts from
  base::Json json;
};

lm::TokenIds JsonTokens(const base::Json& ids);

// The model that the run starts from. CHECK-fails when it cannot be loaded.
lm::Decoder StartModel(const RecordedRun& run);

// The configuration that the run was made with, but for batch and microbatch size. All published trainers warm up by
// (step + 1) / (warm + 1), have constant rates and torch's default optimizer settings.
sami_harness::TrainingConfig RecordedConfig(const RecordedRun& run, int64_t batch_size, int64_t microbatch_size);

// Trains on `objective`, whose example i is the run's, in the run's order, and adds a test failure where losses,
// gradient norms or final weights differ by more than rounding: 5e-5 on losses, 1e-4 relative on gradient norms, and on
// each weight ten times the run's own largest difference between float32 and float64 (but 5e-3 where the run's own is
// larger than that: RMSprop's first step is 10 r sign(g), and the sign of a tiny gradient is rounding's).
void ExpectRecordedTraining(const RecordedRun& run, const Objective& objective,
                            const sami_harness::TrainingConfig& config);

}  // namespace training

#endif  // TRAINING_TESTING_RECORDED_RUN_H_
