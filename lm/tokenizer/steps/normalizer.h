// Normalizers: what a tokenizer.json does to text before it looks for words.
#ifndef LM_TOKENIZER_STEPS_NORMALIZER_H_
#define LM_TOKENIZER_STEPS_NORMALIZER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace lm {

struct NormalizerStep {
  enum class Kind {
    kNfc,
    kPrepend,  // `content`, unless the text is empty
    kReplace,  // every `pattern`, from left to right, by `content`
  };
  Kind kind;
  std::string pattern;  // not empty for kReplace
  std::string content;
};

// Immutable and thread-safe.
class Normalizer {
 public:
  explicit Normalizer(std::vector<NormalizerStep> steps) : steps_(std::move(steps)) {}

  // True when Normalize returns what it gets.
  bool is_identity() const { return steps_.empty(); }

  // Any bytes are accepted.
  std::string Normalize(absl::string_view text) const;

 private:
  std::vector<NormalizerStep> steps_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_NORMALIZER_H_
