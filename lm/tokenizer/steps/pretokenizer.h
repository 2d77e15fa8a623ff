// Pre-tokenizers: cut text into the words that BPE never merges across.
#ifndef LM_TOKENIZER_STEPS_PRETOKENIZER_H_
#define LM_TOKENIZER_STEPS_PRETOKENIZER_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {

// Immutable and thread-safe.
class PreTokenizer {
 public:
  // Each pattern cuts the pieces that the one before left; `metaspace` goes last. Without either text is one word.
  explicit PreTokenizer(std::vector<SplitPattern> splits, std::optional<Metaspace> metaspace = std::nullopt)
      : splits_(std::move(splits)), metaspace_(std::move(metaspace)) {}

  // Calls `use` with the words of `text` in their order; none is empty, and without a metaspace together they are
  // `text`. `at_start`: nothing stands before `text`. Any bytes are accepted: a run of bytes that are not well-formed
  // UTF-8 is a word of its own, and patterns see what lies between.
  void ForEachWord(absl::string_view text, bool at_start, absl::FunctionRef<void(absl::string_view)> use) const;

 private:
  void Split(size_t stage, absl::string_view text, bool at_start, absl::FunctionRef<void(absl::string_view)> use) const;

  std::vector<SplitPattern> splits_;
  std::optional<Metaspace> metaspace_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_PRETOKENIZER_H_
