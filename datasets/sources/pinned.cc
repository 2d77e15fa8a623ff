#include "datasets/sources/pinned.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"

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
  if (InRepository(*source, "ABSENT").empty()) {
    return absl::InternalError(absl::StrCat("this target does not list pinned(\"", name, "\") under data"));
  }
  return absl::NotFoundError(
      absl::StrCat(name, " is not here: save ", source->url, " (SHA-256 ", source->sha256,
                   ") in a folder and repeat the bazel command with --distdir=FOLDER --repo_env=SAMI_DATA=again"));
}

}  // namespace datasets
