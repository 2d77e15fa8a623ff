#include "base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace base {
namespace {

namespace fs = std::filesystem;

absl::Status Failure(const std::string& what, const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": ", what, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == ENOSPC || error == EDQUOT) {
    return absl::ResourceExhaustedError(absl::StrCat(message, "; free some space and run again"));
  }
  if (error == EFBIG) {
    return absl::ResourceExhaustedError(
        absl::StrCat(message, "; raise the limit on the size of files (ulimit -f), or write to another disk"));
  }
  if (error == EROFS) return absl::UnavailableError(absl::StrCat(message, "; write to a folder on another disk"));
  return absl::UnavailableError(message);
}

absl::Status WriteAll(int fd, const std::string& path, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failure("cannot write", path, errno);
    }
    content.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status CloseCopy(int fd, const std::string& path) {
  const int copy = dup(fd);
  return copy >= 0 && close(copy) == 0 ? absl::OkStatus() : Failure("cannot close", path, errno);
}

std::string ParentFolder(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string WithoutEndingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// What is being made: open, and locked for as long.
class Partial {
 public:
  explicit Partial(std::string path) : path_(std::move(path)) {}
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;
  ~Partial() {
    if (fd_ >= 0) close(fd_);
  }

  const std::string& path() const { return path_; }
  int fd() const { return fd_; }

  absl::Status MakeFile() {
    RETURN_IF_ERROR(RemoveLeftOver());
    fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_ISVTX | 0644);
    return fd_ < 0 ? Failure("cannot create", path_, errno) : Lock();
  }

  absl::Status MakeFolder() {
    RETURN_IF_ERROR(RemoveLeftOver());
    if (mkdir(path_.c_str(), S_ISVTX | 0755) != 0) return Failure("cannot create folder", path_, errno);
    fd_ = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd_ < 0 ? Failure("cannot open", path_, errno) : Lock();
  }

 private:
  absl::Status IsBusy() const {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, ": another process is writing it; wait for its end, or write to another name"));
  }

  // File systems without locks have none.
  absl::Status Lock() const {
    struct stat made, named;
    const bool is_taken = flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    const bool is_there = fstat(fd_, &made) == 0 && lstat(path_.c_str(), &named) == 0 && made.st_ino == named.st_ino;
    return is_taken || !is_there ? IsBusy() : absl::OkStatus();
  }

  // Removes what a killed process left under this name.
  absl::Status RemoveLeftOver() const {
    struct stat info;
    if (lstat(path_.c_str(), &info) != 0) return absl::OkStatus();
    if ((info.st_mode & S_ISVTX) == 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
      return absl::FailedPreconditionError(
          absl::StrCat(path_, ": is in the way, and not what this program left; move it to another name"));
    }
    const int fd = open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const bool is_taken = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    std::error_code error;
    if (!is_taken) fs::remove_all(path_, error);
    if (fd >= 0) close(fd);
    if (is_taken) return IsBusy();
    return error ? Failure("cannot remove", path_, error.value()) : absl::OkStatus();
  }

  const std::string path_;
  int fd_ = -1;
};

// What has its final name is unfinished no more. Whoever is killed before this has lost nothing: the bit means
// something in the names of partial ones only.
void ClearStickyBit(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & S_ISVTX) != 0) {
    (void)chmod(path.c_str(), info.st_mode & 07777 & ~S_ISVTX);
  }
}

}  // namespace

absl::StatusOr<int> OpenRegularFile(const std::string& path) {
  if (absl::StrContains(path, '\0')) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has a NUL, which no file's name has"));
  }
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO is not waited for
  if (fd < 0) {
    const int problem = errno;
    std::error_code error;
    if (!fs::is_symlink(path, error)) return Failure("cannot open", path, problem);
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a link to ", fs::read_symlink(path, error).string(),
                                                   ", which cannot be opened: ", std::strerror(problem),
                                                   "; was it downloaded or copied whole?"));
  }
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  close(fd);
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": is ", S_ISDIR(info.st_mode) ? "a folder" : "a device or a FIFO", ", not a file"));
}

