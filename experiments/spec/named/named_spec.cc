#include "experiments/spec/named/named_spec.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/installation.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"

namespace experiments {
namespace {

constexpr char kEnding[] = ".textproto";

std::string ShippedPath(absl::string_view name) { return absl::StrCat("experiments/", name, kEnding); }

// Which name was meant, for a slip of the pen, and the names that there are.
std::string Hint(absl::string_view name) {
  const std::vector<std::string> names = ShippedExperiments();
  const auto slip = std::find_if(names.begin(), names.end(), [&](const std::string& known) {
    return base::EditDistance(name, known) <= 3 || (!name.empty() && absl::StartsWith(known, name));
  });
  return absl::StrCat(slip == names.end() ? "; shipped" : absl::StrCat("; did you mean ", *slip, "? Shipped"),
                      " experiments: ", absl::StrJoin(names, ", "));
}

}  // namespace

std::vector<std::string> ShippedExperiments() {
  std::vector<std::string> names;
  std::error_code unreadable;  // then there are none
  for (const auto& entry : std::filesystem::directory_iterator(base::Runfile("experiments"), unreadable)) {
    if (entry.path().extension() != kEnding) continue;
    const std::string text = base::ReadFile(entry.path()).value_or("");
    if (absl::StrContains(text, "# proto-message: sami_harness.ExperimentSpec\n")) names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> FindSpec(absl::string_view name_or_path) {
  if (name_or_path.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("name an experiment, or a spec file", Hint("")));
  }
  const bool is_path = absl::StrContains(name_or_path, '/') || absl::EndsWith(name_or_path, kEnding) ||
                       absl::EndsWith(name_or_path, ".json");
  const std::string own = base::UserPath(is_path ? std::string(name_or_path) : absl::StrCat(name_or_path, kEnding));
  const std::string shipped = is_path ? std::string(name_or_path) : ShippedPath(name_or_path);
  if (is_path && base::FileExists(own)) return own;
  RETURN_IF_ERROR(base::CheckInstalled(shipped));
  const std::string found = base::Runfile(shipped);
  if (!found.empty()) return found;
  if (is_path) return absl::NotFoundError(absl::StrCat("there is no spec file \"", name_or_path, "\""));
  if (base::FileExists(own)) {
    return absl::NotFoundError(absl::StrCat("no experiment \"", name_or_path,
                                            "\" is shipped; a file is named with its ending: ", name_or_path, kEnding));
  }
  return absl::NotFoundError(absl::StrCat("there is no experiment \"", name_or_path, "\"", Hint(name_or_path)));
}

}  // namespace experiments
