#include "lm/tokenizer/sentencepiece_tokenizer.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/tokenizer/json/tokenizer_json.h"
#include "lm/tokenizer/sentencepiece_library.h"
#include "lm/tokenizer/steps/added_tokens.h"
#include "lm/tokenizer/steps/post_processor.h"
#include "lm/tokenizer/steps/token_decoder.h"
#include "lm/tokenizer/text/byte_token.h"
#include "lm/tokenizer/text/metaspace.h"

namespace lm {
namespace {

std::vector<AddedToken> ControlTokens(const SentencePieceModel& model, std::vector<AddedToken> tokens) {
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
  spaces.pattern = SplitPattern::Literal(kSpaceMark);
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
  // `added`: tokens that are not the model's.
  SentencePieceTokenizer(std::unique_ptr<SentencePieceModel> model, const std::vector<AddedToken>& added)
      : model_(std::move(model)), control_tokens_(ControlTokens(*model_, added)), decoder_(DecoderSteps(*model_)) {
    if (model_->bos_id() >= 0) prefix_ = {model_->bos_id()};
    for (int id = 0; id < model_->size(); ++id) {
      pieces_.push_back({model_->Piece(id), decoder_.Prepare(model_->Piece(id)), true, model_->IsControl(id)});
      ids_[model_->Piece(id)] = id;
    }
    for (const AddedToken& token : added) {
      if (token.id >= vocab_size()) pieces_.resize(token.id + 1);
      // A piece of the model may be made an added token, and stays what it is.
      const std::string prepared = token.id < model_->size() ? pieces_[token.id].prepared : token.content;
      pieces_[token.id] = {token.content, prepared, true, token.special};
      ids_[token.content] = token.id;
    }
  }

  TokenIds Encode(absl::string_view text, SpecialText special) const override {
    return EncodePieces({{text, special}}).ids;
  }

  Encoding EncodePieces(absl::Span<const TextPiece> pieces) const override {
    std::string joint;
    std::vector<size_t> ends;  // of the pieces
    for (const TextPiece& piece : pieces) {
      joint.append(piece.text.data(), piece.text.size());
      ends.push_back(joint.size());
    }
    const auto is_meant = [&](size_t begin, size_t end) {
      size_t from = 0;
      for (size_t i = 0; i < pieces.size(); from = ends[i], ++i) {
        if (pieces[i].special == SpecialText::kAsText && begin < ends[i] && from < end) return false;
      }
      return true;
    };
    Encoding encoding;
    control_tokens_.Split(joint, is_meant, [&](const AddedTokens::Part& part) {
      if (part.token == nullptr) return AppendText(absl::string_view(joint).substr(0, part.end), part.begin, encoding);
      encoding.ids.push_back(part.token->id);
      encoding.spans.push_back({part.begin, part.end});
    });
    return encoding;
  }

  FullEncoding EncodeFully(absl::string_view text, std::optional<absl::string_view> second,
                           SpecialText special) const override {
    FullEncoding encoding = {prefix_, std::vector<TextSpan>(prefix_.size()), std::vector<int32_t>(prefix_.size())};
    const auto add = [&](absl::string_view source, int32_t type_id) {
      Encoding part = EncodePieces({{source, special}});
      ToCharacters(source, part.spans);
      encoding.ids.insert(encoding.ids.end(), part.ids.begin(), part.ids.end());
      encoding.characters.insert(encoding.characters.end(), part.spans.begin(), part.spans.end());
      encoding.type_ids.resize(encoding.ids.size(), type_id);
    };
    add(text, 0);
    if (second) add(*second, 1);
    return encoding;
  }

  const TokenIds& prefix() const override { return prefix_; }
  const TokenIds& suffix() const override { return suffix_; }

  std::string Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const override {
    std::vector<absl::string_view> pieces;
    pieces.reserve(ids.size());
    for (const int32_t id : ids) {
      if (!Has(id) || (options.skip_special_tokens && pieces_[id].is_special)) continue;
      pieces.push_back(pieces_[id].prepared);
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
    return pieces_[id].token;
  }

  int64_t vocab_size() const override { return pieces_.size(); }

 private:
  // Of `text` from byte `at` on. The library does not say what its pieces stand for. They are followed through the text
  // by their own text; where the model's normalization changed it, a piece stands for as many bytes as it has itself.
  void AppendText(absl::string_view text, size_t at, Encoding& encoding) const {
    const absl::string_view rest = text.substr(at);
    bool is_first = true;
    for (const int id : model_->Encode({rest.data(), rest.size()})) {
      absl::string_view piece = pieces_[id].prepared;
      // The space that the library puts there stands for nothing.
      if (is_first && !absl::StartsWith(text.substr(at), piece)) absl::ConsumePrefix(&piece, " ");
      is_first = false;
      const size_t end = std::min(text.size(), at + (ByteOfToken(piece) ? 1 : piece.size()));
      encoding.ids.push_back(id);
      encoding.spans.push_back({at, end});
      at = end;
    }
    if (!is_first) encoding.spans.back().end = text.size();
  }

  bool Has(int32_t id) const { return id >= 0 && id < vocab_size() && pieces_[id].in_use; }

  const std::unique_ptr<SentencePieceModel> model_;
  const AddedTokens control_tokens_;
  const TokenDecoder decoder_;
  TokenIds prefix_;
  const TokenIds suffix_;  // none
  struct Piece {
    std::string token;
    std::string prepared;  // by decoder_
    bool in_use = false;
    bool is_special = false;
  };
  std::vector<Piece> pieces_;  // by id
  absl::flat_hash_map<std::string, int32_t> ids_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Tokenizer>> ParseSentencePiece(const std::string& bytes, absl::string_view where,
                                                              const base::Json& more_tokens,
                                                              absl::string_view more_where) {
  SentencePieceResult result = ParseSentencePieceModel(bytes);
  if (result.library_missing) {
    return absl::FailedPreconditionError(absl::StrCat(
        where, ": needs libsentencepiece (Debian: libsentencepiece0), which cannot be loaded: ", result.error));
  }
  if (result.model == nullptr || result.model->size() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": is no sentencepiece model: ", base::OneLine(absl::string_view(result.error).substr(0, 300))));
  }
  TokenizerParts parts;
  for (int id = 0; id < result.model->size(); ++id) parts.vocab[result.model->Piece(id)] = id;
  RETURN_IF_ERROR(ReadMoreTokens(more_tokens, more_where, parts));
  std::vector<AddedToken> added = std::move(parts.raw_added_tokens);
  added.insert(added.end(), parts.normalized_added_tokens.begin(), parts.normalized_added_tokens.end());
  return std::make_unique<SentencePieceTokenizer>(std::move(result.model), added);
}

}  // namespace lm
