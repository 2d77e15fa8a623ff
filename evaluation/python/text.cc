#include "evaluation/python/text.h"

#include <algorithm>
#include <array>

#include "utf8proc.h"

namespace ifeval {
namespace {

utf8proc_category_t Category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

struct Range {
  char32_t first, last;
};

template <size_t n>
bool IsIn(char32_t c, const std::array<Range, n>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& r) { return r.first <= c && c <= r.last; });
}

// Unicode's Other_Lowercase and Other_Uppercase: cased by property, not by category.
constexpr std::array<Range, 21> kOtherLower = {
    {{0xAA, 0xAA},     {0xBA, 0xBA},     {0x2B0, 0x2B8},   {0x2C0, 0x2C1},   {0x2E0, 0x2E4},   {0x345, 0x345},
     {0x37A, 0x37A},   {0x1D2C, 0x1D6A}, {0x1D78, 0x1D78}, {0x1D9B, 0x1DBF}, {0x2071, 0x2071}, {0x207F, 0x207F},
     {0x2090, 0x209C}, {0x2170, 0x217F}, {0x24D0, 0x24E9}, {0x2C7C, 0x2C7D}, {0xA69C, 0xA69D}, {0xA770, 0xA770},
     {0xA7F8, 0xA7F9}, {0xAB5C, 0xAB5F}, {0xAB69, 0xAB69}}};
constexpr std::array<Range, 5> kOtherUpper = {
    {{0x2160, 0x216F}, {0x24B6, 0x24CF}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}}};

// What stands between a letter and the end of its word without ending it, for the final sigma: Case_Ignorable.
bool IsCaseIgnorable(char32_t c) {
  static constexpr std::array<Range, 11> kMarks = {{{'\'', '\''},
                                                    {'.', '.'},
                                                    {':', ':'},
                                                    {0xB7, 0xB7},
                                                    {0x387, 0x387},
                                                    {0x55F, 0x55F},
                                                    {0x5F4, 0x5F4},
                                                    {0x2018, 0x2019},
                                                    {0x2024, 0x2024},
                                                    {0x2027, 0x2027},
                                                    {0xFF07, 0xFF07}}};
  if (IsIn(c, kMarks)) return true;
  switch (Category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      return false;
  }
}

bool IsCased(char32_t c) { return IsLower(c) || IsUpper(c) || IsTitle(c); }

bool IsFinalSigma(View text, size_t at) {
  size_t before = at;
  while (before > 0 && IsCaseIgnorable(text[before - 1])) --before;
  if (before == 0 || !IsCased(text[before - 1])) return false;
  size_t after = at + 1;
  while (after < text.size() && IsCaseIgnorable(text[after])) ++after;
  return after == text.size() || !IsCased(text[after]);
}

char32_t SimpleLower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}
char32_t SimpleUpper(char32_t c) { return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c))); }

}  // namespace

Text Decode(absl::string_view utf8) {
  Text text;
  text.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  const auto size = static_cast<utf8proc_ssize_t>(utf8.size());
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t taken = utf8proc_iterate(bytes + at, std::min<utf8proc_ssize_t>(size - at, 4), &code);
    text.push_back(taken > 0 ? static_cast<char32_t>(code) : 0xFFFD);
    at += std::max<utf8proc_ssize_t>(taken, 1);
  }
  return text;
}

std::string Encode(View text) {
  std::string utf8;
  for (const char32_t c : text) {
    std::array<utf8proc_uint8_t, 4> bytes;
    const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
    utf8.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size));
  }
  return utf8;
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return (c >= 0x9 && c <= 0xD) || (c >= 0x1C && c <= 0x20);
  static constexpr std::array<Range, 8> kSpaces = {{{0x85, 0x85},
                                                    {0xA0, 0xA0},
                                                    {0x1680, 0x1680},
                                                    {0x2000, 0x200A},
                                                    {0x2028, 0x2029},
                                                    {0x202F, 0x202F},
                                                    {0x205F, 0x205F},
                                                    {0x3000, 0x3000}}};
  return IsIn(c, kSpaces);
}

