#include "datasets/sources/find_input.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "datasets/sources/pinned.h"

namespace datasets {

absl::StatusOr<std::string> FindInput(const std::string& field, const std::string& path) {
  for (const std::string& candidate :
       {base::UserPath(path), absl::StrCat(base::WorkspaceFolder(), "/", path), base::Runfile(path)}) {
    if (!candidate.empty() && base::FileExists(candidate)) return candidate;
  }
  for (const PinnedSource& source : PinnedSources()) {
    if (path == source.name) return PinnedFile(path);
  }
  return absl::NotFoundError(absl::StrCat(field, ": there is no \"", path,
                                          "\" in the current folder, in the workspace or among the shipped files"));
}

std::string SpecPath(const std::string& flag, const std::string& standard) {
  if (flag.empty()) return base::Runfile(standard);
  const std::string path = base::UserPath(flag), shipped = base::Runfile(flag);
  return base::FileExists(path) || shipped.empty() ? path : shipped;
}

}  // namespace datasets
