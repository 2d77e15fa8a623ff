#include "lm/tokenizer/text/unicode.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/ascii.h"

namespace lm {
namespace {

struct Range {
  char32_t first, last;
};

bool IsIn(absl::Span<const Range> ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// The last row that starts at `c` or before, if it reaches that far.
template <typename Row>
const Row* Find(absl::Span<const Row> rows, char32_t c) {
  if (c < rows.front().first || c > rows.back().last) return nullptr;
  const auto after =
      std::upper_bound(rows.begin(), rows.end(), c, [](char32_t x, const Row& r) { return x < r.first; });
  return after != rows.begin() && c <= (after - 1)->last ? &*(after - 1) : nullptr;
}

// Of Unicode 16.
int Category(char32_t c) {
  const NewCharacters* row = FindNewCharacter(c);
  return row != nullptr ? row->category : utf8proc_category(c);
}

bool IsYoungerThan(int version, char32_t c) {
  const YoungCharacters* row = Find(CharactersSinceUnicode9(), c);
  return row != nullptr && row->version > version;
}

bool IsMark(int category) {
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ME;
}

}  // namespace

const NewCharacters* FindNewCharacter(char32_t c) { return Find(CharactersSinceUnicode15(), c); }

bool IsYoungerThanUnicode9(char32_t c) { return IsYoungerThan(9, c); }

bool IsWordCharacter(char32_t c) {
  if (c < 0x80) return c == '_' || absl::ascii_isalnum(c);
  switch (Category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
      return true;
    default:
      break;
  }
  // Join_Control, and the symbols that are Alphabetic: circled, squared and negative letters.
  constexpr Range kOthers[] = {
      {0x200C, 0x200D}, {0x24B6, 0x24E9}, {0x1F130, 0x1F149}, {0x1F150, 0x1F169}, {0x1F170, 0x1F189}};
  return IsIn(kOthers, c);
}

bool IsSpaceCharacter(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  if (c == 0x85) return true;
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool IsPunctuation(char32_t c) {
  if (c < 0x80) return absl::ascii_ispunct(c);
  if (c == 0x166D || c == 0x111C9) return true;  // of another category since
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
      return !IsYoungerThan(8, c);
    default:
      return false;
  }
}

bool IsNumeric(char32_t c) {
  if (c < 0x80) return absl::ascii_isdigit(c);
  constexpr Range kSinceUnicode17[] = {{0x11DE0, 0x11DE9}, {0x16FF4, 0x16FF6}};
  const int category = Category(c);
  return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_NO ||
         IsIn(kSinceUnicode17, c);
}

bool IsCombiningMark(char32_t c) {
  if (c < 0x300) return false;
  if (c == 0x1CF2 || c == 0x1CF3) return true;
  return IsMark(utf8proc_category(c)) && !IsYoungerThanUnicode9(c) && c != 0x111C9;
}

bool IsNonspacingMark(char32_t c) {
  if (c < 0x300) return false;
  if (c == 0x1734 || c == 0x1171E) return true;
  return utf8proc_category(c) == UTF8PROC_CATEGORY_MN && !IsYoungerThan(8, c) && c != 0x1885 && c != 0x1886 &&
         c != 0xA9BD && c != 0x111C9;
}

bool IsControlOrFormat(char32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  if (category == UTF8PROC_CATEGORY_CF) return !IsYoungerThan(8, c);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CO;
}

bool IsCjkIdeograph(char32_t c) {
  constexpr Range kBlocks[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xF900, 0xFAFF},  {0x20000, 0x2A6DF},
                               {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF}, {0x2F800, 0x2FA1F}};
  return c >= 0x3400 && IsIn(kBlocks, c);
}

void AppendLowercase(char32_t c, std::u32string& result) {
  // What utf8proc's Unicode 15 lacks.
  struct Shift {
    char32_t first, last;
    int32_t to_lower;
  };
  constexpr Shift kNewer[] = {{0x1C89, 0x1C89, 1},      {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
                              {0xA7CC, 0xA7CC, 1},      {0xA7CE, 0xA7CE, 1},
                              {0xA7D2, 0xA7D2, 1},      {0xA7D4, 0xA7D4, 1},
                              {0xA7DA, 0xA7DA, 1},      {0xA7DC, 0xA7DC, 0x19B - 0xA7DC},
                              {0x10D50, 0x10D65, 0x20}, {0x16EA0, 0x16EB8, 0x1B}};
  if (c == 0x130) {
    result += U"i\u0307";
    return;
  }
  for (const Shift& row : kNewer) {
    if (c >= row.first && c <= row.last) {
      result += static_cast<char32_t>(static_cast<int32_t>(c) + row.to_lower);
      return;
    }
  }
  result += static_cast<char32_t>(utf8proc_tolower(c));
}

}  // namespace lm