bool IsWord(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  const utf8proc_category_t category = Category(c);
  return (UTF8PROC_CATEGORY_LU <= category && category <= UTF8PROC_CATEGORY_LO) ||
         (UTF8PROC_CATEGORY_ND <= category && category <= UTF8PROC_CATEGORY_NO);
}

bool IsDecimal(char32_t c) { return c < 0x80 ? c >= '0' && c <= '9' : Category(c) == UTF8PROC_CATEGORY_ND; }

bool IsLower(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z';
  return Category(c) == UTF8PROC_CATEGORY_LL || IsIn(c, kOtherLower);
}

bool IsUpper(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z';
  return Category(c) == UTF8PROC_CATEGORY_LU || IsIn(c, kOtherUpper);
}

bool IsTitle(char32_t c) { return c >= 0x80 && Category(c) == UTF8PROC_CATEGORY_LT; }

bool IsUpperText(View text) {
  bool cased = false;
  for (const char32_t c : text) {
    if (IsLower(c) || IsTitle(c)) return false;
    cased |= IsUpper(c);
  }
  return cased;
}

bool IsLowerText(View text) {
  bool cased = false;
  for (const char32_t c : text) {
    if (IsUpper(c) || IsTitle(c)) return false;
    cased |= IsLower(c);
  }
  return cased;
}

Text Lower(char32_t c) {
  if (c == 0x130) return U"i\u0307";
  return Text(1, SimpleLower(c));
}

Text Lower(View text) {
  Text lower;
  lower.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == 0x3A3) {
      lower += IsFinalSigma(text, i) ? U'\u03C2' : U'\u03C3';
    } else if (text[i] == 0x130) {
      lower += U"i\u0307";
    } else {
      lower += SimpleLower(text[i]);
    }
  }
  return lower;
}

char32_t Fold(char32_t c) {
  if (c < 0x80) return SimpleLower(c);
  if (c == 0x130 || c == 0x131) return U'i';
  return SimpleLower(SimpleUpper(SimpleLower(c)));
}

Text Fold(View text) {
  Text folded(text);
  for (char32_t& c : folded) c = Fold(c);
  return folded;
}

View StripRight(View text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

View Strip(View text) {
  text = StripRight(text);
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  return text;
}

View StripLeft(View text, View set) { return text.substr(std::min(text.find_first_not_of(set), text.size())); }

View StripRight(View text, View set) {
  const size_t last = text.find_last_not_of(set);
  return text.substr(0, last == View::npos ? 0 : last + 1);
}

View Strip(View text, View set) { return StripRight(StripLeft(text, set), set); }

std::vector<View> Split(View text, View separator) {
  std::vector<View> pieces;
  while (true) {
    const size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == View::npos) return pieces;
    text.remove_prefix(at + separator.size());
  }
}

std::vector<View> SplitAtSpace(View text) {
  std::vector<View> pieces;
  for (size_t i = 0; i < text.size();) {
    if (IsSpace(text[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    while (i < text.size() && !IsSpace(text[i])) ++i;
    pieces.push_back(text.substr(begin, i - begin));
  }
  return pieces;
}

int64_t CountLiteral(View text, View literal, bool whole_words) {
  const Text folded = Fold(text), wanted = Fold(literal);
  const auto is_border = [&](size_t at) {
    return (at > 0 && IsWord(text[at - 1])) != (at < text.size() && IsWord(text[at]));
  };
  int64_t count = 0;
  for (size_t at = 0; (at = folded.find(wanted, at)) != Text::npos && at <= text.size();) {
    if (whole_words && !(is_border(at) && is_border(at + wanted.size()))) {
      ++at;
      continue;
    }
    ++count;
    at += std::max<size_t>(wanted.size(), 1);
  }
  return count;
}

}  // namespace ifeval
