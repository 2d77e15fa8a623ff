// Checks of a training configuration as it stands in a spec, whatever the method.
#ifndef TRAINING_METHOD_TRAINING_CHECKS_H_
#define TRAINING_METHOD_TRAINING_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "training/config.pb.h"

namespace training {

// kInvalidArgument at the first field, below `path`, that has no effect beside the others: of another algorithm or
// schedule, early_stop or keep: BEST without held_out, decay_norms where no norm decays, divide_by_full_batch with
// batches of 1, a LoRA target given twice; and at a held_out without its size.
absl::Status CheckTraining(const sami_harness::TrainingConfig& config, const std::string& path,
                           const base::FieldLocations& locations);

}  // namespace training

#endif  // TRAINING_METHOD_TRAINING_CHECKS_H_
