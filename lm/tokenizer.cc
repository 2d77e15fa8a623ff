#include "lm/tokenizer.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/added_tokens.h"
#include "lm/bpe.h"
#include "lm/byte_level.h"
#include "lm/pretokenizer.h"
#include "lm/tokenizer_json.h"
#include "lm/word_cache.h"

namespace lm {
namespace {

// Text -> added tokens and the text between -> words -> bytes -> merges.
class ByteLevelTokenizer final : public Tokenizer {
 public:
  explicit ByteLevelTokenizer(TokenizerParts parts)
      : raw_added_tokens_(parts.raw_added_tokens),
        normalized_added_tokens_(parts.normalized_added_tokens),
        words_(std::move(parts.splits)),
        byte_ids_(parts.byte_ids),
        merges_(parts.merges),
        token_ids_(std::move(parts.vocab)) {
    for (const auto& [token, id] : token_ids_) {
      std::string bytes = SymbolsToBytes(token).value_or(token);
      if (parts.ignore_merges) whole_words_[bytes] = id;
      SetText(id, std::move(bytes));
    }
    for (const auto* tokens : {&parts.raw_added_tokens, &parts.normalized_added_tokens}) {
      for (const AddedToken& token : *tokens) {
        token_ids_[token.content] = token.id;
        SetText(token.id, token.special ? "" : token.content);
      }
    }
  }

  TokenIds Encode(absl::string_view text) const override {
    TokenIds ids;
    ids.reserve(text.size() / 3);
    const auto use_token = [&](int32_t id) { ids.push_back(id); };
    const auto use_text = [&](absl::string_view piece) {
      words_.ForEachWord(piece, [&](absl::string_view word) { AppendWord(word, ids); });
    };
    raw_added_tokens_.Split(
        text, [&](absl::string_view piece) { normalized_added_tokens_.Split(piece, use_text, use_token); }, use_token);
    return ids;
  }

  std::string Decode(absl::Span<const int32_t> ids) const override {
    std::string text;
    for (const int32_t id : ids) {
      if (id >= 0 && id < vocab_size()) text += text_of_id_[id];
    }
    return text;
  }

  std::optional<int32_t> TokenId(absl::string_view token) const override {
    const auto found = token_ids_.find(token);
    if (found == token_ids_.end()) return std::nullopt;
    return found->second;
  }

  int64_t vocab_size() const override { return text_of_id_.size(); }

 private:
  void SetText(int32_t id, std::string text) {
    if (id >= vocab_size()) text_of_id_.resize(id + 1);
    text_of_id_[id] = std::move(text);
  }

  void AppendWord(absl::string_view word, TokenIds& ids) const {
    if (cache_.Append(word, ids)) return;
    const TokenIds of_word = EncodeWord(word);
    cache_.Remember(word, of_word.data(), of_word.data() + of_word.size());
    ids.insert(ids.end(), of_word.begin(), of_word.end());
  }

  TokenIds EncodeWord(absl::string_view word) const {
    const auto whole = whole_words_.find(word);
    if (whole != whole_words_.end()) return {whole->second};
    TokenIds symbols;
    symbols.reserve(word.size());
    for (const char byte : word) symbols.push_back(byte_ids_[static_cast<uint8_t>(byte)]);
    merges_.Apply(symbols);
    return symbols;
  }

  const AddedTokens raw_added_tokens_;
  const AddedTokens normalized_added_tokens_;
  const PreTokenizer words_;
  const std::array<int32_t, 256> byte_ids_;
  const BpeMerges merges_;
  absl::flat_hash_map<std::string, int32_t> token_ids_;
  absl::flat_hash_map<std::string, int32_t> whole_words_;  // by their bytes; empty unless ignore_merges
  std::vector<std::string> text_of_id_;                    // empty: special, or not in use
  mutable WordCache cache_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(json, where));
  return std::make_unique<ByteLevelTokenizer>(std::move(parts));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string json, base::ReadFile(path));
  return ParseTokenizer(json, path);
}

}  // namespace lm
