// TensorBoard event files: scalars by step, for those who watch training curves there.
//
// A file is a sequence of records, each
//   length of the data (uint64), masked CRC of the length (uint32), data, masked CRC of the data (uint32),
// little-endian, with CRC-32C (Castagnoli, polynomial 0x1EDC6F41) masked as rotate_right(crc, 15) + 0xA282EAD8. The
// data are events.proto's messages: a version first, then one event a step with all its scalars.
//
// The bytes are a function of the scalars alone: an event's wall time is its step, in seconds. A file is always made as
// a whole and never appended to, so that a run that is killed and continued repeats no step.
#ifndef TRAINING_TENSORBOARD_EVENT_FILE_H_
#define TRAINING_TENSORBOARD_EVENT_FILE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "training/step_metrics.h"

namespace training {

// TensorBoard looks for "tfevents" in names.
constexpr char kEventFileName[] = "events.out.tfevents.sami";

struct StepScalars {
  int64_t step = 0;
  std::vector<std::pair<std::string, double>> scalars;  // tag and value; stored as float
};

// The record's finite numbers, by the tags that transformers and TRL give them: "train/loss", "train/rewards/chosen";
// "eval/loss" of a measurement of the held-out examples.
StepScalars ScalarsOf(const StepMetrics& metrics);

std::string EventFile(const std::vector<StepScalars>& steps);

// CRC-32C of bytes, not masked.
uint32_t Crc32c(absl::string_view bytes);

}  // namespace training

#endif  // TRAINING_TENSORBOARD_EVENT_FILE_H_
