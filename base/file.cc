#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace base {
namespace {

absl::Status Failure(const std::string& what, const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": ", what, ": ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == ENOSPC || error == EDQUOT) {
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
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Failure("cannot open", path, errno);
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
  RETURN_IF_ERROR(MakeFolders(ParentFolder(path)));
  const std::string partial = path + ".partial";
  const int fd = open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failure("cannot create", partial, errno);
  absl::Status status = produce([&](absl::string_view part) { return WriteAll(fd, partial, part); });
  if (status.ok() && fsync(fd) != 0) status = Failure("cannot flush", partial, errno);
  if (close(fd) != 0 && status.ok()) status = Failure("cannot close", partial, errno);
  if (status.ok()) status = Publish(partial, path);
  if (!status.ok()) unlink(partial.c_str());
  return status;
}

absl::Status Publish(const std::string& partial, const std::string& final_path) {
  // rename() replaces a file, but not a folder with something in it.
  if (std::filesystem::is_directory(final_path)) {
    std::error_code error;
    std::filesystem::remove_all(final_path, error);
    if (error) return Failure("cannot replace", final_path, error.value());
  }
  if (std::rename(partial.c_str(), final_path.c_str()) != 0) return Failure("cannot rename to", final_path, errno);
  const int folder = open(ParentFolder(final_path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  return absl::OkStatus();
}

absl::Status MakeFolders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Failure("cannot create folder", path, error.value());
  return absl::OkStatus();
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace base
