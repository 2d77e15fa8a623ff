#include "lm/tokenizer/text/normal_form.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/check.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr uint16_t kNoIndex = UINT16_MAX;

bool Composes(NormalForm form) { return form == NormalForm::kNfc || form == NormalForm::kNfkc; }
bool IsCompatible(NormalForm form) { return form == NormalForm::kNfkc || form == NormalForm::kNfkd; }

int CombiningClass(char32_t c) { return IsYoungerThanUnicode9(c) ? 0 : utf8proc_get_property(c)->combining_class; }

// Below it no character changes by normalization, or joins the one before it.
char32_t FirstOfInterest(NormalForm form) {
  return form == NormalForm::kNfc ? 0x300 : form == NormalForm::kNfd ? 0xC0 : 0xA0;
}

// Whether `c` stays what it is and joins neither neighbour. False for some that do, never true for one that does not.
bool IsInert(NormalForm form, char32_t c) {
  if (c < FirstOfInterest(form)) return true;
  const bool is_jamo = c >= 0x1100 && c < 0x1200;
  const bool is_syllable = c >= 0xAC00 && c < 0xD7A4;
  if (Composes(form) ? is_jamo : is_syllable) return false;
  const utf8proc_property_t* property = utf8proc_get_property(c);
  return property->combining_class == 0 && property->decomp_seqindex == kNoIndex &&
         (!Composes(form) || property->comb_index == kNoIndex);
}

void Decompose(NormalForm form, char32_t c, std::vector<CharacterChange>& changes) {
  if (IsYoungerThanUnicode9(c)) {
    changes.push_back({c, 0});
    return;
  }
  utf8proc_int32_t parts[18];  // the longest there is, of U+FDFA
  int boundary_class = 0;
  const int options = UTF8PROC_DECOMPOSE | (IsCompatible(form) ? UTF8PROC_COMPAT : 0);
  const auto count = utf8proc_decompose_char(c, parts, 18, static_cast<utf8proc_option_t>(options), &boundary_class);
  SAMI_CHECK(count >= 1 && count <= 18);
  for (int i = 0; i < count; ++i) changes.push_back({static_cast<char32_t>(parts[i]), i > 0 ? 1 : 0});
}

void SortMarks(std::vector<CharacterChange>& changes) {
  const auto is_starter = [](const CharacterChange& x) { return CombiningClass(x.c) == 0; };
  for (auto begin = changes.begin(); begin != changes.end();) {
    begin = std::find_if_not(begin, changes.end(), is_starter);
    const auto end = std::find_if(begin, changes.end(), is_starter);
    std::stable_sort(begin, end,
                     [](const auto& a, const auto& b) { return CombiningClass(a.c) < CombiningClass(b.c); });
    begin = end;
  }
}

std::optional<char32_t> ComposePair(char32_t a, char32_t b) {
  utf8proc_int32_t pair[2] = {static_cast<utf8proc_int32_t>(a), static_cast<utf8proc_int32_t>(b)};
  const auto length =
      utf8proc_normalize_utf32(pair, 2, static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  if (length != 1 || IsYoungerThanUnicode9(pair[0])) return std::nullopt;
  return static_cast<char32_t>(pair[0]);
}

// A mark joins the last starter unless one of its own class or a higher one stands between them.
std::vector<CharacterChange> Compose(const std::vector<CharacterChange>& changes) {
  std::vector<CharacterChange> result;
  size_t starter = SIZE_MAX;  // its place in `result`
  for (const CharacterChange& next : changes) {
    const int next_class = CombiningClass(next.c);
    const bool touches = starter + 1 == result.size();
    if (starter != SIZE_MAX && (touches || CombiningClass(result.back().c) < next_class)) {
      if (const auto composed = ComposePair(result[starter].c, next.c)) {
        result[starter] = {*composed, result[starter].change + next.change - 1};
        continue;
      }
    }
    if (next_class == 0) starter = result.size();
    result.push_back(next);
  }
  return result;
}

}  // namespace

AlignedText ToNormalForm(NormalForm form, const AlignedView& source) {
  const absl::string_view text = source.text;
  AlignedText result(source);
  result.text.reserve(text.size());
  size_t done = 0;      // what `result` has
  size_t previous = 0;  // where the last character began
  const auto is_inert = [&](size_t at, size_t size) { return IsInert(form, CodePoint(text.data() + at, size)); };
  for (size_t at = 0; at < text.size();) {
    const size_t size = LeadingCharacterSize(text.substr(at));
    if (size == 0 || is_inert(at, size)) {
      previous = at;
      at += std::max<size_t>(size, 1);
      continue;
    }
    // From the character before, which may take marks, to the next that takes none and is none.
    const bool touches = previous < at && previous + LeadingCharacterSize(text.substr(previous)) == at;
    const size_t begin = touches ? previous : at;
    result.Append(source.Sub(done, begin - done));
    std::vector<CharacterChange> changes;
    if (touches) Decompose(form, CodePoint(text.data() + begin, at - begin), changes);
    for (size_t next = size; next > 0;) {
      Decompose(form, CodePoint(text.data() + at, next), changes);
      at += next;
      next = LeadingCharacterSize(text.substr(at));
      if (next > 0 && is_inert(at, next)) break;
    }
    SortMarks(changes);
    result.AppendChanged(source, begin, 0, Composes(form) ? Compose(changes) : changes);
    done = previous = at;
  }
  result.Append(source.Sub(done));
  return result;
}

}  // namespace lm
