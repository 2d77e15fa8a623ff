// Installed programs: where the files of an installation are, and what it lacks. `bazel run //:install` (commands/)
// makes one:
//
//   PREFIX/bin/sami                       the command
//   PREFIX/lib/sami/bin/sami-<command>    a program for each of its commands
//   PREFIX/lib/sami/manifest              a line a file, "<SHA-256>  <path from PREFIX>", as sha256sum writes them
//   PREFIX/share/sami/<repository>/<path> the programs' data, by the names that they have as runfiles
//
// Everything is found from where the running program itself lies, so that a prefix may be moved.
#ifndef BASE_INSTALLATION_H_
#define BASE_INSTALLATION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace base {

// PREFIX of a program's path, which has no symbolic links; empty where the program is of no installation.
std::string PrefixOfProgram(absl::string_view program);

// PREFIX of the running program; empty under Bazel.
const std::string& InstallationPrefix();

// Runfile's path -> the file's name among all repositories: "experiments/x" -> "sami_harness/experiments/x",
// "@pinned_y/file" -> "pinned_y/file".
std::string RunfileName(absl::string_view path);

// kNotFound, with what to do, when files that were installed under `path` (Runfile's; a file or a folder) are no longer
// there, or the manifest is not. OK under Bazel, and for a path that never was installed.
absl::Status CheckInstalled(absl::string_view path);

// Runfile's path of a file that this program cannot do without. Errors are CheckInstalled's; kInternal, our bug, when
// the target does not list it under `data`.
absl::StatusOr<std::string> ShippedFile(absl::string_view path);

}  // namespace base

#endif  // BASE_INSTALLATION_H_
