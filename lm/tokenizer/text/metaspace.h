// Metaspace: spaces as a visible mark, as sentencepiece writes them: "a b" is "\u2581a\u2581b".
#ifndef LM_TOKENIZER_TEXT_METASPACE_H_
#define LM_TOKENIZER_TEXT_METASPACE_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace lm {

constexpr char kSpaceMark[] = "\u2581";

struct Metaspace {
  enum class Prepend { kAlways, kFirst, kNever };

  std::string mark = kSpaceMark;  // one character
  Prepend prepend = Prepend::kAlways;
  bool split = true;

  // Calls `use` with the words of `text`: every space is a mark; a mark goes before text that does not start with one
  // (kFirst: only when `at_start`, before the first text of all); with `split` every mark starts a word.
  void ForEachWord(absl::string_view text, bool at_start, absl::FunctionRef<void(absl::string_view)> use) const;
};

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_METASPACE_H_
