// A text as characters (code points), and what kinds of characters there are.
//
// Properties of texts (layout.h, words.h, sentences.h, quotations.h, markup.h) read Characters. Each takes O(length)
// time: Characters counts how often it was read, and tests compare that count with the length.
#ifndef EVALUATION_TEXT_CHARACTERS_H_
#define EVALUATION_TEXT_CHARACTERS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace principles {

// Characters begin to end - 1 of a text.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

class Characters {
 public:
  Characters() = default;
  // UTF-8. CR LF and CR become LF, and each byte that belongs to no well-formed character becomes U+FFFD.
  explicit Characters(absl::string_view text);
  explicit Characters(std::u32string codes) : codes_(std::move(codes)) {}

  size_t size() const { return codes_.size(); }
  Span all() const { return {0, codes_.size()}; }
  // The code point at a place; 0, which is no letter, digit, mark or space, outside of the text.
  char32_t At(size_t i) const {
    ++reads_;
    return i < codes_.size() ? codes_[i] : 0;
  }

  // The lower-case text of a span as UTF-8; typographic apostrophes (U+2019) become ASCII's.
  std::string Lower(Span span) const;

  // How many characters were asked for so far. Reading counts, so an object serves one thread at a time.
  int64_t reads() const { return reads_; }

 private:
  std::u32string codes_;
  mutable int64_t reads_ = 0;
};

// Unicode's general categories: L*; Lu and Lt; Ll; Nd; M*.
bool IsLetter(char32_t c);
bool IsUpper(char32_t c);
bool IsLower(char32_t c);
bool IsDigit(char32_t c);
bool IsMark(char32_t c);
inline bool IsLetterOrDigit(char32_t c) { return IsLetter(c) || IsDigit(c); }
// Space, tab, line ends, and what Unicode counts as space (Zs, Zl, Zp), the no-break space too.
bool IsSpace(char32_t c);
// Emoji and other pictures (So), and what only joins or modifies them.
bool IsPicture(char32_t c);
// A letter that is written without spaces between words, and so counts as a word of its own: Han and Kana.
bool IsIdeograph(char32_t c);
// A letter of the Latin script, also with accents, and those of phonetics.
bool IsLatin(char32_t c);
// ' and U+2019.
inline bool IsApostrophe(char32_t c) { return c == '\'' || c == 0x2019; }
// . ! ? and the ellipsis, and the full-width ones of East Asia and ؟.
bool IsSentenceMark(char32_t c);
// What may follow a sentence's mark and still belongs to the sentence: quotation marks, brackets, Markdown's emphasis.
bool IsCloser(char32_t c);

struct LetterCounts {
  int64_t letters = 0;
  int64_t upper = 0;
  int64_t lower = 0;
  int64_t digits = 0;
  int64_t beyond_ascii = 0;  // characters, of any kind
};
LetterCounts CountLetters(const Characters& text);

// The place of the first letter or digit; text.size() when there is none.
size_t FirstLetterOrDigit(const Characters& text);
// The last character but white space, closers (IsCloser) and pictures: a sentence's mark, if the text ends in one. 0
// when there is none. `place` gets where it stands.
char32_t LastMark(const Characters& text, size_t* place);

}  // namespace principles

#endif  // EVALUATION_TEXT_CHARACTERS_H_
