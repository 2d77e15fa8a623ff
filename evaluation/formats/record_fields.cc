#include "evaluation/formats/record_fields.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace evaluation {

using ::base::JsonLine;
using ::datasets::InvalidAt;

absl::StatusOr<std::string> GetOptionalString(const JsonLine& line, const char* key) {
  if (!line.value.contains(key)) return std::string();
  return base::GetString(line, key);
}

absl::StatusOr<int64_t> GetIntOr(const JsonLine& line, const char* key, int64_t otherwise) {
  if (!line.value.contains(key)) return otherwise;
  return base::GetInt(line, key);
}

absl::StatusOr<double> GetNumber(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  if (found == line.value.end() || !found->is_number()) {
    return InvalidAt(line.where, absl::StrCat("\"", key, "\" must be a number"));
  }
  return found->get<double>();
}

absl::StatusOr<JudgeNames> GetJudge(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::vector<std::string> judge, base::GetStrings(line, "judge"));
  if (judge.size() != 2) return InvalidAt(line.where, "\"judge\" must be [judge, name of its prompt]");
  return JudgeNames{judge[0], judge[1]};
}

void SetIfKnown(base::OrderedJson& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

std::string PlaceOf(const std::string& path, size_t index) { return absl::StrCat(path, ":", index + 1); }

}  // namespace evaluation
