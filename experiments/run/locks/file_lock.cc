#include "experiments/run/locks/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace experiments {
namespace {

// What flock says where the file system, or the way it is mounted, has none: NFS 3 without lockd, Lustre without -o
// flock, some FUSE and network file systems.
bool MeansNoLocks(int error) {
  return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL || error == ENOTTY;
}

// A line of mountinfo, as far as it says who sees a lock.
struct Mount {
  std::string point, type;
  std::vector<std::string> options;  // of the mount and of its file system
};

// "36 35 98:0 / /point rw,noatime optional fields - nfs4 source rw,local_lock=none"; blanks are "\040".
absl::optional<Mount> ParseMount(absl::string_view line) {
  const std::vector<std::string> fields = absl::StrSplit(line, ' ');
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 4) return absl::nullopt;
  Mount mount = {fields[4], dash[1], absl::StrSplit(fields[5], ',')};
  for (const absl::string_view option : absl::StrSplit(dash[3], ',')) mount.options.emplace_back(option);
  return mount;
}

bool Holds(const Mount& mount, absl::string_view folder) {
  return mount.point == "/" || folder == mount.point || absl::StartsWith(folder, absl::StrCat(mount.point, "/"));
}

// The option that keeps locks on this machine, or what the type of file system is known for; empty: none.
std::string WhatKeepsLocks(const Mount& mount) {
  if (mount.type == "fuse.sshfs") return "has none that others see";
  std::vector<std::string> options;
  if (mount.type == "nfs" || mount.type == "nfs4") options = {"nolock", "local_lock=all", "local_lock=flock"};
  if (mount.type == "lustre") options = {"localflock"};
  if (mount.type == "cifs" || mount.type == "smb3") options = {"nobrl"};
  for (const std::string& option : options) {
    if (absl::c_linear_search(mount.options, option)) return absl::StrCat("is mounted with ", option);
  }
  return "";
}

}  // namespace

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<absl::optional<FileLock>> LockFile(const std::string& path, absl::string_view flag,
                                                  absl::FunctionRef<bool()> wait) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return absl::UnavailableError(absl::StrCat(path, ": cannot create: ", std::strerror(errno)));
  }
  FileLock lock(descriptor);
  int failed = flock(descriptor, LOCK_EX | LOCK_NB);
  if (failed != 0 && errno == EWOULDBLOCK) {
    if (!wait()) return absl::optional<FileLock>();
    do failed = flock(descriptor, LOCK_EX);
    while (failed != 0 && errno == EINTR);
  }
  if (failed == 0) return absl::optional<FileLock>(std::move(lock));
  const int error = errno;
  return absl::UnavailableError(absl::StrCat(
      path, ": cannot lock: ", std::strerror(error),
      MeansNoLocks(error) ? "; without locks two processes could compute the same at once: mount its file system with "
                            "them (NFS 4, Lustre with -o flock), or name a folder on another with "
                          : "; name a folder on another file system with ",
      flag));
}

std::string WhyLocksAreLocal(absl::string_view mounts, absl::string_view folder) {
  Mount of_folder;  // the longest of those that hold it; of equal ones the last, which lies over the others
  for (const absl::string_view line : absl::StrSplit(mounts, '\n')) {
    const absl::optional<Mount> mount = ParseMount(line);
    if (mount.has_value() && Holds(*mount, folder) && mount->point.size() >= of_folder.point.size()) of_folder = *mount;
  }
  const std::string what = WhatKeepsLocks(of_folder);
  return what.empty() ? "" : absl::StrCat(of_folder.point, " (", of_folder.type, ") ", what);
}

}  // namespace experiments
