// Metaspace: spaces as a visible mark, as sentencepiece writes them: "a b" is "\u2581a\u2581b".
#ifndef LM_TOKENIZER_TEXT_METASPACE_H_
#define LM_TOKENIZER_TEXT_METASPACE_H_

#include <string>

namespace lm {

constexpr char kSpaceMark[] = "\u2581";

struct Metaspace {
  enum class Prepend { kAlways, kFirst, kNever };

  std::string mark = kSpaceMark;  // one character
  // Whether a mark goes before text that does not start with one; kFirst: only at the beginning of all.
  Prepend prepend = Prepend::kAlways;
  bool split = true;  // every mark starts a word
};

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_METASPACE_H_
