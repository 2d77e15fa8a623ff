#include "base/text.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace base {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

// The code point that begins here, of U+0080 to U+FFFF, or 0. Of no other does a terminal make a command.
uint32_t ShortCodePoint(absl::string_view text) {
  const auto byte = [&](size_t i) -> uint32_t { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const auto rest = [&](size_t i) { return byte(i) & 0x3F; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if ((byte(0) & 0xE0) == 0xC0 && continues(1)) return (byte(0) & 0x1F) << 6 | rest(1);
  if ((byte(0) & 0xF0) == 0xE0 && continues(1) && continues(2)) return (byte(0) & 0x0F) << 12 | rest(1) << 6 | rest(2);
  return 0;
}

bool IsObeyed(uint32_t code) {
  return (code >= 0x80 && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

int LengthOf(uint32_t code) { return code < 0x800 ? 2 : 3; }

// Bytes of the character at the start that a terminal may obey, or 0.
int ObeyedBytes(absl::string_view text) {
  if (IsControl(text[0])) return 1;
  const uint32_t code = ShortCodePoint(text);
  return IsObeyed(code) ? LengthOf(code) : 0;
}

// The same for a byte of 0x80 to 0x9F that belongs to no character: some terminals have an older set of characters.
bool IsLoneControl(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(at) < 0x80 || byte(at) > 0x9F) return false;
  for (size_t back = 1; back <= 3 && back <= at; ++back) {
    if ((byte(at - back) & 0xC0) == 0x80) continue;
    const int length = byte(at - back) >= 0xF0 ? 4 : byte(at - back) >= 0xE0 ? 3 : byte(at - back) >= 0xC0 ? 2 : 1;
    return static_cast<int>(back) >= length;
  }
  return true;
}

bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::vector<absl::string_view> Characters(absl::string_view text) {
  std::vector<absl::string_view> characters;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + 1;
    while (end < text.size() && ContinuesCharacter(text[end])) ++end;
    characters.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return characters;
}

}  // namespace

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

std::string OneLine(absl::string_view text) {
  std::string line;
  for (size_t i = 0; i < text.size(); ++i) {
    const int obeyed = ObeyedBytes(text.substr(i));
    if (text[i] != ' ' && obeyed == 0 && !IsLoneControl(text, i)) {
      line += text[i];
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
    if (obeyed > 0) i += obeyed - 1;
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string Printable(absl::string_view text) {
  std::string printable;
  for (size_t i = 0; i < text.size(); ++i) {
    const int obeyed = text[i] == '\n' ? 0 : ObeyedBytes(text.substr(i));
    if (obeyed == 1 || IsLoneControl(text, i)) {
      absl::StrAppendFormat(&printable, "\\x%02x", static_cast<unsigned char>(text[i]));
    } else if (obeyed > 1) {
      absl::StrAppendFormat(&printable, "\\u%04x", ShortCodePoint(text.substr(i)));
      i += obeyed - 1;
    } else {
      printable += text[i];
    }
  }
  return printable;
}

int64_t CountCharacters(absl::string_view text) { return Characters(text).size(); }

absl::string_view FirstCharacters(absl::string_view text, int64_t count) {
  size_t end = 0;
  for (; count > 0 && end < text.size(); --count) {
    do ++end;
    while (end < text.size() && ContinuesCharacter(text[end]));
  }
  return text.substr(0, end);
}

std::string Excerpt(absl::string_view text, int64_t count) {
  const std::string line = OneLine(text);
  const absl::string_view first = FirstCharacters(line, count);
  return absl::StrCat("\"", first, first.size() < line.size() ? "..." : "", "\"");
}

std::string Quoted(absl::string_view name) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(name.substr(0, 200)), "\"");
}

int64_t EditDistance(absl::string_view a, absl::string_view b) {
  const std::vector<absl::string_view> rows = Characters(a), columns = Characters(b);
  std::vector<int64_t> distance(columns.size() + 1);  // from the first i characters of a to the first j of b
  std::iota(distance.begin(), distance.end(), 0);
  for (size_t i = 0; i < rows.size(); ++i) {
    int64_t diagonal = distance[0];
    distance[0] = i + 1;
    for (size_t j = 0; j < columns.size(); ++j) {
      const int64_t replaced = diagonal + (rows[i] == columns[j] ? 0 : 1);
      diagonal = distance[j + 1];
      distance[j + 1] = std::min({replaced, diagonal + 1, distance[j] + 1});
    }
  }
  return distance.back();
}

}  // namespace base
