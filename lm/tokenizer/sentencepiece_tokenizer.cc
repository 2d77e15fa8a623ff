#include "lm/tokenizer/sentencepiece_tokenizer.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lm/tokenizer/encode_runs.h"
#include "lm/tokenizer/sentencepiece_library.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/token_decoder.h"
#include "lm/tokenizer/text/metaspace.h"

namespace lm {
namespace {

std::vector<AddedToken> ControlTokens(const SentencePieceModel& model) {
  std::vector<AddedToken> tokens;
  for (int id = 0; id < model.size(); ++id) {
    if (!model.IsControl(id) || model.Piece(id).empty()) continue;
    AddedToken token;
    token.content = model.Piece(id);
    token.id = id;
    token.special = true;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

// What undoes the space that the model puts before or after every text; which one a letter shows.
std::vector<DecoderStep> DecoderSteps(const SentencePieceModel& model) {
  DecoderStep spaces, bytes, fuse, strip;
  spaces.kind = DecoderStep::Kind::kReplace;
  spaces.pattern = kSpaceMark;
  spaces.content = " ";
  bytes.kind = DecoderStep::Kind::kByteFallback;
  fuse.kind = DecoderStep::Kind::kFuse;
  strip.kind = DecoderStep::Kind::kStrip;
  strip.content = " ";
  const std::vector<int> letter = model.Encode("a");
  if (!letter.empty()) {
    strip.start = absl::StartsWith(model.Piece(letter.front()), kSpaceMark) ? 1 : 0;
    strip.stop = absl::EndsWith(model.Piece(letter.back()), kSpaceMark) ? 1 : 0;
  }
  return {spaces, bytes, fuse, strip};
}

class SentencePieceTokenizer final : public Tokenizer {
 public:
  explicit SentencePieceTokenizer(std::unique_ptr<SentencePieceModel> model)
      : model_(std::move(model)), control_tokens_(ControlTokens(*model_)), decoder_(DecoderSteps(*model_)) {
    if (model_->bos_id() >= 0) prefix_ = {model_->bos_id()};
    for (int id = 0; id < model_->size(); ++id) {
      pieces_.push_back(decoder_.Prepare(model_->Piece(id), /*added=*/false));
      ids_[model_->Piece(id)] = id;
    }
  }

  TokenIds Encode(absl::string_view text, SpecialText special) const override {
    TokenIds ids;
    control_tokens_.Split(
        text,
        [&](absl::string_view piece) {
          const std::vector<int> of_piece = model_->Encode({piece.data(), piece.size()});
          ids.insert(ids.end(), of_piece.begin(), of_piece.end());
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
      if (!Has(id) || (options.skip_special_tokens && model_->IsControl(id))) continue;
      pieces.push_back(pieces_[id]);
    }
    return decoder_.Join(std::move(pieces), options.replace_broken_utf8);
  }

  std::optional<int32_t> TokenId(absl::string_view token) const override {
    const auto found = ids_.find(token);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
  }

  std::optional<std::string> Token(int32_t id) const override {
    if (!Has(id)) return std::nullopt;
    return model_->Piece(id);
  }

  int64_t vocab_size() const override { return pieces_.size(); }

 private:
  bool Has(int32_t id) const { return id >= 0 && id < vocab_size(); }

  const std::unique_ptr<SentencePieceModel> model_;
  const AddedTokens control_tokens_;
  const TokenDecoder decoder_;
  TokenIds prefix_;
  const TokenIds suffix_;            // none
  std::vector<std::string> pieces_;  // by id, prepared by decoder_
  absl::flat_hash_map<std::string, int32_t> ids_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> ParseSentencePiece(const std::string& bytes, absl::string_view where) {
  SentencePieceResult result = ParseSentencePieceModel(bytes);
  if (result.library_missing) {
    return absl::FailedPreconditionError(absl::StrCat(
        where, ": needs libsentencepiece (Debian: libsentencepiece0), which cannot be loaded: ", result.error));
  }
  if (result.model == nullptr || result.model->size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": is no sentencepiece model: ", result.error));
  }
  return std::make_unique<SentencePieceTokenizer>(std::move(result.model));
}

}  // namespace lm
