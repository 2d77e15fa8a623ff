#include "evaluation/text/characters.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "utf8proc.h"

namespace principles {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

utf8proc_category_t Category(char32_t c) { return utf8proc_category(static_cast<utf8proc_int32_t>(c)); }

bool IsIn(char32_t c, char32_t first, char32_t last) { return first <= c && c <= last; }

void AppendUtf8(char32_t c, std::string& text) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size));
}

}  // namespace

Characters::Characters(absl::string_view text) {
  codes_.reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  utf8proc_ssize_t at = 0;
  while (at < size) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t taken = utf8proc_iterate(bytes + at, std::min<utf8proc_ssize_t>(size - at, 4), &code);
    if (taken <= 0) {
      codes_.push_back(kReplacement);
      ++at;
      continue;
    }
    const bool half_of_line_end = code == '\r' && at + 1 < size && bytes[at + 1] == '\n';
    if (!half_of_line_end) codes_.push_back(code == '\r' ? U'\n' : static_cast<char32_t>(code));
    at += taken;
  }
}

std::string Characters::Lower(Span span) const {
  std::string lower;
  for (size_t i = span.begin; i < span.end; ++i) {
    const char32_t c = At(i);
    AppendUtf8(IsApostrophe(c) ? U'\'' : static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c))),
               lower);
  }
  return lower;
}

bool IsLetter(char32_t c) {
  if (c < 0x80) return absl::ascii_isalpha(static_cast<unsigned char>(c));
  const utf8proc_category_t category = Category(c);
  return UTF8PROC_CATEGORY_LU <= category && category <= UTF8PROC_CATEGORY_LO;
}

bool IsUpper(char32_t c) {
  if (c < 0x80) return absl::ascii_isupper(static_cast<unsigned char>(c));
  const utf8proc_category_t category = Category(c);
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

bool IsLower(char32_t c) {
  return c < 0x80 ? absl::ascii_islower(static_cast<unsigned char>(c)) : Category(c) == UTF8PROC_CATEGORY_LL;
}

bool IsDigit(char32_t c) {
  return c < 0x80 ? absl::ascii_isdigit(static_cast<unsigned char>(c)) : Category(c) == UTF8PROC_CATEGORY_ND;
}

bool IsMark(char32_t c) {
  if (c < 0x80) return false;
  const utf8proc_category_t category = Category(c);
  return UTF8PROC_CATEGORY_MN <= category && category <= UTF8PROC_CATEGORY_ME;
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return absl::ascii_isspace(static_cast<unsigned char>(c));
  const utf8proc_category_t category = Category(c);
  return c == 0x85 || (UTF8PROC_CATEGORY_ZS <= category && category <= UTF8PROC_CATEGORY_ZP);
}

bool IsPicture(char32_t c) {
  if (c < 0x80) return false;
  const utf8proc_category_t category = Category(c);
  return category == UTF8PROC_CATEGORY_SO || category == UTF8PROC_CATEGORY_SK || category == UTF8PROC_CATEGORY_CF ||
         IsIn(c, 0xFE00, 0xFE0F);
}

bool IsIdeograph(char32_t c) {
  return IsIn(c, 0x3041, 0x30FF) || IsIn(c, 0x3400, 0x4DBF) || IsIn(c, 0x4E00, 0x9FFF) || IsIn(c, 0xF900, 0xFAFF) ||
         IsIn(c, 0x20000, 0x3FFFF);
}

bool IsLatin(char32_t c) {
  return IsLetter(c) && (c < 0x300 || IsIn(c, 0x1D00, 0x1DBF) || IsIn(c, 0x1E00, 0x1EFF) || IsIn(c, 0x2071, 0x209C) ||
                         IsIn(c, 0x2C60, 0x2C7F) || IsIn(c, 0xA720, 0xA7FF) || IsIn(c, 0xAB30, 0xAB6F) ||
                         IsIn(c, 0xFB00, 0xFB06) || IsIn(c, 0xFF21, 0xFF5A));
}

bool IsSentenceMark(char32_t c) {
  return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x061F;
}

bool IsCloser(char32_t c) {
  return c == '"' || c == '\'' || c == 0x201C || c == 0x201D || c == 0x2019 || c == 0xBB || c == ')' || c == ']' ||
         c == '*' || c == '_';
}

LetterCounts CountLetters(const Characters& text) {
  LetterCounts counts;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.At(i);
    counts.letters += IsLetter(c);
    counts.upper += IsUpper(c);
    counts.lower += IsLower(c);
    counts.digits += IsDigit(c);
    counts.beyond_ascii += c >= 0x80;
  }
  return counts;
}

size_t FirstLetterOrDigit(const Characters& text) {
  size_t i = 0;
  while (i < text.size() && !IsLetterOrDigit(text.At(i))) ++i;
  return i;
}

char32_t LastMark(const Characters& text, size_t* place) {
  for (size_t end = text.size(); end > 0; --end) {
    const char32_t c = text.At(end - 1);
    if (IsSpace(c) || IsCloser(c) || IsPicture(c)) continue;
    *place = end - 1;
    return c;
  }
  *place = 0;
  return 0;
}

}  // namespace principles
