// Regular expressions of tokenizer.json, by PCRE2.
//
// They are written for Oniguruma in Ruby's syntax; PCRE2 is used because it compiles them to machine code. What both
// engines take alike is handed on; \s and \w, which differ in a few characters, are spelt out; a construct that PCRE2
// would read otherwise is refused rather than guessed at.
#ifndef LM_TOKENIZER_TEXT_PATTERN_H_
#define LM_TOKENIZER_TEXT_PATTERN_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct pcre2_real_code_8;

namespace lm {

// The same expression in PCRE2's dialect. kUnimplemented names the construct that has no known equal.
absl::StatusOr<std::string> OnigurumaToPcre2(absl::string_view pattern);

// Cuts text into what the pattern matches and what lies between. Immutable and thread-safe.
class SplitPattern {
 public:
  // kUnimplemented as above; kInvalidArgument with the place of a syntax error.
  static absl::StatusOr<SplitPattern> Compile(absl::string_view pattern);
  // Matches `text` itself.
  static absl::StatusOr<SplitPattern> Literal(absl::string_view text);

  // Calls `use` with the pieces of `text` in their order; none is empty and together they are `text`, which must be
  // well-formed UTF-8. Matches are sought from the left, each from the end of the one before; a lookaround sees the
  // whole of `text`.
  void ForEachPiece(absl::string_view text, absl::FunctionRef<void(absl::string_view)> use) const;

 private:
  explicit SplitPattern(std::shared_ptr<const pcre2_real_code_8> code) : code_(std::move(code)) {}

  std::shared_ptr<const pcre2_real_code_8> code_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_PATTERN_H_
