// Post-processors: what a tokenizer.json puts around the ids of one text, or of two.
#ifndef LM_TOKENIZER_STEPS_POST_PROCESSOR_H_
#define LM_TOKENIZER_STEPS_POST_PROCESSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/aligned_text.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// One part of what is put together: the first text, the second, or ids.
struct TemplatePart {
  enum class Kind { kFirst, kSecond, kIds };
  Kind kind = Kind::kIds;
  TokenIds ids;
  int32_t type_id = 0;
};

struct PostProcessor {
  TokenIds prefix, suffix;         // around one text
  int32_t single_type_id = 0;      // of one text
  std::vector<TemplatePart> pair;  // of two texts; empty: one after the other, of the types 0 and 1
  // Offsets leave out the white space at a token's ends (ByteLevel, Roberta); with `add_prefix_space` one of the first
  // token's stays, since it was put there.
  bool trims_offsets = false;
  bool add_prefix_space = false;
};

// Turns bytes of `text` into characters of it.
void ToCharacters(absl::string_view text, std::vector<TextSpan>& spans);

// Takes white space off the spans of `tokens`, one each, in characters: as `processor` says.
void TrimOffsets(const PostProcessor& processor, const std::vector<std::string>& tokens, std::vector<TextSpan>& spans);

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_POST_PROCESSOR_H_
