#include "datasets/records/records.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/text_file.h"
#include "nlohmann/json.hpp"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;

// Letters in one case, without what joins words.
std::string Folded(absl::string_view key) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(key), {{"_", ""}, {"-", ""}, {" ", ""}});
}

// Short keys are near to too much: "idx" is no misspelt "id".
bool LooksLike(absl::string_view key, absl::string_view known) {
  const std::string a = Folded(key), b = Folded(known);
  const int64_t allowed = b.size() >= 6 ? 2 : b.size() == 5 ? 1 : 0;
  return a == b || (key.size() < 30 && base::EditDistance(a, b) <= allowed);
}

}  // namespace

absl::Status InvalidAt(absl::string_view where, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", message));
}

absl::StatusOr<std::vector<JsonLine>> ReadRecords(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "[")) {
    return InvalidAt(path, "a JSON list, and not JSON Lines, one object a line: jq -c '.[]' FILE makes them");
  }
  auto lines = base::ParseJsonLines(text, path);
  if (!lines.ok() && base::ParseJson(text, path).ok()) {
    return InvalidAt(path, "one JSON document, and not JSON Lines, one object a line: jq -c . FILE writes it on one");
  }
  if (!lines.ok()) return lines.status();
  if (lines->empty()) return InvalidAt(path, "the file is empty; it needs at least one line");
  return lines;
}

std::string Excerpt(absl::string_view text) {
  constexpr int64_t kShown = 120;
  const absl::string_view shown = base::FirstCharacters(text, kShown);
  return absl::StrCat(base::OneLine(shown), shown.size() < text.size() ? "..." : "");
}

const char* TypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "a number";
  }
}

bool Has(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  return found != line.value.end() && !found->is_null();
}

absl::StatusOr<std::string> GetAnyText(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  if (found == line.value.end()) return InvalidAt(line.where, absl::StrCat("the key \"", key, "\" is missing"));
  if (!found->is_string()) {
    return InvalidAt(line.where, absl::StrCat("\"", key, "\" must be a string, and is ", TypeName(*found)));
  }
  return found->get<std::string>();
}

absl::StatusOr<std::string> GetText(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(std::string text, GetAnyText(line, key));
  if (base::IsBlank(text)) return InvalidAt(line.where, absl::StrCat("\"", key, "\" must not be empty"));
  return text;
}

absl::StatusOr<std::string> GetId(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  if (found != line.value.end() && found->is_number_integer()) return found->dump();
  return GetText(line, key);
}

absl::StatusOr<int64_t> GetIntId(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  if (found == line.value.end() || found->is_number_integer()) return base::GetInt(line, key);
  std::string text = found->is_string() ? found->get<std::string>() : found->is_number() ? found->dump() : "";
  int64_t id;
  if (absl::SimpleAtoi(absl::StripSuffix(text, ".0"), &id)) return id;
  return base::GetInt(line, key);  // says what it is
}

std::string LineNumber(const JsonLine& line) { return line.where.substr(line.where.rfind(':') + 1); }

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

absl::Status NoteUnknownKeys(const JsonLine& line, absl::Span<const char* const> known, Notes& notes) {
  for (const auto& item : line.value.items()) {
    if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
    const std::string key = Excerpt(item.key());
    for (const char* candidate : known) {
      if (!line.value.contains(candidate) && LooksLike(item.key(), candidate)) {
        return InvalidAt(line.where, absl::StrCat("the key \"", key, "\" is unknown: is it \"", candidate,
                                                  "\"? Rename it to that, or to something else"));
      }
    }
    notes.Add(absl::StrCat("the key \"", key, "\" is passed over"), line.where);
  }
  return absl::OkStatus();
}

absl::StatusOr<OrderedJson> ParseDocument(absl::string_view text, absl::string_view path) {
  RETURN_IF_ERROR(base::ParseJson(text, path).status());  // for its messages and its limit of depth
  const std::string repeated = base::FirstRepeatedKey(text);
  if (!repeated.empty()) return InvalidAt(path, absl::StrCat("the key \"", Excerpt(repeated), "\" is given twice"));
  return OrderedJson::parse(text.begin(), text.end());
}

absl::StatusOr<std::vector<Member>> ParseMembers(absl::string_view text, absl::string_view path) {
  ASSIGN_OR_RETURN(const OrderedJson document, ParseDocument(text, path));
  if (!document.is_object()) {
    return InvalidAt(path, absl::StrCat("must be a JSON object, and is ", TypeName(Json(document))));
  }
  std::vector<Member> members;
  for (const auto& item : document.items()) {
    members.push_back({item.key(), {Json(item.value()), absl::StrCat(path, ": ", Excerpt(item.key()))}});
  }
  return members;
}

absl::Status UniqueIds::Add(const std::string& id, const std::string& where) {
  const auto [place, added] = places_.emplace(id, where);
  if (added) return absl::OkStatus();
  return InvalidAt(where, absl::StrCat(Excerpt(id), " was given before, at ", place->second));
}

}  // namespace datasets
