#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace base {
namespace {

namespace fs = std::filesystem;

absl::Status Failure(const std::string& what, const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": ", what, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  // EFBIG: a limit of the process or the file system.
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    return absl::ResourceExhaustedError(absl::StrCat(message, "; free some space and run again"));
  }
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

std::string ParentFolder(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

std::string WithoutEndingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// Removes what a killed process left under the name of a file or folder that is about to be made.
absl::Status RemoveLeftOver(const std::string& partial) {
  struct stat info;
  if (lstat(partial.c_str(), &info) != 0) return absl::OkStatus();
  if ((info.st_mode & S_ISVTX) == 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
    return absl::FailedPreconditionError(
        absl::StrCat(partial, ": is in the way, and not what this program left; move it to another name"));
  }
  std::error_code error;
  fs::remove_all(partial, error);
  return error ? Failure("cannot remove", partial, error.value()) : absl::OkStatus();
}

// What has its final name is unfinished no more. Whoever is killed before this has lost nothing: the bit means
// something in the names of partial ones only.
void ClearStickyBit(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & S_ISVTX) != 0) {
    (void)chmod(path.c_str(), info.st_mode & 07777 & ~S_ISVTX);
  }
}

absl::Status InTheWay(const std::string& path, absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": is ", what, ", which is not replaced; ", "write to another name, or move it"));
}

// kFailedPrecondition when something is at `path` that a file or folder may not replace.
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

// kFailedPrecondition when `path` is one of the inputs or a file in one of them.
absl::Status CheckIsNoInput(const std::string& path, const std::vector<std::string>& inputs) {
  std::error_code error;
  if (!fs::exists(path, error)) return absl::OkStatus();
  for (const std::string& input : inputs) {
    if (input.empty() || !fs::exists(input, error)) continue;
    bool is_input = fs::equivalent(path, input, error);
    for (fs::path folder = fs::canonical(path, error); !is_input && folder.has_relative_path();) {
      folder = folder.parent_path();
      is_input = fs::equivalent(folder, input, error);
    }
    if (!is_input) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": would replace what is read (", input, "); write to another name"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> OpenRegularFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO is not waited for
  if (fd < 0) return Failure("cannot open", path, errno);
  struct stat info;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  close(fd);
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": is ", S_ISDIR(info.st_mode) ? "a folder" : "a device or a FIFO", ", not a file"));
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const int fd, OpenRegularFile(path));
  std::string content;
  struct stat info;
  if (fstat(fd, &info) == 0 && info.st_size > 0) content.reserve(info.st_size);
  char block[1 << 16];
  while (true) {
    const ssize_t count = read(fd, block, sizeof(block));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      close(fd);
      return Failure("cannot read", path, error);
    }
    if (count == 0) break;
    content.append(block, count);
  }
  close(fd);
  return content;
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view content) {
  return WriteFileInParts(path, [&](WritePart write) { return write(content); });
}

absl::Status WriteFileInParts(const std::string& path, absl::FunctionRef<absl::Status(WritePart write)> produce) {
  RETURN_IF_ERROR(CheckReplaceable(path, /*by_folder=*/false));
  RETURN_IF_ERROR(MakeFolders(ParentFolder(path)));
  const std::string partial = path + ".partial";
  RETURN_IF_ERROR(RemoveLeftOver(partial));
  const int fd = open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_ISVTX | 0644);
  if (fd < 0) return Failure("cannot create", partial, errno);
  absl::Status status = produce([&](absl::string_view part) { return WriteAll(fd, partial, part); });
  if (status.ok() && fsync(fd) != 0) status = Failure("cannot flush", partial, errno);
  if (close(fd) != 0 && status.ok()) status = Failure("cannot close", partial, errno);
  if (status.ok()) status = Publish(partial, path);
  if (!status.ok()) unlink(partial.c_str());
  return status;
}

absl::Status WriteFolderAtomically(const std::string& path,
                                   absl::FunctionRef<absl::Status(const std::string& partial)> fill) {
  const std::string folder = WithoutEndingSlashes(path), partial = folder + ".partial";
  RETURN_IF_ERROR(CheckReplaceable(folder, /*by_folder=*/true));
  RETURN_IF_ERROR(MakeFolders(ParentFolder(folder)));
  RETURN_IF_ERROR(RemoveLeftOver(partial));
  if (mkdir(partial.c_str(), S_ISVTX | 0755) != 0) return Failure("cannot create folder", partial, errno);
  absl::Status status = fill(partial);
  if (status.ok()) status = Publish(partial, folder);
  std::error_code ignored;
  if (!status.ok()) fs::remove_all(partial, ignored);
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

absl::Status CheckOutputFile(const std::string& path, const std::vector<std::string>& inputs, absl::string_view mark) {
  RETURN_IF_ERROR(CheckIsNoInput(path, inputs));
  RETURN_IF_ERROR(CheckReplaceable(path, /*by_folder=*/false));
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (error || bytes == 0) return absl::OkStatus();  // absent or empty
  ASSIGN_OR_RETURN(const int fd, OpenRegularFile(path));
  std::string start(1 << 20, '\0');
  const ssize_t count = pread(fd, &start[0], start.size(), 0);
  close(fd);
  if (count < 0) return Failure("cannot read", path, errno);
  start.resize(count);
  if (!mark.empty() && absl::StrContains(start, mark)) return absl::OkStatus();
  return InTheWay(path, "a file that this command did not write");
}

absl::Status CheckOutputFolder(const std::string& path, const std::vector<std::string>& inputs) {
  RETURN_IF_ERROR(CheckIsNoInput(path, inputs));
  return CheckReplaceable(path, /*by_folder=*/true);
}

absl::Status MakeFolders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Failure("cannot create folder", path, error.value());
  return absl::OkStatus();
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace base
