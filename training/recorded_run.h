// Whole training runs against those that the published trainers made from the same model and the same examples.
#ifndef TRAINING_RECORDED_RUN_H_
#define TRAINING_RECORDED_RUN_H_

#include <cstdint>
#include <string>

#include "base/jsonl.h"
#include "lm/decoder.h"
#include "lm/tokens.h"
#include "training/config.pb.h"
#include "training/objective.h"

namespace training {

// A recorded run: "examples" in the order of training, "microbatches" with their losses, "grad_norms_before_clip" of
// each step, "final_weight_norms", and the run's own rounding error.
base::Json ReadRecordedRun(const std::string& runfile);

lm::TokenIds JsonTokens(const base::Json& ids);

// The model that every recorded run starts from.
lm::Decoder RecordedModel();

// The configuration that the run was made with, but for batch and microbatch size. All published trainers warm up by
// (step + 1) / (warm + 1), have constant rates and torch's default optimizer settings.
sami_harness::TrainingConfig RecordedConfig(const base::Json& run, int64_t batch_size, int64_t microbatch_size);

// Trains on `objective`, whose example i is the run's, in the run's order, and adds a test failure where losses,
// gradient norms or final weights differ by more than rounding: 5e-5 on losses, 1e-4 relative on gradient norms, ten
// times the run's own difference between float32 and float64 on weights.
void ExpectRecordedTraining(const base::Json& run, const Objective& objective,
                            const sami_harness::TrainingConfig& config);

}  // namespace training

#endif  // TRAINING_RECORDED_RUN_H_
