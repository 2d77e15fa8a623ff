// JSON Lines: one JSON object a line, with errors that name file and line.
#ifndef BASE_JSONL_H_
#define BASE_JSONL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace base {

using Json = nlohmann::json;
// Keeps the order in which keys were added: for files that people read.
using OrderedJson = nlohmann::ordered_json;

// One parsed line, with where it stood, for messages.
struct JsonLine {
  Json value;
  std::string where;  // "path:line"
};

// Arrays and objects of JSON, messages of text protos (textproto/text_proto.h): at most so many in one another. Files
// have some ten; parsers, copies and printing go down by recursion.
inline constexpr int kMaxNesting = 100;

// Parses one JSON document. kInvalidArgument "<where>: ...", one printable line, when it is malformed or nested more
// than kMaxNesting.
absl::StatusOr<Json> ParseJson(absl::string_view text, absl::string_view where);

// The first key that an object of a JSON document has twice, of which parsers keep the last; empty: none. Linear in the
// text's length. The document is one that ParseJson takes.
std::string FirstRepeatedKey(absl::string_view text);

// For files and pages that people look at: UTF-8, in which all that a terminal obeys (Printable of text.h) is escaped
// ("\u009b"), so that it reads back as the same values. Invalid UTF-8 is replaced by U+FFFD.
//   indent: spaces a level; -1: one line
std::string PrintJson(const OrderedJson& json, int indent = -1);

// Blank lines are passed over; every other line must be a JSON object.
absl::StatusOr<std::vector<JsonLine>> ParseJsonLines(absl::string_view text, absl::string_view path);
absl::StatusOr<std::vector<JsonLine>> ReadJsonLines(const std::string& path);

// One line per value, by PrintJson; written atomically.
absl::Status WriteJsonLines(const std::string& path, const std::vector<OrderedJson>& values);

// Members of an object, with errors that name the line and the key: missing, or of another type.
absl::StatusOr<std::string> GetString(const JsonLine& line, const char* key);
absl::StatusOr<int64_t> GetInt(const JsonLine& line, const char* key);
absl::StatusOr<std::vector<std::string>> GetStrings(const JsonLine& line, const char* key);

}  // namespace base

#endif  // BASE_JSONL_H_
