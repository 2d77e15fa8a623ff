// Pre-tokenizers: cut text into the words that a model never joins.
#ifndef LM_TOKENIZER_STEPS_PRETOKENIZER_H_
#define LM_TOKENIZER_STEPS_PRETOKENIZER_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/aligned_text.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {

// What becomes of the matches among the pieces of a text.
enum class SplitBehavior {
  kRemoved,             // they vanish
  kIsolated,            // each is a piece
  kContiguous,          // neighbours are one piece
  kMergedWithPrevious,  // each joins what stands before it, unless that is a match too
  kMergedWithNext,
};

struct PreTokenizerStep {
  enum class Kind {
    kPattern,        // `pattern`
    kCharacters,     // every character that `matches`
    kWordsAndMarks,  // runs of word characters, and of others; white space vanishes
    kMetaspace,
    kByteLevel,  // a space before text that has none; `pattern`, if any; then each byte as its symbol (byte_level.h)
  };
  Kind kind;
  std::optional<SplitPattern> pattern;
  bool (*matches)(char32_t) = nullptr;
  SplitBehavior behavior = SplitBehavior::kIsolated;
  bool invert = false;  // what matches and what lies between change places
  Metaspace metaspace;
  bool add_prefix_space = false;
};

// Immutable and thread-safe.
class PreTokenizer {
 public:
  // Each step cuts, or changes, the pieces that the one before left. Without any a text is one word.
  explicit PreTokenizer(std::vector<PreTokenizerStep> steps);

  // Calls `use` with the words of `text` in their order; none is empty. Any bytes are accepted: a run of bytes that are
  // not well-formed UTF-8 is a word of its own, and patterns see what lies between. `as_bytes`: a kByteLevel that is
  // the last step leaves bytes as they are.
  void ForEachWord(const AlignedView& text, bool as_bytes, absl::FunctionRef<void(const AlignedView&)> use) const;

 private:
  using Use = absl::FunctionRef<void(const AlignedView&)>;
  void Run(size_t step, const AlignedView& text, bool as_bytes, Use use) const;
  void RunMetaspace(size_t step, const AlignedView& text, bool as_bytes, Use use) const;
  void RunByteLevel(size_t step, const AlignedView& text, bool as_bytes, Use use) const;

  std::vector<PreTokenizerStep> steps_;
  bool looks_at_characters_ = false;
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_PRETOKENIZER_H_
