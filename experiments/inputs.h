// Finds what a run reads from outside (model folders, constitutions, questions) and hashes it.
#ifndef EXPERIMENTS_INPUTS_H_
#define EXPERIMENTS_INPUTS_H_

#include "absl/status/status.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/record.pb.h"

namespace experiments {

// Fills in the pipeline's folders, files, principles and input hashes from its spec. A relative path is looked up from
// the user's folder, then from the workspace, then among the program's own files; last it may be a pinned file's name. kNotFound names the field.
absl::Status FindInputs(Pipeline* pipeline);

// What the pipeline adds to record.textproto: inputs, seed, versions.
sami_harness::RunRecord RunRecordOf(const Pipeline& pipeline);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_H_
