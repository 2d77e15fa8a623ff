// Judges of a run, those that its spec names, and the servers that judges and models are behind.
#ifndef EXPERIMENTS_INPUTS_JUDGES_H_
#define EXPERIMENTS_INPUTS_JUDGES_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
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

// An evaluation's judges one at a time, in the order of JudgeNames (evaluation_items.h): a local model is in memory
// while its judge is at work.
absl::StatusOr<NamedJudge> MakePipelineJudge(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation,
                                             int index);

// What a language model judge is called among a stage's inputs.
std::string JudgeInput(const sami_harness::EvaluationSpec& evaluation, const std::string& judge);

// Sets input_hashes[JudgeInput()] of every language model judge. An error names the judge: a file that is missing or
// wrong.
absl::Status FindJudges(Pipeline* pipeline);

// Of judges that are models on this machine, their places in messages and their folders; without those that are not
// there, which FindJudges names.
std::vector<std::pair<std::string, std::string>> LocalJudges(const Pipeline& pipeline);

// kInvalidArgument when an endpoint's access is missing, or access is given for no judge; of the judges that are
// `asked`, by their names, also when an option is out of range or the key is not set.
absl::Status CheckJudgeAccess(const Pipeline& pipeline, const std::set<std::string>& asked);

// The same for models that are endpoints.
absl::Status CheckModelAccess(const Pipeline& pipeline, const std::set<std::string>& asked);
// What is said where a model's access is missing.
absl::Status NoModelAccess(const std::string& model);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_JUDGES_H_
