// Store of what stages computed: content-addressed, shared by any number of runs and processes.
//
//   <store>/<entry>/record.textproto   StageRecord; there when the entry is complete, and only then
//   <store>/<entry>/...                the stage's outputs
//   <store>/.scratch/<entry>/          what a computation that was killed can continue from
//   <store>/.locks/<entry>             held by the process that computes it
//   <store>/.runs/<hash>               a link to each run folder that uses the store
//
// <entry> is <kind>-<first 16 of the key>. The key is the SHA-256 of all that the outputs depend on, so equal work has
// one entry whoever asks for it, and an entry is never changed: a damaged one is made again.
#ifndef EXPERIMENTS_RUN_STORE_H_
#define EXPERIMENTS_RUN_STORE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "experiments/run/locks/file_lock.h"
#include "experiments/run/record.pb.h"

namespace experiments {

inline constexpr char kEntryRecord[] = "record.textproto";

// SHA-256, in hexadecimal, of these lines, each ended by "\n":
//   sami_harness stage
//   results_version: <version>
//   kind: <kind>
//   input: <hash> <role>     one line an input, in the order given; C-escaped
//   settings:
//   <settings>               as they are
std::string StageKey(const std::string& kind, const std::vector<std::pair<std::string, std::string>>& inputs,
                     const std::string& settings, int64_t results_version);

// The name of an entry's folder.
std::string EntryName(const std::string& kind, const std::string& key);

// Whether a path of a record stays in the folder that it is relative to.
bool IsInsideFolder(const std::string& path);

// SHA-256 and size of the file or folder at `path`, under the name `output`. Errors as base::Sha256HexOfFile's.
absl::StatusOr<sami_harness::OutputRecord> MeasureOutput(const std::string& path, const std::string& output);

class Store {
 public:
  // Creates the folder. kUnavailable where it cannot be written. Says on stderr where its locks are known to hold on
  // this machine alone.
  static absl::StatusOr<Store> Open(const std::string& path);
  // To look into: creates nothing.
  static Store At(const std::string& path) { return Store(path); }

  // Waits for another process that has it; `on_wait` is called once before.
  absl::StatusOr<FileLock> LockEntry(const std::string& entry, absl::FunctionRef<void()> on_wait) const;

  // The record of an entry that is complete and whose outputs have the recorded hashes, all of which are read. Else
  // nothing and, if there was a record, why not. The caller holds the lock.
  //   check: whether to hash the outputs; else the record is believed
  absl::optional<sami_harness::StageRecord> Find(const std::string& entry, const std::string& key, bool check,
                                                 std::string* why) const;

  // Empties an entry, record first, and makes its scratch folder, which keeps what is in it. The caller holds the lock.
  absl::StatusOr<std::string> Begin(const std::string& entry) const;
  // Removes what a process left that was killed after its record was written. The caller holds the lock.
  absl::Status RemoveScratch(const std::string& entry) const;
  // Measures the outputs, which the record names, and writes it; then the scratch folder is removed. CHECK-fails where
  // an output is missing.
  absl::Status Complete(const std::string& entry, sami_harness::StageRecord* record) const;

  const std::string& path() const { return path_; }
  std::string PathOf(const std::string& entry) const;

  // Remembers that a run folder (absolute) uses the store.
  absl::Status AddRun(const std::string& run) const;

  struct EntryInfo {
    std::string name;
    sami_harness::StageRecord record;  // empty where the entry is not complete
    int64_t bytes = 0;                 // with its scratch folder
    std::vector<std::string> runs;     // folders whose stages it is
  };
  // In ascending order of their names.
  absl::StatusOr<std::vector<EntryInfo>> List() const;
  // Removes an entry and its scratch folder, record first, unless a process computes it: false then.
  absl::StatusOr<bool> Remove(const std::string& entry) const;

 private:
  explicit Store(std::string path) : path_(std::move(path)) {}
  // Nothing where another process has the lock and `wait` says not to wait for it.
  absl::StatusOr<absl::optional<FileLock>> TryLock(const std::string& entry, absl::FunctionRef<bool()> wait) const;

  std::string path_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_STORE_H_
