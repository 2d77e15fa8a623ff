#include "datasets/sources/pinned.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/installation.h"
#include "base/program.h"
#include "base/status.h"

namespace datasets {
namespace {

constexpr PinnedSource kSources[] = {
#include "datasets/sources/table.inc"
};

std::string InRepository(const PinnedSource& source, absl::string_view file) {
  return base::Runfile(absl::StrCat("@", source.repository, "/", file));
}

}  // namespace

absl::Span<const PinnedSource> PinnedSources() { return kSources; }

absl::StatusOr<std::string> PinnedFile(absl::string_view name) {
  const auto source =
      std::find_if(std::begin(kSources), std::end(kSources), [&](const PinnedSource& s) { return s.name == name; });
  if (source == std::end(kSources)) {
    return absl::InternalError(absl::StrCat("datasets/sources/sources.bzl declares no ", name));
  }
  std::string path = InRepository(*source, source->file);
  if (!path.empty()) return path;
  const bool installed = !base::InstallationPrefix().empty();
  RETURN_IF_ERROR(base::CheckInstalled(absl::StrCat("@", source->repository, "/", source->file)));
  // An installation has what was there when it was made, and no marker for the rest.
  if (!installed && InRepository(*source, "ABSENT").empty()) {
    return absl::InternalError(absl::StrCat("this target does not list pinned(\"", name, "\") under data"));
  }
  return absl::NotFoundError(
      absl::StrCat(name, " is not here: save ", source->url, " (SHA-256 ", source->sha256, ") in a folder and ",
                   installed ? absl::StrCat("install again: bazel run --distdir=FOLDER --repo_env=SAMI_DATA=again "
                                            "//:install -- --prefix=",
                                            base::InstallationPrefix())
                             : "repeat the bazel command with --distdir=FOLDER --repo_env=SAMI_DATA=again"));
}

absl::StatusOr<std::vector<std::string>> PinnedFolder(absl::string_view name) {
  std::vector<std::string> paths;
  for (const PinnedSource& source : kSources) {
    if (!absl::StartsWith(source.name, absl::StrCat(name, "/"))) continue;
    ASSIGN_OR_RETURN(paths.emplace_back(), PinnedFile(source.name));
  }
  return paths;
}

}  // namespace datasets
