#include "base/outputs/outputs.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"

ABSL_FLAG(bool, overwrite, false, "Replace a file of the output's name that this command did not make.");

namespace base {
namespace {

namespace fs = std::filesystem;

// kFailedPrecondition when `path` is one of the inputs or a file in one of them.
absl::Status CheckIsNoInput(const std::string& path, const std::vector<std::string>& inputs) {
  std::error_code error;
  const fs::path place = fs::weakly_canonical(path, error);
  for (const std::string& input : inputs) {
    if (input.empty()) continue;
    bool is_input = fs::equivalent(path, input, error) || place == fs::weakly_canonical(input, error);
    // A new file in a folder replaces nothing.
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

absl::Status CheckOutputFile(const std::string& path, const std::vector<std::string>& inputs, absl::string_view mark) {
  RETURN_IF_ERROR(CheckIsNoInput(path, inputs));
  RETURN_IF_ERROR(CheckReplaceable(path, /*by_folder=*/false));
  std::error_code error;
  const auto bytes = fs::file_size(path, error);
  if (error || bytes == 0 || absl::GetFlag(FLAGS_overwrite)) return absl::OkStatus();  // absent or empty
  ASSIGN_OR_RETURN(const int fd, OpenRegularFile(path));
  std::string start(1 << 20, '\0');
  const ssize_t count = pread(fd, &start[0], start.size(), 0);
  close(fd);
  if (count < 0) return absl::UnavailableError(absl::StrCat(path, ": cannot read: ", std::strerror(errno)));
  start.resize(count);
  if (!mark.empty() && absl::StrContains(start, mark)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path, " is there, a file that this command did not write; write to another name, or replace it by --overwrite"));
}

absl::Status CheckOutputFolder(const std::string& path, const std::vector<std::string>& inputs) {
  RETURN_IF_ERROR(CheckIsNoInput(path, inputs));
  return CheckReplaceable(path, /*by_folder=*/true);
}

}  // namespace base
