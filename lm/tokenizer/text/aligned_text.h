// Aligned text: a text that was made of another one, and from where in that source each of its bytes came.
#ifndef LM_TOKENIZER_TEXT_ALIGNED_TEXT_H_
#define LM_TOKENIZER_TEXT_ALIGNED_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace lm {

// Bytes [begin, end) of a text.
struct TextSpan {
  size_t begin = 0;
  size_t end = 0;
};

// A stretch of aligned text. Not owned.
struct AlignedView {
  absl::string_view text;
  const TextSpan* spans = nullptr;  // one a byte of `text`: of its character; null when nobody wants to know
  // Where in the source the stretch begins; what is put before it comes from there. Without spans, 0 for the source's
  // beginning and else any other number.
  size_t source_begin = 0;

  // From byte `begin` on, `size` bytes or as many as there are.
  AlignedView Sub(size_t begin, size_t size = absl::string_view::npos) const;

  // What [begin, end) of `text` came from; needs spans.
  TextSpan Source(size_t begin, size_t end) const;
};

// How a text is changed, a character at a time.
struct CharacterChange {
  char32_t c = 0;
  // 1: a new character, which belongs to the source of the one before it; 0: instead of the next one; -n: instead of
  // the next one and of n that follow it, all of which it comes from.
  int change = 0;
};

struct AlignedText {
  std::string text;
  std::vector<TextSpan> spans;  // empty when they are not tracked
  size_t source_begin = 0;
  bool tracked = false;

  AlignedText() = default;
  // Nothing yet, made of `source`.
  explicit AlignedText(const AlignedView& source)
      : source_begin(source.source_begin), tracked(source.spans != nullptr) {}

  AlignedView view() const { return {text, tracked ? spans.data() : nullptr, source_begin}; }

  void Append(absl::string_view bytes, TextSpan span);
  void Append(const AlignedView& part);

  // Appends what the changes make of the bytes of `source` from `begin` on. `removed`: how many bytes are passed over
  // before the first change. Source of the rule of which character an inserted one belongs to: the Rust tokenizers'
  // NormalizedString.
  void AppendChanged(const AlignedView& source, size_t begin, size_t removed,
                     absl::Span<const CharacterChange> changes);
};

// The spans of a text that is its own source: of each byte its character's; of a broken byte itself.
std::vector<TextSpan> OwnSpans(absl::string_view text);

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_ALIGNED_TEXT_H_
