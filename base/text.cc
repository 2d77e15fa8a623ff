#include "base/text.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace base {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

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
  for (const char c : text) {
    if (c != ' ' && !IsControl(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string Printable(absl::string_view text) {
  std::string printable;
  for (const char c : text) {
    if (c != '\n' && IsControl(c)) {
      absl::StrAppendFormat(&printable, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      printable += c;
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
