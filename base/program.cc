#include "base/program.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/installation.h"
#include "tools/cpp/runfiles/runfiles.h"

namespace base {
namespace {

using ::bazel::tools::cpp::runfiles::Runfiles;

// The program's path, for its runfiles; InitProgram sets it to the one by which it was called, which they lie beside.
std::string* program_path = [] {
  std::error_code unknown;  // then the path is empty, and nothing is found
  return new std::string(std::filesystem::read_symlink("/proc/self/exe", unknown).string());
}();

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const Runfiles* GlobalRunfiles() {
  static const Runfiles* runfiles = [] {
    std::string error;
    // Under `bazel test` the test's own runfiles are named by the environment.
    if (!Environment("TEST_SRCDIR").empty()) return Runfiles::CreateForTest(&error);
    return Runfiles::Create(*program_path, &error);
  }();
  return runfiles;
}

}  // namespace

std::vector<std::string> InitProgram(int argc, char** argv, absl::string_view usage) {
  *program_path = argv[0];
  absl::SetProgramUsageMessage(usage);
  absl::FlagsUsageConfig config;
  config.contains_help_flags = [](absl::string_view file) { return !absl::StrContains(file, "absl/"); };
  config.contains_helpshort_flags = config.contains_help_flags;
  absl::SetFlagsUsageConfig(config);
  // Whatever Abseil does not take, it ends the program with 1 itself: what was asked for (--help) as much as what is
  // wrong, which is 2 with us (base/status.h).
  const auto is_help = [](absl::string_view argument) {
    return absl::StartsWith(absl::StripPrefix(argument, "-"), "-help") || argument == "-help" ||
           argument == "--version";
  };
  static bool is_asked_for, is_parsing;
  is_asked_for = std::any_of(argv + 1, argv + argc, is_help);
  is_parsing = true;
  std::atexit([] {
    if (!is_parsing) return;
    std::cout.flush();  // Abseil's help; it has a buffer of its own after sync_with_stdio(false)
    const bool is_told = std::fflush(stdout) == 0 && std::cout.good();
    if (!is_told) std::fprintf(stderr, "error: standard output: cannot write all that is printed\n");
    std::_Exit(is_asked_for ? (is_told ? 0 : 1) : 2);
  });
  std::vector<std::string> rest;
  for (char* argument : absl::ParseCommandLine(argc, argv)) rest.push_back(argument);
  is_parsing = false;
  rest.erase(rest.begin());
  return rest;
}

std::string UserPath(absl::string_view path) {
  const std::string folder = Environment("BUILD_WORKING_DIRECTORY");
  if (path.empty() || path[0] == '/' || folder.empty()) return std::string(path);
  return absl::StrCat(folder, "/", path);
}

std::string WorkspaceFolder() {
  const std::string folder = Environment("BUILD_WORKSPACE_DIRECTORY");
  return folder.empty() ? "." : folder;
}

std::string ProgramPath() {
  std::error_code unknown;  // then what is known
  // A name without a folder was found in PATH.
  if (!absl::StrContains(*program_path, '/')) return std::filesystem::read_symlink("/proc/self/exe", unknown).string();
  return std::filesystem::absolute(*program_path, unknown).lexically_normal().string();
}

std::string Runfile(absl::string_view path) {
  const std::string name = RunfileName(path);
  std::string found;
  if (!InstallationPrefix().empty()) {
    found = absl::StrCat(InstallationPrefix(), "/share/sami/", name);
  } else if (const Runfiles* runfiles = GlobalRunfiles(); runfiles != nullptr) {
    found = runfiles->Rlocation(name);
  }
  return found.empty() || access(found.c_str(), R_OK) != 0 ? "" : found;
}

}  // namespace base
