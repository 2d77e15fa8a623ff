// Experiment runner: from a spec to its tables.
#ifndef EXPERIMENTS_RUN_EXPERIMENT_H_
#define EXPERIMENTS_RUN_EXPERIMENT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/run/record.pb.h"
#include "experiments/run/stage.h"
#include "experiments/spec/spec.pb.h"
#include "training/processes/place.h"

namespace experiments {

// What changes no result.
struct RunOptions {
  std::string out;  // the run folder; empty: <runs_folder>/<name>-<first 12 of the run id>
  std::string runs_folder = "runs";
  std::string store;               // folder of what stages computed; empty: <runs_folder>/store
  std::vector<std::string> nodes;  // stages, or arms for their training, that are computed with all that they need;
                                   // empty: everything
  bool strict = false;      // refuses a spec that asks what it trains on, or compares arms that were given unequal data
  bool all_tables = false;  // also prints every table
  int threads = 1;
  double checkpoint_seconds = 120;                                   // between two writings of a training's state
  std::string device = "cpu";                                        // as lm::CheckDevice takes it
  std::string arithmetic = "auto";                                   // as lm::ChooseProducts takes it
  bool other_arithmetic = false;                                     // takes what was computed with other arithmetic
  training::Place place;                                             // among the processes that run this together
  double meeting_seconds = 300;                                      // that they wait for each other
  std::string code_commit;                                           // for the record
  std::map<std::string, sami_harness::EndpointAccess> judge_access;  // by the judge's name
  std::map<std::string, sami_harness::EndpointAccess> model_access;  // by the model's
};

// Runs every stage that is not complete and returns the tables as text, those that this process made or found. `spec`
// must be canonical (LoadSpec). Says on stderr which run it is and where, and what each stage does.
// Of several processes rank 0 does that, and the others help it where models compute: they return an empty text. Errors
// of theirs are Join's, training/processes/join.h. Where one is lost meanwhile, the process says so and ends with 1.
// kNotFound for a node that the spec does not have, with the nearest names. Errors about arithmetic are those of
// lm/arithmetic/products.h and experiments/run/arithmetic/arithmetic.h.
absl::StatusOr<std::string> RunExperiment(const sami_harness::ExperimentSpec& spec, const RunOptions& options);

// The stages that it would run, with their keys, and which of them the store has. Reads the inputs, to hash them;
// computes and writes nothing.
absl::StatusOr<std::vector<PlannedStage>> PlanExperiment(const sami_harness::ExperimentSpec& spec,
                                                         const RunOptions& options);

// Makes the run's folder, with the links and records of those stages that the store has. Computes nothing.
absl::Status LinkWhatIsThere(const sami_harness::ExperimentSpec& spec, const RunOptions& options);

// Makes the tables and claims of a complete run folder anew, in the run folder and store of `options`, from the
// verdicts, answers, samples and attempts that the folder has: nothing else is computed, and the folder stays as it is.
// Returns the records of what was made, with the run's names. kFailedPrecondition where the folder was made by a
// program that makes its stages from something else, kDataLoss where a file is not as its record says.
absl::StatusOr<std::vector<sami_harness::StageRecord>> RecomputeTables(const sami_harness::ExperimentSpec& spec,
                                                                       const RunOptions& options,
                                                                       const std::string& run);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_EXPERIMENT_H_
