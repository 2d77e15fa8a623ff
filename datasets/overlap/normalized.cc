#include "datasets/overlap/normalized.h"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"

namespace datasets {
namespace {

using CodePoint = utf8proc_int32_t;

// utf8proc puts marks in order in quadratic time, and a text may be nothing but marks.
constexpr size_t kPieceSize = 2048;

// The bytes of the next piece. It ends before a character of ASCII, which composes with nothing before it, or, where
// there is none in all of kPieceSize, before any character.
size_t NextPiece(absl::string_view rest) {
  if (rest.size() <= kPieceSize) return rest.size();
  size_t size = kPieceSize;
  while (size > 0 && !absl::ascii_isascii(rest[size])) --size;
  if (size > 0) return size;
  size = kPieceSize;
  while (size > kPieceSize - 4 && (static_cast<unsigned char>(rest[size]) & 0xC0) == 0x80) --size;
  return size;
}

void AppendFolded(absl::string_view piece, std::vector<CodePoint>& folded) {
  constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(piece.data());
  const auto size = static_cast<utf8proc_ssize_t>(piece.size());
  std::vector<CodePoint> points(piece.size() + 1);
  auto count = utf8proc_decompose(bytes, size, points.data(), points.size(), kOptions);
  if (count > static_cast<utf8proc_ssize_t>(points.size())) {
    // Some characters decompose into many.
    points.resize(count + 1);
    count = utf8proc_decompose(bytes, size, points.data(), points.size(), kOptions);
  }
  if (count < 0) {
    for (const char c : piece) folded.push_back(static_cast<unsigned char>(absl::ascii_tolower(c)));
    return;
  }
  count = utf8proc_normalize_utf32(points.data(), count, kOptions);
  folded.insert(folded.end(), points.begin(), points.begin() + count);
}

// NFKC with case folding, without characters that are never seen (soft hyphens, joiners).
std::vector<CodePoint> Folded(absl::string_view text) {
  std::vector<CodePoint> folded;
  while (!text.empty()) {
    const size_t size = NextPiece(text);
    AppendFolded(text.substr(0, size), folded);
    text.remove_prefix(size);
  }
  return folded;
}

void Append(CodePoint point, std::string& text) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(point, bytes);
  text.append(reinterpret_cast<const char*>(bytes), size);
}

bool IsMark(CodePoint c) {
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool IsLetterOrNumber(CodePoint c) {
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool IsSymbol(CodePoint c) {
  const auto category = utf8proc_category(c);
  return category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO;
}

// Letters of scripts that are written without spaces, by their blocks.
bool IsWrittenWithoutSpaces(CodePoint c) {
  constexpr struct {
    CodePoint first, last;
  } kBlocks[] = {{0x0E00, 0x0EFF},  // Thai, Lao
                 {0x1000, 0x109F},  // Burmese
                 {0x1780, 0x17FF},  // Khmer
                 {0x3040, 0x312F},  // kana, Bopomofo
                 {0x3400, 0x4DBF},  // Han
                 {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
  for (const auto& block : kBlocks) {
    if (c >= block.first && c <= block.last) return true;
  }
  return false;
}

// Whether the next character in one direction that is not a space is a digit.
bool DigitFollows(const std::vector<CodePoint>& points, size_t at, int step) {
  do {
    at += step;
  } while (at < points.size() && points[at] == ' ');
  return at < points.size() && utf8proc_category(points[at]) == UTF8PROC_CATEGORY_ND;
}

bool IsOperator(const std::vector<CodePoint>& points, size_t at) {
  const CodePoint c = points[at];
  return (c == '-' || c == '*' || c == '/' || c == '%') &&
         (DigitFollows(points, at, -1) || DigitFollows(points, at, 1));
}

}  // namespace

std::vector<std::string> NormalizedWords(absl::string_view text) {
  const std::vector<CodePoint> points = Folded(text);
  std::vector<std::string> words;
  bool open = false;      // whether the next letter goes on with the last word
  bool attached = false;  // whether a mark belongs to the last word: to whatever stands right before it
  for (size_t i = 0; i < points.size(); ++i) {
    const CodePoint c = points[i];
    const bool mark = IsMark(c);
    const bool alone =
        IsSymbol(c) || IsOperator(points, i) || (!mark && IsLetterOrNumber(c) && IsWrittenWithoutSpaces(c));
    if (!alone && !IsLetterOrNumber(c)) {
      open = attached = false;
      continue;
    }
    if (mark ? !attached : alone || !open) words.emplace_back();
    open = mark && attached ? open : !alone;
    attached = true;
    Append(c, words.back());
  }
  return words;
}

}  // namespace datasets
