// Cuts text into the words that BPE never merges across.
#ifndef LM_PRETOKENIZER_H_
#define LM_PRETOKENIZER_H_

#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "lm/pattern.h"

namespace lm {

// Immutable and thread-safe.
class PreTokenizer {
 public:
  // Each pattern cuts the pieces that the one before left. No pattern: text is one word.
  explicit PreTokenizer(std::vector<SplitPattern> splits) : splits_(std::move(splits)) {}

  // Calls `use` with the words of `text` in their order; none is empty and together they are `text`. Any bytes are
  // accepted: a run of bytes that are not well-formed UTF-8 is a word of its own, and patterns see what lies between.
  void ForEachWord(absl::string_view text, absl::FunctionRef<void(absl::string_view)> use) const;

 private:
  void Split(size_t stage, absl::string_view text, absl::FunctionRef<void(absl::string_view)> use) const;

  std::vector<SplitPattern> splits_;
};

}  // namespace lm

#endif  // LM_PRETOKENIZER_H_
