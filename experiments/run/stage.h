// A run's folder and the stages that fill it.
//
// A stage turns inputs, known by their hashes, and settings into files. They are computed in the store (store.h), under
// a key of all that they depend on; the run's folder is a table of contents of links to them, by the run's own names.
// So work that any run has done is not done again, a run that was killed at any moment continues with the first stage
// that is not complete, and a file that was changed or removed is made again. Keys need no files: a plan of all stages
// is the same calls with the work left out.
// layout.h has the names of all files of a run.
#ifndef EXPERIMENTS_RUN_STAGE_H_
#define EXPERIMENTS_RUN_STAGE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/run/record.pb.h"
#include "experiments/run/store.h"

namespace experiments {

struct StageInput {
  std::string name;    // an earlier stage's output, or what the run calls something from outside
  std::string role;    // of what comes from outside, "model": in the key instead of the name; empty for an output
  std::string sha256;  // of what comes from outside; empty for an output
};

struct StageOutput {
  // A file or folder of the run. `stored` is its path in the store's entry, which runs share and which therefore says
  // nothing of the names that a run gives: the same unless it is given.
  StageOutput(std::string path) : path(path), stored(std::move(path)) {}  // NOLINT: a path says it all
  StageOutput(const char* path) : StageOutput(std::string(path)) {}       // NOLINT
  StageOutput(std::string path, std::string stored) : path(std::move(path)), stored(std::move(stored)) {}

  std::string path;
  std::string stored;
};

struct Stage {
  std::string name;      // in this run, "train_sami": letters, digits, '-', '_' and '.'
  std::string kind;      // what is computed, "train": the same characters
  std::string settings;  // text of all else that the outputs depend on
  std::vector<StageInput> inputs;
  std::vector<StageOutput> outputs;
};

// A stage as a plan has it.
struct PlannedStage {
  std::string name;
  std::string kind;
  std::string key;
  std::string entry;                // its folder in the store
  std::vector<std::string> needs;   // names of the stages whose outputs it reads, each once
  std::vector<std::string> inputs;  // what it reads from outside
  bool is_complete = false;         // in the store, by its record
  double seconds = 0;               // that it took, where it is complete
};

struct RunFolderOptions {
  std::string path;            // of the run
  std::string store;           // folder of the store
  std::string canonical_spec;  // kept in the run's folder
  std::string run_id;
  std::string code_commit;      // for the records; of no effect on what runs
  int64_t results_version = 0;  // part of every key
  // Stages that are run; the others' keys are computed, and nothing else. Empty: all.
  std::set<std::string> only;
  bool computes = true;  // else stages that the store has are linked, and the others left out
  // What this process computes with; empty, it is neither recorded nor compared. What was computed with another is an
  // error, or taken where other_arithmetic is set.
  sami_harness::ArithmeticRecord arithmetic;
  bool other_arithmetic = false;
  // Another folder of the same run, whose stages' outputs stand in this one as they are, but for stages of the kinds in
  // `anew`: those are run. Nothing else is.
  std::string taken_from;
  std::set<std::string> anew;
};

// Used by one thread; any number of processes may have the same folder open.
class RunFolder {
 public:
  // Creates the folder, or continues the run that is in it.
  // kFailedPrecondition when the folder holds another run or something else; it is then left as it was.
  static absl::StatusOr<std::unique_ptr<RunFolder>> Open(const RunFolderOptions& options);

  // A run that computes nothing and touches no file: its stages are passed over, and Planned() has them.
  static std::unique_ptr<RunFolder> Plan(const RunFolderOptions& options);

  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  // Runs `work` unless the store has the stage. `work` must leave every output at PathOf its path (base/file.h), and
  // may keep what it needs to continue after a kill in `scratch`: a folder that stays until the stage is complete. What
  // another process computes is waited for.
  // Says on stderr when it starts, why it does so again, and how long it took. Returns the error of `work`, with the
  // stage's name; the stage then has no record. Reads all outputs once, to hash them. kFailedPrecondition where it is
  // complete or begun with other arithmetic (arithmetic/arithmetic.h) and the options do not take that.
  absl::Status RunStage(const Stage& stage, absl::FunctionRef<absl::Status(const std::string& scratch)> work);

  // Whether this process ran the stage, or found it complete; false for all stages of a plan.
  bool IsComplete(const std::string& stage) const { return complete_.count(stage) > 0; }

  // The outputs of all stages so far, in ascending order.
  std::vector<std::string> Outputs() const;
  // All stages so far, in their order.
  const std::vector<PlannedStage>& Planned() const { return planned_; }

  // The records of the stages so far that were run or found complete, with the run's names.
  const sami_harness::RunRecord& record() const { return run_; }

  // Writes record.textproto. The caller supplies inputs, seed, results version and its own libraries; the folder adds
  // the rest, with the stages that RunStage saw.
  absl::Status WriteRecord(sami_harness::RunRecord record) const;

  const std::string& path() const { return options_.path; }
  // Where a stage's output is, or what is in an output that is a folder: in the store. Of anything else: where the
  // stage that runs writes it.
  std::string PathOf(absl::string_view relative) const;
  // In the run's folder itself: what belongs to no stage.
  std::string OwnPathOf(absl::string_view relative) const;

 private:
  RunFolder(RunFolderOptions options, Store store, bool plans);
  // Whether a complete stage may stand beside what this process computes.
  absl::Status CheckArithmetic(const Stage& stage, const PlannedStage& planned,
                               const sami_harness::StageRecord& record) const;
  // Makes the stage's entry of links into taken_from. kFailedPrecondition where it has no such stage with this key.
  absl::Status Take(const Stage& stage, const PlannedStage& planned) const;
  // From the run's folder to the entry.
  absl::Status Link(const Stage& stage, const std::string& entry, const sami_harness::StageRecord& record) const;
  // The stage's key, after which later stages can name its outputs.
  PlannedStage Register(const Stage& stage);
  sami_harness::StageRecord InRun(const Stage& stage, sami_harness::StageRecord record) const;

  struct Output {
    std::string stage, kind, key, entry, stored;
  };

  const RunFolderOptions options_;
  const Store store_;
  const bool plans_;
  sami_harness::RunRecord run_;            // what is known of the run so far
  std::map<std::string, Output> outputs_;  // by their paths
  std::vector<PlannedStage> planned_;
  std::set<std::string> complete_;
  std::string running_;  // the entry of the stage that runs
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_STAGE_H_
