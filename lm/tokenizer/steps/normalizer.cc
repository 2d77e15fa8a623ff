#include "lm/tokenizer/steps/normalizer.h"

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/character_class.h"
#include "lm/tokenizer/text/normal_form.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using Kind = NormalizerStep::Kind;

// `map` appends what a character becomes; nothing: it vanishes.
AlignedText MapCharacters(const AlignedView& source, absl::FunctionRef<void(char32_t, std::u32string&)> map) {
  AlignedText result(source);
  result.text.reserve(source.text.size());
  std::u32string mapped;
  for (size_t at = 0; at < source.text.size();) {
    const size_t size = LeadingCharacterSize(source.text.substr(at));
    const AlignedView character = source.Sub(at, std::max<size_t>(size, 1));
    at += character.text.size();
    if (size == 0) {
      result.Append(character);
      continue;
    }
    mapped.clear();
    map(CodePoint(character.text.data(), size), mapped);
    for (const char32_t c : mapped) {
      std::string bytes;
      AppendUtf8(c, bytes);
      result.Append(bytes, result.tracked ? character.spans[0] : TextSpan());
    }
  }
  return result;
}

AlignedText Filter(const AlignedView& source, absl::FunctionRef<bool(char32_t)> keep) {
  return MapCharacters(source, [&](char32_t c, std::u32string& to) {
    if (keep(c)) to += c;
  });
}

AlignedText Strip(const NormalizerStep& step, const AlignedView& source) {
  absl::string_view text = source.text;
  while (const size_t size = step.left ? LeadingSpaceSize(text) : 0) text.remove_prefix(size);
  while (const size_t size = step.right ? TrailingSpaceSize(text) : 0) text.remove_suffix(size);
  AlignedText result(source);
  result.Append(source.Sub(text.data() - source.text.data(), text.size()));
  return result;
}

// Spaces around every Chinese character; the one before it comes from it as well.
AlignedText SpaceCjk(const AlignedView& source) {
  return MapCharacters(source, [](char32_t c, std::u32string& to) {
    if (IsCjkIdeograph(c)) {
      to.append({U' ', c, U' '});
    } else {
      to += c;
    }
  });
}

// What a match becomes comes from the match's last character.
AlignedText Replace(const NormalizerStep& step, const AlignedView& source) {
  AlignedText result(source);
  const absl::string_view text = source.text;
  size_t done = 0;
  // Patterns see what lies between bytes that are no UTF-8.
  for (size_t at = 0; at < text.size();) {
    const absl::string_view well_formed = text.substr(at, WellFormedPrefixSize(text.substr(at)));
    step.pattern->ForEachMatch(well_formed, [&](size_t begin, size_t end) {
      result.Append(source.Sub(done, at + begin - done));
      const TextSpan start = {source.source_begin, source.source_begin};
      result.Append(step.content, result.tracked && at + end > 0 ? source.spans[at + end - 1] : start);
      done = at + end;
    });
    at += well_formed.size();
    at += BrokenPrefixSize(text.substr(at));
  }
  result.Append(source.Sub(done));
  return result;
}

AlignedText Prepend(const NormalizerStep& step, const AlignedView& source) {
  AlignedText result(source);
  if (source.text.empty()) return result;
  result.Append(step.content, result.tracked ? source.spans[0] : TextSpan());
  result.Append(source);
  return result;
}

AlignedText Nmt(const AlignedView& source) {
  return MapCharacters(source, [](char32_t c, std::u32string& to) {
    const bool vanishes =
        (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
    if (vanishes) return;
    const bool is_space = c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == 0x1680 ||
                          (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF ||
                          c == 0xFFFD;
    to += is_space ? U' ' : c;
  });
}

AlignedText CleanText(const AlignedView& source) {
  return MapCharacters(source, [](char32_t c, std::u32string& to) {
    const bool is_white = c == '\t' || c == '\n' || c == '\r';
    if (c == 0 || c == 0xFFFD || (!is_white && IsControlOrFormat(c))) return;
    to += IsSpaceCharacter(c) ? U' ' : c;
  });
}

AlignedText ByteLevel(const AlignedView& source) {
  AlignedText result(source);
  for (size_t i = 0; i < source.text.size(); ++i) {
    result.Append(ByteSymbol(source.text[i]), result.tracked ? source.spans[i] : TextSpan());
  }
  return result;
}

AlignedText Apply(const NormalizerStep& step, const AlignedView& text) {
  switch (step.kind) {
    case Kind::kNfc:
      return ToNormalForm(NormalForm::kNfc, text);
    case Kind::kNfd:
      return ToNormalForm(NormalForm::kNfd, text);
    case Kind::kNfkc:
      return ToNormalForm(NormalForm::kNfkc, text);
    case Kind::kNfkd:
      return ToNormalForm(NormalForm::kNfkd, text);
    case Kind::kLowercase:
      return MapCharacters(text, AppendLowercase);
    case Kind::kStrip:
      return Strip(step, text);
    case Kind::kStripAccents:
      return Filter(text, [](char32_t c) { return !IsCombiningMark(c); });
    case Kind::kStripNonspacing:
      return Filter(text, [](char32_t c) { return !IsNonspacingMark(c); });
    case Kind::kPrepend:
      return Prepend(step, text);
    case Kind::kReplace:
      return Replace(step, text);
    case Kind::kNmt:
      return Nmt(text);
    case Kind::kCleanText:
      return CleanText(text);
    case Kind::kSpaceCjk:
      return SpaceCjk(text);
    case Kind::kPrecompiled:
      return step.map->Apply(text);
    case Kind::kByteLevel:
      return ByteLevel(text);
  }
  return {};
}

}  // namespace

AlignedText Normalizer::Normalize(const AlignedView& text) const {
  AlignedText result(text);
  if (steps_.empty()) {
    result.Append(text);
    return result;
  }
  result = Apply(steps_[0], text);
  for (size_t i = 1; i < steps_.size(); ++i) result = Apply(steps_[i], result.view());
  return result;
}

}  // namespace lm
