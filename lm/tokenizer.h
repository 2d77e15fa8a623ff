// Text to token ids and back, as a Hugging Face tokenizer.json says.
#ifndef LM_TOKENIZER_H_
#define LM_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokens.h"

namespace lm {

// Immutable and thread-safe. For a text without special tokens, Decode(Encode(text)) == text, byte for byte.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // The ids of `text`, adding no BOS or EOS. Added tokens that occur in the text are recognised, special ones too. Any
  // bytes are accepted. O(n log n).
  virtual TokenIds Encode(absl::string_view text) const = 0;

  // The text of `ids`; special tokens are left out, and so are ids that no token has (models have more of them than
  // tokenizers, for padding). Bytes that are not UTF-8 are kept as they are.
  virtual std::string Decode(absl::Span<const int32_t> ids) const = 0;

  // The id of a token as tokenizer.json writes it ("<|endoftext|>"); none when there is no such token.
  virtual std::optional<int32_t> TokenId(absl::string_view token) const = 0;

  // One more than the highest id: the least number of rows of a model's embedding.
  virtual int64_t vocab_size() const = 0;
};

// Reads a byte-level BPE tokenizer.json. kUnimplemented names a component that is not supported (tokenizer_json.h says
// which are); kInvalidArgument names the file and the field that is wrong.
absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path);

// The same for a file's text; `where` names it in messages.
absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where);

}  // namespace lm

#endif  // LM_TOKENIZER_H_
