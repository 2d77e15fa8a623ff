// Text to token ids and back, as a Hugging Face tokenizer.json says.
#ifndef LM_TOKENIZER_H_
#define LM_TOKENIZER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokens.h"

namespace lm {

// Immutable and thread-safe.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // The ids of `text`, adding no BOS or EOS. Added special tokens that occur in the text are recognised. Any bytes are
  // accepted.
  virtual TokenIds Encode(absl::string_view text) const = 0;

  // The text of `ids`; special tokens are left out. Bytes that are not UTF-8 are kept as they are.
  virtual std::string Decode(absl::Span<const int32_t> ids) const = 0;

  virtual int64_t vocab_size() const = 0;
};

// Reads a byte-level BPE tokenizer.json. kUnimplemented names a component that is not supported.
absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path);

}  // namespace lm

#endif  // LM_TOKENIZER_H_
