#include "lm/tokenizer/text/nfc.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

// No character below it changes by normalization, or joins the one before it.
constexpr char32_t kFirstOfInterest = 0x300;
constexpr uint16_t kNoIndex = UINT16_MAX;

// Whether `c` stays what it is and joins neither neighbour. False for some that do, never true for one that does not.
bool IsInert(char32_t c) {
  if (c < kFirstOfInterest) return true;
  const bool conjoining_jamo = c >= 0x1100 && c < 0x1200;
  if (conjoining_jamo) return false;
  const utf8proc_property_t* property = utf8proc_get_property(c);
  return property->combining_class == 0 && property->decomp_seqindex == kNoIndex && property->comb_index == kNoIndex;
}

// Appends the normal form of well-formed `text`.
void AppendNfc(absl::string_view text, std::string& result) {
  std::vector<utf8proc_int32_t> points;
  points.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t size = LeadingCharacterSize(text.substr(at));
    utf8proc_int32_t parts[4];  // the longest canonical decomposition
    int boundary_class = 0;
    const auto count = utf8proc_decompose_char(CodePoint(text.data() + at, size), parts, 4,
                                               static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE), &boundary_class);
    SAMI_CHECK(count >= 1 && count <= 4);
    points.insert(points.end(), parts, parts + count);
    at += size;
  }
  const auto combining_class = [](utf8proc_int32_t c) { return utf8proc_get_property(c)->combining_class; };
  for (auto begin = points.begin(); begin != points.end();) {
    if (combining_class(*begin) == 0) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(begin, points.end(), [&](utf8proc_int32_t c) { return combining_class(c) == 0; });
    std::stable_sort(begin, end, [&](auto a, auto b) { return combining_class(a) < combining_class(b); });
    begin = end;
  }
  const auto length = utf8proc_normalize_utf32(points.data(), points.size(),
                                               static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  SAMI_CHECK(length >= 0);
  for (utf8proc_ssize_t i = 0; i < length; ++i) AppendUtf8(points[i], result);
}

}  // namespace

std::string ToNfc(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  size_t done = 0;      // what `result` has
  size_t previous = 0;  // where the last character began
  for (size_t at = 0; at < text.size();) {
    // A byte below 0xCC is ASCII, a trailing one, or leads a character below U+0300.
    const uint8_t byte = text[at];
    if (byte < 0xCC) {
      if (byte < 0x80 || byte >= 0xC0) previous = at;
      ++at;
      continue;
    }
    const size_t size = LeadingCharacterSize(text.substr(at));
    if (size == 0 || IsInert(CodePoint(text.data() + at, size))) {
      previous = at;
      at += std::max<size_t>(size, 1);
      continue;
    }
    // From the character before, which may take marks, to the next that takes none and is none.
    const bool touches = previous + LeadingCharacterSize(text.substr(previous)) == at;
    const size_t begin = touches ? previous : at;
    result.append(text.data() + done, begin - done);
    for (size_t next = size; next > 0;) {
      at += next;
      next = LeadingCharacterSize(text.substr(at));
      if (next > 0 && IsInert(CodePoint(text.data() + at, next))) break;
    }
    AppendNfc(text.substr(begin, at - begin), result);
    done = previous = at;
  }
  result.append(text.data() + done, text.size() - done);
  return result;
}

}  // namespace lm
