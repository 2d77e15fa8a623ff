#include "lm/endpoint/api/lenient_json.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// The code unit of "\uXXXX" at the beginning of the text; -1: none is there.
int EscapedUnit(absl::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return -1;
  int unit = 0;
  for (const char c : text.substr(2, 4)) {
    if (!absl::ascii_isxdigit(c)) return -1;
    unit = 16 * unit + (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
  }
  return unit;
}

// Copies the escape that `text` begins with, mended where it needs to be; gives the number of bytes that it took.
size_t CopyEscape(absl::string_view text, std::string& out, bool& lossy) {
  const int unit = EscapedUnit(text);
  if (unit >= 0xD800 && unit < 0xE000) {
    const int next = EscapedUnit(text.substr(6));
    if (unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
      out.append(text.data(), 12);
      return 12;
    }
    out += "\\ufffd";
    lossy = true;
    return 6;
  }
  const bool is_sound =
      unit >= 0 || (text.size() > 1 && absl::string_view("\"\\/bfnrt").find(text[1]) != absl::string_view::npos);
  if (is_sound) {
    const size_t size = unit >= 0 ? 6 : 2;
    out.append(text.data(), size);
    return size;
  }
  out += "\\\\";  // a backslash that escapes nothing is meant as it stands
  return 1;
}

// The bytes of a number that JSON does not know, at the beginning of the text.
size_t OddNumberSize(absl::string_view text) {
  for (const absl::string_view word : {"-Infinity", "Infinity", "+Infinity", "-NaN", "NaN", "nan", "-inf", "inf"}) {
    const bool ends =
        text.size() == word.size() || (text.size() > word.size() && !absl::ascii_isalnum(text[word.size()]));
    if (absl::StartsWith(text, word) && ends) return word.size();
  }
  return 0;
}

std::string Mended(absl::string_view text, bool& lossy) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  bool in_string = false;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (in_string && c == '\\') {
      i += CopyEscape(text.substr(i), out, lossy);
      continue;
    }
    if (in_string && static_cast<unsigned char>(c) < ' ') {
      out += absl::StrFormat("\\u%04x", c);
      ++i;
      continue;
    }
    if (const size_t size = in_string ? 0 : OddNumberSize(text.substr(i))) {
      out += "null";
      i += size;
      continue;
    }
    if (c == '"') in_string = !in_string;
    out += c;
    ++i;
  }
  return out;
}

}  // namespace

absl::StatusOr<base::Json> ParseLenientJson(absl::string_view text, absl::string_view where, bool* repaired) {
  text = absl::StripPrefix(text, kByteOrderMark);
  absl::StatusOr<base::Json> strict = base::ParseJson(text, where);
  if (strict.ok()) return strict;
  const std::string sound = ReplaceBrokenUtf8(text);
  bool lossy = sound != text;
  absl::StatusOr<base::Json> lenient = base::ParseJson(Mended(sound, lossy), where);
  if (!lenient.ok()) return strict;  // its message shows what came
  if (repaired != nullptr) *repaired = *repaired || lossy;
  return lenient;
}

const base::Json& Member(const base::Json& object, const char* name) {
  static const base::Json* const null = new base::Json();
  if (!object.is_object()) return *null;
  const auto found = object.find(name);
  return found == object.end() ? *null : *found;
}

std::string StringOf(const base::Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

std::string Dump(const base::Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, base::Json::error_handler_t::replace);
}

}  // namespace lm
