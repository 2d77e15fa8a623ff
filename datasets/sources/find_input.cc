#include "datasets/sources/find_input.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installation.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/sources/pinned.h"

namespace datasets {

absl::StatusOr<std::string> FindInput(const std::string& field, const std::string& path) {
  for (const std::string& candidate : {base::UserPath(path), absl::StrCat(base::WorkspaceFolder(), "/", path)}) {
    if (!candidate.empty() && base::FileExists(candidate)) return candidate;
  }
  RETURN_IF_ERROR(base::Annotate(base::CheckInstalled(path), field));
  const std::string shipped = base::Runfile(path);
  if (!shipped.empty()) return shipped;
  for (const PinnedSource& source : PinnedSources()) {
    if (path == source.name) return PinnedFile(path);
  }
  return absl::NotFoundError(absl::StrCat(field, ": there is no \"", path,
                                          "\" in the current folder, in the workspace or among the shipped files"));
}

absl::StatusOr<std::string> SpecPath(const std::string& flag, const std::string& standard) {
  if (flag.empty()) return base::ShippedFile(standard);
  const std::string path = base::UserPath(flag);
  if (base::FileExists(path)) return path;
  RETURN_IF_ERROR(base::CheckInstalled(flag));
  const std::string shipped = base::Runfile(flag);
  return shipped.empty() ? path : shipped;
}

}  // namespace datasets
