// The "WordPiece" model of a tokenizer.json: the longest token first; and "WordLevel", whole words.
#ifndef LM_TOKENIZER_MODELS_WORD_PIECE_H_
#define LM_TOKENIZER_MODELS_WORD_PIECE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "lm/tokenizer/models/token_model.h"

namespace lm {

struct WordPieceParts {
  Vocabulary vocab;
  int32_t unk_id = kNoToken;
  std::string continuing_prefix = "##";  // before a token that does not start a word
  int64_t max_characters = 100;          // a longer word is unknown
  bool whole_words = false;              // WordLevel
};

// From the left always the longest token that fits; a word that cannot be cut so is one unknown token.
// O(bytes^2) for a word, whose length max_characters limits.
class WordPiece final : public TokenModel {
 public:
  explicit WordPiece(WordPieceParts parts);
  void Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const override;

 private:
  const WordPieceParts parts_;
  size_t longest_ = 0;  // bytes of a token
};

}  // namespace lm

#endif  // LM_TOKENIZER_MODELS_WORD_PIECE_H_
