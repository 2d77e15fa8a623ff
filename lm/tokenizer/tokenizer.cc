#include "lm/tokenizer/tokenizer.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "base/file.h"
#include "base/status.h"
#include "lm/tokenizer/bpe/bpe_model.h"
#include "lm/tokenizer/encode_runs.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/sentencepiece_tokenizer.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/normalizer.h"
#include "lm/tokenizer/steps/pretokenizer.h"
#include "lm/tokenizer/steps/token_decoder.h"

namespace lm {
namespace {

std::vector<AddedToken> WithNormalizedContent(std::vector<AddedToken> tokens, const Normalizer& normalizer) {
  for (AddedToken& token : tokens) token.content = normalizer.Normalize(token.content);
  return tokens;
}

// Text -> added tokens and the text between -> normalized, again added tokens and the text between -> words -> merges.
class BpeTokenizer final : public Tokenizer {
 public:
  explicit BpeTokenizer(TokenizerParts parts)
      : normalizer_(std::move(parts.normalizer)),
        raw_added_tokens_(parts.raw_added_tokens),
        normalized_added_tokens_(WithNormalizedContent(parts.normalized_added_tokens, normalizer_)),
        words_(std::move(parts.splits), std::move(parts.metaspace)),
        model_(parts.model),
        decoder_(std::move(parts.decoder)),
        prefix_(std::move(parts.prefix)),
        suffix_(std::move(parts.suffix)),
        token_ids_(std::move(parts.model.vocab)) {
    for (const auto& [token, id] : token_ids_) SetEntry(id, token, /*added=*/false, /*special=*/false);
    for (const auto* tokens : {&parts.raw_added_tokens, &parts.normalized_added_tokens}) {
      for (const AddedToken& token : *tokens) {
        token_ids_[token.content] = token.id;
        SetEntry(token.id, token.content, /*added=*/true, token.special);
      }
    }
  }

  TokenIds Encode(absl::string_view text, SpecialText special) const override {
    TokenIds ids;
    ids.reserve(text.size() / 3);
    raw_added_tokens_.Split(
        text,
        [&](absl::string_view piece) {
          const bool at_start = piece.data() == text.data();
          const bool specials = special == SpecialText::kAsTokens;
          if (normalizer_.is_identity()) return AppendNormalized(piece, at_start, specials, ids);
          AppendNormalized(normalizer_.Normalize(piece), at_start, specials, ids);
        },
        [&](int32_t id) { ids.push_back(id); }, special == SpecialText::kAsTokens);
    return ids;
  }

  Encoding EncodePieces(absl::Span<const TextPiece> pieces) const override { return EncodeRuns(*this, pieces); }

  const TokenIds& prefix() const override { return prefix_; }
  const TokenIds& suffix() const override { return suffix_; }

  std::string Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const override {
    std::vector<absl::string_view> pieces;
    pieces.reserve(ids.size());
    for (const int32_t id : ids) {
      if (!Has(id) || (options.skip_special_tokens && entries_[id].special)) continue;
      pieces.push_back(entries_[id].prepared);
    }
    return decoder_.Join(pieces, options.replace_broken_utf8);
  }

  std::optional<int32_t> TokenId(absl::string_view token) const override {
    const auto found = token_ids_.find(token);
    if (found == token_ids_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<std::string> Token(int32_t id) const override {
    if (!Has(id)) return std::nullopt;
    return entries_[id].token;
  }

  int64_t vocab_size() const override { return entries_.size(); }

 private:
  struct Entry {
    std::string token;
    std::string prepared;  // by decoder_
    bool in_use = false;
    bool special = false;
  };

  void SetEntry(int32_t id, const std::string& token, bool added, bool special) {
    if (id >= vocab_size()) entries_.resize(id + 1);
    entries_[id] = {token, decoder_.Prepare(token, added), /*in_use=*/true, special};
  }

  bool Has(int32_t id) const { return id >= 0 && id < vocab_size() && entries_[id].in_use; }

  // `at_start`: nothing of the whole text stands before `text`.
  void AppendNormalized(absl::string_view text, bool at_start, bool specials, TokenIds& ids) const {
    const auto use_word = [&](absl::string_view word) { model_.Append(word, ids); };
    normalized_added_tokens_.Split(
        text,
        [&](absl::string_view piece) { words_.ForEachWord(piece, at_start && piece.data() == text.data(), use_word); },
        [&](int32_t id) { ids.push_back(id); }, specials);
  }

  const Normalizer normalizer_;
  const AddedTokens raw_added_tokens_;
  const AddedTokens normalized_added_tokens_;
  const PreTokenizer words_;
  const BpeModel model_;
  const TokenDecoder decoder_;
  const TokenIds prefix_, suffix_;
  absl::flat_hash_map<std::string, int32_t> token_ids_;
  std::vector<Entry> entries_;  // by id
};

}  // namespace

TokenIds Tokenizer::AddSpecialTokens(TokenIds ids) const {
  ids.insert(ids.begin(), prefix().begin(), prefix().end());
  ids.insert(ids.end(), suffix().begin(), suffix().end());
  return ids;
}

Encoding EncodeRuns(const Tokenizer& tokenizer, absl::Span<const TextPiece> pieces) {
  Encoding encoding;
  size_t begin = 0;
  for (size_t i = 0; i < pieces.size();) {
    std::string text;
    const SpecialText special = pieces[i].special;
    for (; i < pieces.size() && pieces[i].special == special; ++i)
      text.append(pieces[i].text.data(), pieces[i].text.size());
    const TokenIds ids = tokenizer.Encode(text, special);
    for (size_t k = 0; k < ids.size(); ++k) {
      const std::string decoded = tokenizer.Decode(absl::MakeSpan(ids).first(k + 1), {false, false});
      const size_t end = begin + std::min(decoded.size(), text.size());
      encoding.spans.push_back({encoding.spans.empty() ? 0 : encoding.spans.back().end, end});
    }
    encoding.ids.insert(encoding.ids.end(), ids.begin(), ids.end());
    begin += text.size();
  }
  return encoding;
}

absl::StatusOr<std::unique_ptr<Tokenizer>> ParseTokenizer(absl::string_view json, absl::string_view where) {
  ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(json, where));
  return std::make_unique<BpeTokenizer>(std::move(parts));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string content, base::ReadFile(path));
  return absl::EndsWith(path, ".model") ? ParseSentencePiece(content, path) : ParseTokenizer(content, path);
}

std::string TokenizerPath(const std::string& folder) {
  const std::string json = folder + "/tokenizer.json", model = folder + "/tokenizer.model";
  return !base::FileExists(json) && base::FileExists(model) ? model : json;
}

}  // namespace lm
