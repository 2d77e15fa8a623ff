// Files of a run folder as a reader meets it: complete, half-written, or of another version. What can be read is read,
// and what cannot is said in `warnings`, one line each.
#ifndef EXPERIMENTS_REPORT_RUN_FILES_H_
#define EXPERIMENTS_REPORT_RUN_FILES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "base/jsonl.h"
#include "experiments/run/record.pb.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Of the stage that makes a run's own report, which does not say of itself what it wrote.
inline constexpr char kPageStage[] = "page";

// Not for several threads: reading notes warnings.
class RunFiles {
 public:
  // with_record: whether to read record.textproto.
  // kInvalidArgument, with what to do, when the folder is not there or holds nothing of a run.
  static absl::StatusOr<RunFiles> Open(const std::string& path, bool with_record = true);

  const std::string& path() const { return path_; }
  // The spec as it is written, with its run id; empty where it is missing.
  const std::string& spec_text() const { return spec_text_; }
  const std::string& run_id() const { return run_id_; }
  // What this program understands of the spec: all of it unless a warning says otherwise.
  const sami_harness::ExperimentSpec& spec() const { return spec_; }
  // Absent until the run is complete, and where it was not asked for.
  const absl::optional<sami_harness::RunRecord>& record() const { return record_; }
  // In the order of the run where there is a record, else by name and without kPageStage.
  const std::vector<sami_harness::StageRecord>& stages() const { return stages_; }

  // "base" where it has files, then the spec's arms, then whatever else has a file
  // <folder>/<arm>.jsonl.
  std::vector<std::string> Arms(const std::string& folder) const;
  // The names in a folder of the run that end in `suffix`, without it, in ascending order. Empty without the folder.
  std::vector<std::string> Names(const std::string& folder, const std::string& suffix) const;
  bool Has(const std::string& name) const;

  // Calls visit(object) for each line of a JSON Lines file of the run. A last line that is cut off, and lines that are
  // no JSON objects, are left out with a warning. A missing file is a warning too.
  void ForEachLine(const std::string& name, absl::FunctionRef<void(const base::Json&)> visit) const;
  // The rows of tables/x.json or accuracy/x.json; none, with a warning, where it is missing or broken.
  std::vector<base::Json> Rows(const std::string& name) const;

  void Warn(const std::string& warning) const;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  explicit RunFiles(std::string path) : path_(std::move(path)) {}
  std::string PathOf(const std::string& name) const;
  void ReadSpec();
  void ReadRecord();
  void ReadStages();

  std::string path_;
  std::string spec_text_, run_id_;
  sami_harness::ExperimentSpec spec_;
  absl::optional<sami_harness::RunRecord> record_;
  std::vector<sami_harness::StageRecord> stages_;
  mutable std::vector<std::string> warnings_;
};

// Members of an object from a file that others may have written: the fallback where a member is missing or of another
// type.
std::string TextOf(const base::Json& object, const char* key, const std::string& fallback = "");
double NumberOf(const base::Json& object, const char* key);                          // NaN
int64_t IntegerOf(const base::Json& object, const char* key, int64_t fallback = 0);  // also of a whole double
// An id as text, whether it is a number or a string.
std::string IdOf(const base::Json& object, const char* key);
// The element at a path of keys and indices ("choices", "0", "turns"), or null.
const base::Json& ElementAt(const base::Json& value, const std::vector<std::string>& path);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_RUN_FILES_H_
