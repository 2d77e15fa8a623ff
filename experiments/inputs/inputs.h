// Inputs of a run: finds what it reads from outside (model folders, constitutions, questions) and hashes it.
#ifndef EXPERIMENTS_INPUTS_INPUTS_H_
#define EXPERIMENTS_INPUTS_INPUTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/inputs/context.h"
#include "experiments/run/record.pb.h"

namespace experiments {

// Fills in the pipeline's folders, queries, principles and input hashes from its spec, and checks what uses them.
// find_input.h says where files are looked for. Goes on after an error as far as that means anything: all errors.
std::vector<absl::Status> FindEachInput(Pipeline* pipeline);

// The same for all but the models.
std::vector<absl::Status> FindEachText(Pipeline* pipeline);

// Folders and chat formats of the models alone, and no hashes, for which their weights would be read.
std::vector<absl::Status> FindEachModelFolder(Pipeline* pipeline);

// The checks alone, of the texts that are known: those that models write are not until they have (WritePrinciples,
// experiments/pipeline/pipeline.h).
std::vector<absl::Status> CheckEachText(const Pipeline& pipeline);

// The run's id: of the spec without places, of the inputs and of the results version.
std::string RunIdOf(const Pipeline& pipeline);

// What the pipeline adds to record.textproto: inputs, seed, versions.
sami_harness::RunRecord RunRecordOf(const Pipeline& pipeline);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_INPUTS_H_
