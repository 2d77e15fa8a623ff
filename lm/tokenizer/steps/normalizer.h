// Normalizers: what a tokenizer.json does to text before it looks for words.
#ifndef LM_TOKENIZER_STEPS_NORMALIZER_H_
#define LM_TOKENIZER_STEPS_NORMALIZER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "lm/tokenizer/steps/character_map.h"
#include "lm/tokenizer/text/aligned_text.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {

struct NormalizerStep {
  enum class Kind {
    kNfc,
    kNfd,
    kNfkc,
    kNfkd,
    kLowercase,        // a character at a time
    kStrip,            // white space at the beginning (`left`) and the end (`right`)
    kStripAccents,     // combining marks vanish
    kStripNonspacing,  // those of the category Mn do
    kPrepend,          // `content`, unless the text is empty
    kReplace,          // every match of `pattern`, from left to right, by `content`
    kNmt,              // sentencepiece's: controls vanish, other white space is a space
    kCleanText,        // Bert's: controls vanish, white space is a space
    kSpaceCjk,         // spaces around Chinese characters
    kPrecompiled,      // sentencepiece's character map
    kByteLevel,        // every byte as its symbol (byte_level.h)
  };
  Kind kind;
  std::optional<SplitPattern> pattern;
  std::shared_ptr<const CharacterMap> map;  // of kPrecompiled
  std::string content;
  bool left = true, right = true;
};

// Immutable and thread-safe.
class Normalizer {
 public:
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}

  // True when Normalize returns what it gets.
  bool is_identity() const { return steps_.empty(); }

  // Any bytes are accepted; those that are not UTF-8 stay as they are. Spans are kept where there are some.
  AlignedText Normalize(const AlignedView& text) const;

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_NORMALIZER_H_
