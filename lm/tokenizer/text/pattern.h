// Regular expressions of tokenizer.json, by PCRE2.
//
// They are written for Oniguruma in Ruby's syntax; PCRE2 is used because it compiles them to machine code. What both
// engines take alike is handed on; \s and \w, which differ in a few characters, are spelt out; a construct that PCRE2
// would read otherwise is refused rather than guessed at.
//
// Character properties are those of Unicode 16, as in the Rust tokenizers 0.23: a character that is newer than the
// PCRE2 at hand (14 in Debian 12) is matched as an older one of the same category (unicode.h). Scripts are right for
// those that have an older character of the same category.
#ifndef LM_TOKENIZER_TEXT_PATTERN_H_
#define LM_TOKENIZER_TEXT_PATTERN_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct pcre2_real_code_8;

namespace lm {

// The same expression in PCRE2's dialect. kUnimplemented names the construct that has no known equal.
absl::StatusOr<std::string> OnigurumaToPcre2(absl::string_view pattern);

// Whether PCRE2 knows \p{name}.
bool IsPcre2Property(absl::string_view name);

// Finds a regular expression or a text in texts. Immutable and thread-safe.
class SplitPattern {
 public:
  // kUnimplemented as above; kInvalidArgument with the place of a syntax error.
  static absl::StatusOr<SplitPattern> Compile(absl::string_view pattern);
  // Matches `text` itself, which must not be empty.
  static SplitPattern Literal(absl::string_view text);

  // Calls `use` with the begin and end of each match in `text`, which must be well-formed UTF-8. Matches are sought
  // from the left, each from the end of the one before; a lookaround sees the whole of `text`. A match may be empty,
  // but not where the one before ends.
  void ForEachMatch(absl::string_view text, absl::FunctionRef<void(size_t, size_t)> use) const;

 private:
  SplitPattern() = default;

  std::string literal_;  // empty: an expression
  std::shared_ptr<const pcre2_real_code_8> code_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_PATTERN_H_
