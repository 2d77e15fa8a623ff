// Token models: words to tokens, the "model" of a tokenizer.json.
#ifndef LM_TOKENIZER_MODELS_TOKEN_MODEL_H_
#define LM_TOKENIZER_MODELS_TOKEN_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

constexpr int32_t kNoToken = -1;

// Token as the file writes it -> id; no two share an id.
using Vocabulary = absl::flat_hash_map<std::string, int32_t>;

// The bytes [begin, end) of a word.
using WordPart = std::pair<size_t, size_t>;

// Thread-safe.
class TokenModel {
 public:
  virtual ~TokenModel() = default;

  // Appends the ids of `word`, any bytes but none; and to `parts`, if not null, which part of the word each stands for.
  virtual void Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const = 0;

  // Whether words are bytes instead of characters that stand for bytes (byte_level.h), as long as no parts are wanted.
  virtual bool takes_bytes() const { return false; }
};

}  // namespace lm

#endif  // LM_TOKENIZER_MODELS_TOKEN_MODEL_H_
