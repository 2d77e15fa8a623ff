// Inputs of a run: finds what it reads from outside (model folders, constitutions, questions) and hashes it.
#ifndef EXPERIMENTS_INPUTS_INPUTS_H_
#define EXPERIMENTS_INPUTS_INPUTS_H_

#include <vector>

#include "absl/status/status.h"
#include "experiments/inputs/context.h"
#include "experiments/run/record.pb.h"

namespace experiments {

// Fills in the pipeline's folders, files, principles and input hashes from its spec. find_input.h says where
// they are looked for. kNotFound names the field.
absl::Status FindInputs(Pipeline* pipeline);

// The same, going on after an error as far as that means anything: all errors; none where FindInputs is OK.
std::vector<absl::Status> FindEachInput(Pipeline* pipeline);

// FindInputs for all but the models.
absl::Status FindTexts(Pipeline* pipeline);

// What the pipeline adds to record.textproto: inputs, seed, versions.
sami_harness::RunRecord RunRecordOf(const Pipeline& pipeline);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_INPUTS_H_
