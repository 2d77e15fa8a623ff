// A tokenizer.json at work.
#ifndef LM_TOKENIZER_JSON_TOKENIZER_H_
#define LM_TOKENIZER_JSON_TOKENIZER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/models/token_model.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/normalizer.h"
#include "lm/tokenizer/steps/post_processor.h"
#include "lm/tokenizer/steps/pretokenizer.h"
#include "lm/tokenizer/steps/token_decoder.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

// Text -> added tokens and the text between -> normalized, again added tokens and the text between -> words -> tokens.
//
// Where nobody asks what the tokens stand for, no spans are kept, and byte-level words stay bytes: both are faster and
// give the same ids.
class JsonTokenizer final : public Tokenizer {
 public:
  explicit JsonTokenizer(TokenizerParts parts);

  TokenIds Encode(absl::string_view text, SpecialText special) const override;
  Encoding EncodePieces(absl::Span<const TextPiece> pieces) const override;
  FullEncoding EncodeFully(absl::string_view text, std::optional<absl::string_view> second,
                           SpecialText special) const override;
  const TokenIds& prefix() const override { return post_processor_.prefix; }
  const TokenIds& suffix() const override { return post_processor_.suffix; }
  std::string Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const override;
  std::optional<int32_t> TokenId(absl::string_view token) const override;
  std::optional<std::string> Token(int32_t id) const override;
  int64_t vocab_size() const override { return entries_.size(); }

 private:
  struct Entry {
    std::string token;
    std::string prepared;  // by decoder_
    bool in_use = false;
    bool special = false;
  };

  // The source's parts in which special tokens are meant: all, none, or what the pieces say.
  class Meaning;

  struct Result {
    TokenIds ids;
    std::vector<TextSpan> spans;      // bytes of the source, where they are tracked
    std::vector<size_t> last_begins;  // likewise: where the last of a token's characters begins
    std::vector<std::string> texts;   // of the tokens, likewise: for trimming offsets
  };

  void SetEntry(int32_t id, const std::string& token, const std::string& to_decode, bool special);
  bool Has(int32_t id) const { return id >= 0 && id < vocab_size() && entries_[id].in_use; }

  Result Run(const AlignedView& text, const Meaning& meaning) const;
  void AppendText(const AlignedView& text, const Meaning& meaning, Result& result) const;
  void AppendWord(const AlignedView& word, const Meaning& meaning, Result& result) const;
  bool CutSpecialWord(const AlignedView& word, const Meaning& meaning, size_t first, const std::vector<WordPart>& parts,
                      Result& result) const;

  const Normalizer normalizer_;
  const AddedTokens raw_added_tokens_;
  const AddedTokens normalized_added_tokens_;
  const PreTokenizer words_;
  const std::unique_ptr<const TokenModel> model_;
  const TokenDecoder decoder_;
  const PostProcessor post_processor_;
  // Whether the first word depends on where the normalizer's text came from.
  const bool always_tracks_;
  const bool unknown_is_text_;  // to the library the text of an unknown token is what it stands for
  const int32_t unk_id_;
  bool model_has_special_tokens_ = false;
  absl::flat_hash_map<std::string, int32_t> token_ids_;
  std::vector<Entry> entries_;  // by id
};

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_TOKENIZER_H_
