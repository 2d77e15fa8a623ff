// A run folder as a reader meets it: complete, half-written, changed since, or of another version. What can be read is
// read, and what cannot, or is not what a stage of the run wrote, is said in `warnings`, one line each.
#ifndef EXPERIMENTS_RUN_RUN_FILES_H_
#define EXPERIMENTS_RUN_RUN_FILES_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "base/jsonl.h"
#include "experiments/run/json_members.h"
#include "experiments/run/layout.h"
#include "experiments/run/record.pb.h"
#include "experiments/spec/spec.pb.h"
#include "google/protobuf/message.h"

namespace experiments {

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

  // What a run asks: an evaluation, an estimate of the information, an evaluation on problems.
  struct Asker {
    std::string name;
    std::string title;  // the name where the run has several of its kind, else empty
  };
  // Of the spec, in its order; then whatever else has files.
  std::vector<Asker> Evaluations() const;
  std::vector<Asker> Information() const;
  std::vector<Asker> Accuracies() const;

  // The arms that have such a file: "base", then the spec's arms, then others. pattern: a path with "*" for the arm,
  // MetricsFile("*").
  std::vector<std::string> Arms(const std::string& pattern) const;
  // AnswersFile() of each arm in every setting, arms as above.
  struct ArmAnswers {
    std::string arm;
    std::vector<std::string> files;
  };
  std::vector<ArmAnswers> Answers(const std::string& evaluation) const;
  // JudgmentsFile() of every comparison, judge and setting of an evaluation, in ascending order.
  std::vector<std::string> JudgmentsFiles(const std::string& evaluation) const;
  bool Has(const std::string& file) const;

  // Calls visit(record) for each line of a JSON Lines file of the run. A last line that is cut off, and lines that
  // `parse` (of run/records.h, evaluation/formats/fastchat.h) refuses, are left out with a warning. A missing file is a
  // warning too.
  template <typename Record>
  void ForEach(const std::string& file, absl::StatusOr<Record> (*parse)(const base::JsonLine&),
               absl::FunctionRef<void(const Record&)> visit) const {
    ForEachLine(file, [&](const base::JsonLine& line) -> absl::Status {
      const absl::StatusOr<Record> record = parse(line);
      if (record.ok()) visit(*record);
      return record.status();
    });
  }
  // The rows of a table, by its stem; none, with a warning, where the file is broken. None where it is missing, which
  // is a warning if a stage has written it.
  JsonRows Rows(const std::string& stem) const;

  void Warn(const std::string& warning) const;
  const std::vector<std::string>& warnings() const { return warnings_; }
  // The first failure to read a file or folder that is there. Whoever writes down what was read looks at it last: it
  // may be a disk's, and gone when the run goes on.
  const absl::Status& unreadable() const { return unreadable_; }

 private:
  explicit RunFiles(std::string path) : path_(std::move(path)) {}
  std::string PathOf(const std::string& file) const;
  absl::StatusOr<std::string> Read(const std::string& file, int64_t max_bytes) const;
  void ReadSpec();
  void ReadRecord();
  void ReadStages();
  // Remembers what stages wrote, and warns of what is missing.
  void ReadOutputs();
  // With these names first, then those that stand for "*" in a path of the run. patterns: "answers/*/", ...
  std::vector<Asker> Askers(std::vector<std::string> names, const std::vector<std::string>& patterns) const;
  // The names in a folder of the run between both texts, in ascending order. Empty without the folder.
  std::vector<std::string> Names(const std::string& before, const std::string& after) const;
  // A file's content. Warns where it is missing or, once, where it is not what a stage of this run wrote.
  absl::optional<std::string> Content(const std::string& file) const;
  void CheckUnchanged(const std::string& file, const std::string& content) const;
  void ForEachLine(const std::string& file, absl::FunctionRef<absl::Status(const base::JsonLine&)> visit) const;

  struct Output {
    std::string stage, sha256;
  };

  std::string path_;
  std::string spec_text_, run_id_;
  sami_harness::ExperimentSpec spec_;
  absl::optional<sami_harness::RunRecord> record_;
  std::vector<sami_harness::StageRecord> stages_;
  std::map<std::string, Output> outputs_;  // files and folders
  mutable std::vector<std::string> warnings_;
  mutable absl::Status unreadable_;
  mutable std::set<std::string> checked_;  // of outputs and of files that no stage wrote
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_RUN_FILES_H_