absl::Status InTheWay(const std::string& path, absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": is ", what, ", which is not replaced; ", "write to another name, or move it"));
}

absl::Status CheckReplaceable(const std::string& path, bool by_folder) {
  std::error_code error;
  const fs::file_status found = fs::status(path, error);
  if (found.type() == fs::file_type::not_found) return absl::OkStatus();
  if (error) return Failure("cannot be read", path, error.value());
  if (!fs::is_directory(found)) {
    if (!fs::is_regular_file(found)) return InTheWay(path, "neither a file nor a folder");
    return by_folder ? InTheWay(path, "a file") : absl::OkStatus();
  }
  if (!by_folder) return InTheWay(path, "a folder");
  const bool is_empty = fs::is_empty(path, error);
  if (error) return Failure("cannot be read", path, error.value());
  return is_empty ? absl::OkStatus() : InTheWay(path, "a folder with something in it");
}

absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes) {
  ASSIGN_OR_RETURN(const int fd, OpenRegularFile(path));
  std::string content;
  struct stat info;
  int64_t bytes = fstat(fd, &info) == 0 ? info.st_size : 0;
  if (bytes > 0 && bytes <= max_bytes) content.reserve(bytes);
  int error = 0;
  // Some files are longer than they say.
  for (char block[1 << 16]; bytes <= max_bytes;) {
    const ssize_t count = read(fd, block, sizeof(block));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) error = errno;
    if (count <= 0) break;
    content.append(block, count);
    bytes = std::max<int64_t>(bytes, content.size());
  }
  close(fd);
  if (error != 0) return Failure("cannot read", path, error);
  if (bytes <= max_bytes) return content;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": has ", bytes, " bytes or more, and at most ", max_bytes, " are read of such a file"));
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view content) {
  return WriteFileInParts(path, [&](WritePart write) { return write(content); });
}

absl::Status WriteFileInParts(const std::string& path, absl::FunctionRef<absl::Status(WritePart write)> produce,
                              std::string partial) {
  RETURN_IF_ERROR(CheckReplaceable(path, /*by_folder=*/false));
  RETURN_IF_ERROR(MakeFolders(ParentFolder(path)));
  Partial made(partial.empty() ? path + ".partial" : std::move(partial));
  RETURN_IF_ERROR(made.MakeFile());
  absl::Status status = produce([&](absl::string_view part) { return WriteAll(made.fd(), made.path(), part); });
  if (status.ok() && fsync(made.fd()) != 0) status = Failure("cannot flush", made.path(), errno);
  // Before it is closed, which gives the lock back; some file systems say only at the end that they are full.
  const absl::Status closed = status.ok() ? CloseCopy(made.fd(), made.path()) : status;
  if (closed.ok()) status = Publish(made.path(), path);
  if (!closed.ok() || !status.ok()) unlink(made.path().c_str());
  return closed.ok() ? status : closed;
}

absl::Status WriteFolderAtomically(const std::string& path,
                                   absl::FunctionRef<absl::Status(const std::string& partial)> fill) {
  const std::string folder = WithoutEndingSlashes(path);
  RETURN_IF_ERROR(CheckReplaceable(folder, /*by_folder=*/true));
  RETURN_IF_ERROR(MakeFolders(ParentFolder(folder)));
  Partial made(folder + ".partial");
  RETURN_IF_ERROR(made.MakeFolder());
  absl::Status status = fill(made.path());
  if (status.ok()) status = Publish(made.path(), folder);
  std::error_code ignored;
  if (!status.ok()) fs::remove_all(made.path(), ignored);
  return status;
}

absl::Status Publish(const std::string& partial, const std::string& final_path) {
  std::error_code error;
  RETURN_IF_ERROR(CheckReplaceable(final_path, fs::is_directory(partial, error)));
  if (std::rename(partial.c_str(), final_path.c_str()) != 0) return Failure("cannot rename to", final_path, errno);
  ClearStickyBit(final_path);
  const int folder = open(ParentFolder(final_path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return absl::OkStatus();
}

absl::Status MakeFolders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Failure("cannot create folder", path, error.value());
  return absl::OkStatus();
}

bool FileExists(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace base
