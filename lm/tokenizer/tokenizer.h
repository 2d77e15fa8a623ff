// Tokenizers: text to token ids and back, as a Hugging Face tokenizer.json or a sentencepiece tokenizer.model says.
#ifndef LM_TOKENIZER_TOKENIZER_H_
#define LM_TOKENIZER_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct DecodeOptions {
  bool skip_special_tokens = true;
  // Bytes that are not UTF-8 become U+FFFD, as in the Rust tokenizers, instead of staying as they are. For ids that are
  // to be read before all of a character's bytes are there.
  bool replace_broken_utf8 = false;
};

// Immutable and thread-safe. For a text without special tokens, Decode(Encode(text)) == text, byte for byte, unless the
// tokenizer's own rules change text: NFC does, "\u2581" may become a space, and a tokenizer.model has its own ideas of
// white space and of bytes that are not UTF-8.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // The ids of `text`, adding no BOS or EOS. Added tokens that occur in the text are recognised, special ones too. Any
  // bytes are accepted. O(n log n), in practice linear.
  virtual TokenIds Encode(absl::string_view text) const = 0;

  // `ids` of one text with what the tokenizer puts around it, BOS as a rule.
  virtual TokenIds AddSpecialTokens(TokenIds ids) const = 0;

  // The text of `ids`. Those that no token has are left out (models have more of them than tokenizers, for padding).
  virtual std::string Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const = 0;
  std::string Decode(absl::Span<const int32_t> ids) const { return Decode(ids, DecodeOptions()); }

  // The id of a token as the file writes it ("<|endoftext|>"); none when there is no such token.
  virtual std::optional<int32_t> TokenId(absl::string_view token) const = 0;

  // The other way round; none for an id that no token has.
  virtual std::optional<std::string> Token(int32_t id) const = 0;

  // One more than the highest id: the least number of rows of a model's embedding.
  virtual int64_t vocab_size() const = 0;
};

// Reads a tokenizer.json, or a tokenizer.model when the path ends in ".model". kUnimplemented names a component that is
// not supported (tokenizer_json.h says which are); kInvalidArgument names the file and the field that is wrong.
absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path);

// The same for a tokenizer.json's text; `where` names it in messages.
absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where);

// The tokenizer's file in a model's folder: tokenizer.json, as for transformers, or tokenizer.model where that is the
// only one. The first, where there is neither.
std::string TokenizerPath(const std::string& folder);

}  // namespace lm

#endif  // LM_TOKENIZER_TOKENIZER_H_
