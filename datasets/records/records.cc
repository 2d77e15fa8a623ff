#include "datasets/records/records.h"

#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"
#include "nlohmann/json.hpp"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;

// A parser callback that notes the first key of the outermost object that is given twice.
class RepeatedKey {
 public:
  bool operator()(int depth, OrderedJson::parse_event_t event, const OrderedJson& parsed) {
    if (event == OrderedJson::parse_event_t::key && depth == 1 && first_.empty()) {
      const std::string key = parsed.get<std::string>();
      if (!seen_.insert(key).second) first_ = key;
    }
    return true;
  }
  const std::string& first() const { return first_; }

 private:
  std::set<std::string> seen_;
  std::string first_;
};

}  // namespace

absl::Status InvalidAt(absl::string_view where, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", message));
}

absl::StatusOr<std::vector<JsonLine>> ReadRecords(const std::string& path) {
  ASSIGN_OR_RETURN(std::vector<JsonLine> lines, base::ReadJsonLines(path));
  if (lines.empty()) return InvalidAt(path, "the file is empty; it needs at least one line");
  return lines;
}

absl::StatusOr<std::string> GetText(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(std::string text, base::GetString(line, key));
  if (base::IsBlank(text)) return InvalidAt(line.where, absl::StrCat("\"", key, "\" must not be empty"));
  return text;
}

absl::StatusOr<std::vector<std::string>> GetTexts(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(std::vector<std::string> texts, base::GetStrings(line, key));
  if (texts.empty()) return InvalidAt(line.where, absl::StrCat("\"", key, "\" must have at least one entry"));
  for (size_t i = 0; i < texts.size(); ++i) {
    if (base::IsBlank(texts[i])) {
      return InvalidAt(line.where, absl::StrCat("entry ", i, " of \"", key, "\" must not be empty"));
    }
  }
  return texts;
}

absl::StatusOr<std::vector<Member>> ParseMembers(absl::string_view text, absl::string_view path) {
  RepeatedKey repeated;
  OrderedJson document;
  try {
    document = OrderedJson::parse(text.begin(), text.end(), std::ref(repeated));
  } catch (const OrderedJson::exception& e) {
    return InvalidAt(path, absl::StrCat("not valid JSON: ", e.what()));
  }
  if (!document.is_object()) {
    return InvalidAt(path, absl::StrCat("must be a JSON object, and is a ", document.type_name()));
  }
  if (!repeated.first().empty()) {
    return InvalidAt(path, absl::StrCat("the key \"", repeated.first(), "\" is given twice"));
  }
  std::vector<Member> members;
  for (const auto& item : document.items()) {
    members.push_back({item.key(), {Json(item.value()), absl::StrCat(path, ": ", item.key())}});
  }
  return members;
}

absl::Status UniqueIds::Add(const std::string& id, const std::string& where) {
  const auto [place, added] = places_.emplace(id, where);
  if (added) return absl::OkStatus();
  return InvalidAt(where, absl::StrCat(id, " was given before, at ", place->second));
}

}  // namespace datasets
