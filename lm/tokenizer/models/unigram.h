// The "Unigram" model of a tokenizer.json: the most probable tokens for a word.
#ifndef LM_TOKENIZER_MODELS_UNIGRAM_H_
#define LM_TOKENIZER_MODELS_UNIGRAM_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lm/tokenizer/models/token_model.h"

namespace lm {

struct UnigramParts {
  std::vector<std::pair<std::string, double>> pieces;  // by id, with log-probabilities
  int32_t unk_id = kNoToken;
  bool byte_fallback = false;
};

// The segmentation whose scores have the highest sum; of equal ones, at every place, the one whose last token starts
// first. A character that is no token counts ten less than the worst token, and neighbours of that kind are one unknown
// token, or with byte_fallback their bytes if all those have tokens; without an unk_id they vanish.
// Source: Kudo 2018, arXiv:1804.10959, by Viterbi's algorithm. O(bytes * longest token).
class Unigram final : public TokenModel {
 public:
  explicit Unigram(const UnigramParts& parts);
  void Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const override;

 private:
  struct Node {
    int32_t id = kNoToken;
    double score = 0;
  };
  void AppendPiece(absl::string_view piece, size_t begin, TokenIds& ids, std::vector<WordPart>* parts) const;

  // A trie of bytes: node and byte -> node; 0 is the root.
  absl::flat_hash_map<uint64_t, int32_t> children_;
  std::vector<Node> nodes_;
  Vocabulary ids_;
  double unknown_score_ = 0;
  int32_t unk_id_;
  bool byte_fallback_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_MODELS_UNIGRAM_H_
