// File locks: what one process at a time holds, on one machine or on several that share a file system.
#ifndef EXPERIMENTS_RUN_LOCKS_FILE_LOCK_H_
#define EXPERIMENTS_RUN_LOCKS_FILE_LOCK_H_

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace experiments {

// Given back by any end of the process that holds it.
class FileLock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  int descriptor_;
};

// The lock on `path`, a file that is made where there is none. Where another process has it, `wait` is called once and
// says whether to wait for it; nothing otherwise.
// kUnavailable where the file cannot be made, or its file system has no locks. `flag` is the one that names another
// folder: "--store".
absl::StatusOr<absl::optional<FileLock>> LockFile(const std::string& path, absl::string_view flag,
                                                  absl::FunctionRef<bool()> wait);

// Why locks in a folder hold on this machine alone, "/data (nfs) is mounted with local_lock=flock", as far as the
// system tells; empty where it tells nothing of the kind. Such locks do not keep processes of other machines away.
//   mounts: the system's table of mounts, /proc/self/mountinfo (proc(5))
//   folder: absolute, without links
std::string WhyLocksAreLocal(absl::string_view mounts, absl::string_view folder);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_LOCKS_FILE_LOCK_H_
