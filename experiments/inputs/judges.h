// Judges of a run: those that its spec names.
#ifndef EXPERIMENTS_INPUTS_JUDGES_H_
#define EXPERIMENTS_INPUTS_JUDGES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evaluation/judges/make_judge.h"
#include "experiments/inputs/context.h"

namespace experiments {

// A judge with its name in files and tables.
struct NamedJudge {
  std::string name;
  int64_t repeats = 1;
  evaluation::MadeJudge made;
};

// A spec's judges one at a time, in the order of JudgeNames (evaluation_items.h): a local model is in memory while its
// judge is at work.
absl::StatusOr<NamedJudge> MakePipelineJudge(const Pipeline& pipeline, int index);

// Sets input_hashes["judge/<name>"] of every language model judge. An error names the judge: a file that is missing or
// wrong, or, of an endpoint whose access is known, a key that is not set.
absl::Status FindJudges(Pipeline* pipeline);

// kInvalidArgument when an endpoint's access is missing, or access is given for no judge.
absl::Status CheckJudgeAccess(const Pipeline& pipeline);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_JUDGES_H_
