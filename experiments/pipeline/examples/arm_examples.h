// The examples of an arm: its data as its method takes them, but for the rows that it holds out.
#ifndef EXPERIMENTS_PIPELINE_EXAMPLES_ARM_EXAMPLES_H_
#define EXPERIMENTS_PIPELINE_EXAMPLES_ARM_EXAMPLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "experiments/spec/spec.pb.h"
#include "lm/chat/language_model.h"
#include "training/method/examples.h"

namespace experiments {

// Of so many rows.
struct SplitExamples {
  training::Examples trained, held_out;
  int64_t rows = 0;
  std::vector<std::string> notes;  // for who runs it
};

absl::StatusOr<SplitExamples> ReadExamples(const Pipeline& pipeline, const sami_harness::Arm& arm,
                                           const lm::LanguageModel& model);

// Of which a training is part, beside the data themselves.
std::string ExampleSettings(const Pipeline& pipeline, const sami_harness::Arm& arm);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_EXAMPLES_ARM_EXAMPLES_H_
