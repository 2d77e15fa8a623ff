#include "base/installation.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"

namespace base {
namespace {

absl::Status Incomplete(const std::string& path) {
  return absl::NotFoundError(
      absl::StrCat(path, " is missing from the installation in ", InstallationPrefix(),
                   "; install it again: bazel run //:install -- --prefix=", InstallationPrefix()));
}

}  // namespace

std::string PrefixOfProgram(absl::string_view program) {
  if (absl::ConsumeSuffix(&program, "/bin/sami")) return std::string(program);
  const size_t slash = program.rfind('/');
  program = program.substr(0, slash == absl::string_view::npos ? 0 : slash);
  return absl::ConsumeSuffix(&program, "/lib/sami/bin") ? std::string(program) : "";
}

const std::string& InstallationPrefix() {
  static const auto* prefix = [] {
    std::error_code unknown;  // then the path is empty
    return new std::string(PrefixOfProgram(std::filesystem::read_symlink("/proc/self/exe", unknown).string()));
  }();
  return *prefix;
}

std::string RunfileName(absl::string_view path) {
  return absl::StartsWith(path, "@") ? std::string(path.substr(1)) : absl::StrCat("sami_harness/", path);
}

absl::Status CheckInstalled(absl::string_view path) {
  const std::string& prefix = InstallationPrefix();
  if (prefix.empty() || path.empty()) return absl::OkStatus();
  const std::string manifest_path = prefix + "/lib/sami/manifest";
  const absl::StatusOr<std::string> manifest = ReadFile(manifest_path);
  if (!manifest.ok()) return Incomplete(manifest_path);
  const std::string wanted = absl::StrCat("share/sami/", RunfileName(absl::StripSuffix(path, "/")));
  for (const absl::string_view line : absl::StrSplit(*manifest, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> entry = absl::StrSplit(line, absl::MaxSplits("  ", 1));
    if (entry.second != wanted && !absl::StartsWith(entry.second, wanted + "/")) continue;
    const std::string file = absl::StrCat(prefix, "/", entry.second);
    if (!FileExists(file)) return Incomplete(file);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ShippedFile(absl::string_view path) {
  RETURN_IF_ERROR(CheckInstalled(path));
  const std::string found = Runfile(path);
  if (found.empty()) return absl::InternalError(absl::StrCat("this target does not list ", path, " under data"));
  return found;
}

}  // namespace base
