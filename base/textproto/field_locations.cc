#include "base/textproto/field_locations.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace base {

void FieldLocations::Set(const std::string& path, std::string where) {
  for (auto it = places_.lower_bound(path); it != places_.end() && absl::StartsWith(it->first, path);) {
    const absl::string_view rest = absl::string_view(it->first).substr(path.size());
    const bool below = rest.empty() || rest[0] == '.' || rest[0] == '[';
    it = below ? places_.erase(it) : std::next(it);
  }
  places_[path] = std::move(where);
}

std::string FieldLocations::Where(absl::string_view path) const {
  while (!path.empty()) {
    const auto it = places_.find(std::string(path));
    if (it != places_.end()) return it->second;
    const size_t end = path.find_last_of(".[");
    path = path.substr(0, end == absl::string_view::npos ? 0 : end);
  }
  return source_;
}

absl::Status FieldLocations::Error(absl::string_view path, absl::string_view what) const {
  const std::string where = Where(path);
  return absl::InvalidArgumentError(
      absl::StrCat(where, where.empty() ? "" : ": ", path, path.empty() ? "" : " ", what));
}

std::string Below(absl::string_view path, absl::string_view name) {
  return absl::StrCat(path, path.empty() ? "" : ".", name);
}

std::string Below(absl::string_view path, absl::string_view name, int index) {
  return absl::StrCat(Below(path, name), "[", index, "]");
}

}  // namespace base
