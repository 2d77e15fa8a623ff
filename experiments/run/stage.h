// A run's folder and the stages that fill it.
//
// A stage turns inputs, known by their hashes, into files. When they are complete, a record of all their hashes is
// written; a process that finds the record, the same inputs and the same bytes passes the stage over. So a run that was
// killed at any moment continues with the first stage that is not complete, and a file that was changed or removed is
// made again. Later stages name the hashes of earlier stages' outputs among their inputs, and so follow.
// layout.h has the names of all files.
#ifndef EXPERIMENTS_RUN_STAGE_H_
#define EXPERIMENTS_RUN_STAGE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/run/record.pb.h"

namespace experiments {

struct Stage {
  std::string name;                           // letters, digits, '-', '_' and '.'
  std::map<std::string, std::string> inputs;  // role -> SHA-256 of all that the outputs depend on
  std::vector<std::string> outputs;           // files and folders, relative to the run folder
};

// Used by one thread.
class RunFolder {
 public:
  // Creates the folder, or continues the run that is in it. Until it is destroyed, no other process can open it.
  //   code_commit: for the records; of no effect on what runs
  // kFailedPrecondition when the folder holds another run, something else, or is in use; it is then left as it was.
  static absl::StatusOr<std::unique_ptr<RunFolder>> Open(const std::string& path, absl::string_view canonical_spec,
                                                         const std::string& run_id, const std::string& code_commit);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  // Runs `work` unless the stage is complete. What an earlier attempt left of its outputs is removed first. `work` must
  // leave every output under its final name (base::WriteFileAtomically, base::Publish), and may keep what it needs to
  // continue after a kill in `scratch`: a folder that stays until the stage is complete or its inputs change.
  // Says on stderr when it starts, why it does so again, and how long it took. Returns the error of `work`, with the
  // stage's name; the stage then has no record. Reads all outputs once, to hash them.
  absl::Status RunStage(const Stage& stage, absl::FunctionRef<absl::Status(const std::string& scratch)> work);

  // The SHA-256 of an output of a stage that is complete: the input of another. CHECK-fails for anything else.
  const std::string& HashOf(const std::string& output) const;

  // The outputs of all stages that are complete so far, with their SHA-256.
  const std::map<std::string, std::string>& Outputs() const { return hashes_; }

  // Writes record.textproto. The caller supplies inputs, seed, results version and its own libraries; the folder adds
  // the rest, with the stages that RunStage saw.
  absl::Status WriteRecord(sami_harness::RunRecord record) const;

  const std::string& path() const { return path_; }
  std::string PathOf(absl::string_view relative) const;

 private:
  RunFolder(std::string path, int lock, std::string code_commit);
  // The record of a stage that is complete; else nothing, and why it has to run again, if it had a record.
  std::unique_ptr<sami_harness::StageRecord> FindComplete(const Stage& stage, std::string* why) const;
  absl::Status RemoveLeftovers(const Stage& stage) const;
  absl::StatusOr<std::string> PrepareScratch(const Stage& stage) const;
  absl::Status RemoveScratch(const Stage& stage) const;
  std::string ScratchOf(const Stage& stage) const;
  absl::StatusOr<sami_harness::StageRecord> MeasureOutputs(const Stage& stage) const;
  void Remember(const sami_harness::StageRecord& record);
  std::string RecordPath(const Stage& stage) const;

  const std::string path_;
  const int lock_;
  sami_harness::RunRecord run_;                // what is known of the run so far
  std::map<std::string, std::string> hashes_;  // of complete stages' outputs
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_STAGE_H_
