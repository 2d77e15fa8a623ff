// Token decoders: from tokens back to text, the "decoder" of a tokenizer.json.
#ifndef LM_TOKENIZER_STEPS_TOKEN_DECODER_H_
#define LM_TOKENIZER_STEPS_TOKEN_DECODER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/pattern.h"

namespace lm {

struct DecoderStep {
  enum class Kind {
    kByteLevel,     // characters that stand for bytes (byte_level.h), in tokens that have no other ones; then kFuse
    kReplace,       // in every token, what `pattern` matches by `content`
    kByteFallback,  // "<0x0A>" is a byte
    kFuse,          // the tokens become one
    kStrip,         // up to `start` times `content` from the front of every token, `stop` times from its end
    kMetaspace,     // `content` is a space, and with `strip_first` nothing in the first token
    kWordPiece,     // a space before every token but the first, or instead of that no `content` at its front
    kSuffix,        // `content` is a space, and nothing in the last token
    kCleanUp,       // no space before punctuation and English contractions
    kSpaces,        // a space between any two tokens, as where the file names no decoder
  };
  Kind kind;
  std::optional<SplitPattern> pattern;
  std::string content;
  int start = 0;
  int stop = 0;
  bool strip_first = false;
};

// Immutable and thread-safe. Steps that look at one token at a time are done once a token, by Prepare; Join does the
// others.
class TokenDecoder {
 public:
  explicit TokenDecoder(std::vector<DecoderStep> steps);

  // The part of decoding that depends on one token alone.
  std::string Prepare(absl::string_view token) const;

  // The text of prepared tokens. Bytes that are no UTF-8 stay, or become U+FFFD (`replace_broken`): one for every byte
  // of a run of byte tokens that is not well-formed as a whole, else one for every maximal part of a character.
  std::string Join(std::vector<absl::string_view> tokens, bool replace_broken) const;

 private:
  std::vector<DecoderStep> each_;  // steps on single tokens, before
  std::vector<DecoderStep> all_;   // those that need the others
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_TOKEN_DECODER_H_
