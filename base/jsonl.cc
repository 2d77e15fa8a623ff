#include "base/jsonl.h"

#include <limits>
#include <unordered_set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"

namespace base {
namespace {

constexpr size_t kLongString = 1 << 16;

absl::StatusOr<const Json*> Member(const JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  if (found == line.value.end()) {
    return absl::InvalidArgumentError(absl::StrCat(line.where, ": the key \"", key, "\" is missing"));
  }
  return &*found;
}

absl::Status WrongType(const JsonLine& line, const char* key, const char* expected, const Json& got) {
  return absl::InvalidArgumentError(
      absl::StrCat(line.where, ": \"", key, "\" must be ", expected, ", and is a ", got.type_name()));
}

// What can be told without a parser: one would exhaust the stack, or say in its message all that it read, several
// times.
absl::Status CheckOutline(absl::string_view text, absl::string_view where) {
  int depth = 0;
  bool in_string = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
      begin = i;
    } else if (!in_string && (c == '[' || c == '{')) {
      if (++depth > kMaxNesting) {
        return absl::InvalidArgumentError(
            absl::StrCat(where, ": not usable JSON: more than ", kMaxNesting, " arrays and objects in one another"));
      }
    } else if (!in_string && (c == ']' || c == '}')) {
      --depth;
    }
  }
  // Of a short one the parser says better what is wrong.
  if (!in_string || text.size() - begin < kLongString) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(where, ": not valid JSON: the string that begins at its byte ", begin + 1, " does not end"));
}

// What nlohmann::json says of broken text quotes it: cut to a line's length, and without what a terminal would obey.
std::string Shortened(absl::string_view message) {
  return absl::StrCat(OneLine(message.substr(0, 300)), message.size() > 300 ? "..." : "");
}

// nlohmann::json's callbacks of a parser that builds a document take time quadratic in an object's members.
class RepeatedKey : public Json::json_sax_t {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override {
    open_.emplace_back();
    return true;
  }
  bool key(string_t& key) override {
    if (open_.back().insert(key).second) return true;
    first_ = key;
    return false;
  }
  bool end_object() override {
    open_.pop_back();
    return true;
  }
  bool start_array(size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(size_t, const std::string&, const Json::exception&) override { return false; }

  const std::string& first() const { return first_; }

 private:
  std::vector<std::unordered_set<std::string>> open_;  // the keys of each object that has begun and not ended
  std::string first_;
};

}  // namespace

std::string FirstRepeatedKey(absl::string_view text) {
  RepeatedKey keys;
  Json::sax_parse(text.begin(), text.end(), &keys);
  return keys.first();
}

absl::StatusOr<Json> ParseJson(absl::string_view text, absl::string_view where) {
  RETURN_IF_ERROR(CheckOutline(text, where));
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& e) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": not valid JSON: ", Shortened(e.what())));
  }
}

std::string PrintJson(const OrderedJson& json, int indent) {
  std::string text = json.dump(indent, ' ', /*ensure_ascii=*/false, OrderedJson::error_handler_t::replace);
  // The bytes with which all that is left to escape begins: it stands in strings alone.
  if (text.find_first_of("\x7f\xc2\xd8\xe2") == std::string::npos) return text;
  return Printable(absl::StrReplaceAll(text, {{"\x7f", "\\u007f"}}));
}

absl::StatusOr<std::vector<JsonLine>> ParseJsonLines(absl::string_view text, absl::string_view path) {
  std::vector<JsonLine> lines;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(end == absl::string_view::npos ? text.size() : end + 1);
    line = absl::StripSuffix(line, "\r");
    if (IsBlank(line)) continue;
    JsonLine parsed;
    parsed.where = absl::StrCat(path, ":", number);
    ASSIGN_OR_RETURN(parsed.value, ParseJson(line, parsed.where));
    if (!parsed.value.is_object()) {
      return absl::InvalidArgumentError(
          absl::StrCat(parsed.where, ": a line must be a JSON object, and is a ", parsed.value.type_name()));
    }
    lines.push_back(std::move(parsed));
  }
  return lines;
}

absl::StatusOr<std::vector<JsonLine>> ReadJsonLines(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseJsonLines(text, path);
}

absl::Status WriteJsonLines(const std::string& path, const std::vector<OrderedJson>& values) {
  std::string text;
  for (const OrderedJson& value : values) {
    absl::StrAppend(&text, PrintJson(value), "\n");
  }
  return WriteFileAtomically(path, text);
}

absl::StatusOr<std::string> GetString(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(const Json* member, Member(line, key));
  if (!member->is_string()) return WrongType(line, key, "a string", *member);
  return member->get<std::string>();
}

absl::StatusOr<int64_t> GetInt(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(const Json* member, Member(line, key));
  if (!member->is_number_integer()) return WrongType(line, key, "an integer", *member);
  if (member->is_number_unsigned() && member->get<uint64_t>() > std::numeric_limits<int64_t>::max()) {
    return absl::InvalidArgumentError(
        absl::StrCat(line.where, ": \"", key, "\" must be at most 2^63 - 1, and is ", member->get<uint64_t>()));
  }
  return member->get<int64_t>();
}

absl::StatusOr<std::vector<std::string>> GetStrings(const JsonLine& line, const char* key) {
  ASSIGN_OR_RETURN(const Json* member, Member(line, key));
  if (!member->is_array()) return WrongType(line, key, "a list of strings", *member);
  std::vector<std::string> strings;
  for (const Json& element : *member) {
    if (!element.is_string()) return WrongType(line, key, "a list of strings", element);
    strings.push_back(element.get<std::string>());
  }
  return strings;
}

}  // namespace base
