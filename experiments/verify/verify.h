// Whether a run folder is whole: what its records say was written is what is there.
#ifndef EXPERIMENTS_VERIFY_VERIFY_H_
#define EXPERIMENTS_VERIFY_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/run/record.pb.h"

namespace experiments {

struct Verification {
  std::string run_id;
  int64_t stages = 0;
  int64_t files = 0;  // files and folders that stages wrote, each as it is recorded
  int64_t bytes = 0;
  // What is wrong, a line each, in the order of the run: "tables/claims.json is not what stage claims wrote". Empty:
  // the folder is whole.
  std::vector<std::string> faults;
  // Paths in the folder that are of no stage, in ascending order: notes of a person, say.
  std::vector<std::string> others;
  std::vector<std::string> other_arithmetic;  // stages that another arithmetic computed than the run's last process
  std::vector<sami_harness::StageRecord> records;  // of the run's stages, in its order
};

// Reads every file of a run folder once. Compared are:
// - record.textproto, which the run's last process wrote, with spec.textproto (SHA-256, run id) and with each of
//   stages/*.textproto, which have to say the same of their stages;
// - each output of a stage with its SHA-256 and size in the record. Paths that lead out of the folder are a fault, and
//   not read;
// - what a stage was made from with the keys of the stages that made it.
// Whoever changes the records with the files is not found out: for that the run is made again, or its tables
// (run_experiment.h, RecomputeTables). report.html may be made anew by `sami report`; it is among `others` then.
// kInvalidArgument when there is no such folder or it holds no run.
absl::StatusOr<Verification> Verify(const std::string& run);

// One line: "RUN: whole: ..." of a folder without faults, else "RUN: not whole: ..." with the first of them.
std::string VerificationLine(const std::string& run, const Verification& verification);

}  // namespace experiments

#endif  // EXPERIMENTS_VERIFY_VERIFY_H_
