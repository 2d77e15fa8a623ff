// Reads what training/tensorboard/event_file.h writes.
#ifndef TRAINING_TESTING_EVENT_READER_H_
#define TRAINING_TESTING_EVENT_READER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "training/tensorboard/event_file.h"

namespace training {

// The reverse of EventFile; other summaries than scalars are passed over. kInvalidArgument, with the byte: a record
// that is cut off or damaged, or data that are no event.
absl::StatusOr<std::vector<StepScalars>> ParseEventFile(absl::string_view bytes);

}  // namespace training

#endif  // TRAINING_TESTING_EVENT_READER_H_
