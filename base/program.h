// Command lines: the flags and --help of every program, and paths as the user means them under `bazel run`.
#ifndef BASE_PROGRAM_H_
#define BASE_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace base {

// Parses absl flags. --help prints `usage` and every flag of the harness; an unknown flag exits with 2 and says which.
// Returns the arguments that are not flags, without the program's name.
std::vector<std::string> InitProgram(int argc, char** argv, absl::string_view usage);

// A path that a user gave: relative to the folder where `bazel run` was called, not to Bazel's own.
std::string UserPath(absl::string_view path);

// The workspace's root under `bazel run`, else the current folder.
std::string WorkspaceFolder();

// The absolute path of this program, by which it can be called again and finds its files.
std::string ProgramPath();

// The path of a file that a target lists under `data`, by its path in the workspace ("experiments/x.textproto") or,
// for another repository, "@repository/path"; of an installed program, the copy in its installation
// (base/installation.h). Empty when it is not there.
std::string Runfile(absl::string_view path);

}  // namespace base

#endif  // BASE_PROGRAM_H_
