#include "lm/tokenizer/json_tokenizer.h"

#include <algorithm>
#include <utility>

#include "lm/tokenizer/bpe/bpe_model.h"
#include "lm/tokenizer/models/unigram.h"
#include "lm/tokenizer/models/word_piece.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

std::vector<AddedToken> WithNormalizedContent(std::vector<AddedToken> tokens, const Normalizer& normalizer) {
  std::stable_partition(tokens.begin(), tokens.end(), [](const AddedToken& token) { return token.special; });
  for (AddedToken& token : tokens) token.content = normalizer.Normalize({token.content}).text;
  // What is nothing is found nowhere.
  tokens.erase(std::remove_if(tokens.begin(), tokens.end(), [](const auto& token) { return token.content.empty(); }),
               tokens.end());
  return tokens;
}

std::unique_ptr<const TokenModel> MakeModel(const TokenizerParts& parts) {
  if (const auto* bpe = std::get_if<BpeModelParts>(&parts.model)) return std::make_unique<BpeModel>(*bpe);
  if (const auto* unigram = std::get_if<UnigramParts>(&parts.model)) return std::make_unique<Unigram>(*unigram);
  return std::make_unique<WordPiece>(std::get<WordPieceParts>(parts.model));
}

bool StartsDifferently(const TokenizerParts& parts) {
  const auto looks_at_start = [](const PreTokenizerStep& step) {
    return step.kind == PreTokenizerStep::Kind::kMetaspace && step.metaspace.prepend == Metaspace::Prepend::kFirst;
  };
  return !parts.normalizer.empty() &&
         std::any_of(parts.pre_tokenizer.begin(), parts.pre_tokenizer.end(), looks_at_start);
}

}  // namespace

class JsonTokenizer::Meaning {
 public:
  explicit Meaning(SpecialText special) : all_(special == SpecialText::kAsTokens) {}

  explicit Meaning(absl::Span<const TextPiece> pieces) : all_(true) {
    size_t begin = 0;
    for (const TextPiece& piece : pieces) {
      const size_t end = begin + piece.text.size();
      if (piece.special == SpecialText::kAsText && end > begin) as_text_.push_back({begin, end});
      begin = end;
    }
  }

  // O(log n) for n pieces.
  bool IsMeant(TextSpan source) const {
    const auto text = std::partition_point(as_text_.begin(), as_text_.end(),
                                           [&](const TextSpan& span) { return span.end <= source.begin; });
    return all_ && (text == as_text_.end() || text->begin >= source.end);
  }

  bool IsEverywhere() const { return all_ && as_text_.empty(); }

 private:
  const bool all_;
  std::vector<TextSpan> as_text_;  // in ascending order
};

JsonTokenizer::JsonTokenizer(TokenizerParts parts)
    : normalizer_(parts.normalizer),
      raw_added_tokens_(parts.raw_added_tokens),
      normalized_added_tokens_(WithNormalizedContent(parts.normalized_added_tokens, normalizer_)),
      words_(parts.pre_tokenizer),
      model_(MakeModel(parts)),
      decoder_(std::move(parts.decoder)),
      post_processor_(std::move(parts.post_processor)),
      always_tracks_(StartsDifferently(parts)),
      unknown_is_text_(std::holds_alternative<UnigramParts>(parts.model)),
      unk_id_(std::visit([](const auto& model) { return model.unk_id; }, parts.model)) {
  for (const auto& [token, id] : parts.vocab) SetEntry(id, token, token, /*special=*/false);
  if (const auto* unigram = std::get_if<UnigramParts>(&parts.model)) {
    for (size_t id = 0; id < unigram->pieces.size(); ++id) {
      if (!Has(id)) SetEntry(id, unigram->pieces[id].first, unigram->pieces[id].first, /*special=*/false);
    }
  }
  token_ids_ = std::move(parts.vocab);
  for (const AddedToken& token : parts.raw_added_tokens) {
    model_has_special_tokens_ |= token.special && token.id != unk_id_ && token_ids_.contains(token.content);
    SetEntry(token.id, token.content, token.content, token.special);
    token_ids_[token.content] = token.id;
  }
  for (const AddedToken& token : parts.normalized_added_tokens) {
    model_has_special_tokens_ |= token.special && token.id != unk_id_ && token_ids_.contains(token.content);
    SetEntry(token.id, token.content, normalizer_.Normalize({token.content}).text, token.special);
    token_ids_[token.content] = token.id;
  }
}

void JsonTokenizer::SetEntry(int32_t id, const std::string& token, const std::string& to_decode, bool special) {
  if (id >= vocab_size()) entries_.resize(id + 1);
  entries_[id] = {token, decoder_.Prepare(to_decode), /*in_use=*/true, special};
}

TokenIds JsonTokenizer::Encode(absl::string_view text, SpecialText special) const {
  if (always_tracks_) return EncodePieces({{text, special}}).ids;
  return Run({text}, Meaning(special)).ids;
}

Encoding JsonTokenizer::EncodePieces(absl::Span<const TextPiece> pieces) const {
  std::string joint;
  for (const TextPiece& piece : pieces) joint.append(piece.text.data(), piece.text.size());
  const std::vector<TextSpan> spans = OwnSpans(joint);
  Result result = Run({joint, spans.data()}, Meaning(pieces));
  return {std::move(result.ids), std::move(result.spans)};
}

JsonTokenizer::Result JsonTokenizer::Run(const AlignedView& text, const Meaning& meaning) const {
  Result result;
  result.ids.reserve(text.text.size() / 3);
  raw_added_tokens_.Split(
      text.text,
      [&](size_t begin, size_t end) {
        return meaning.IsMeant({begin, end});
      },
      [&](const AddedTokens::Part& part) {
        const AlignedView view = text.Sub(part.begin, part.end - part.begin);
        if (part.token == nullptr) {
          if (normalizer_.is_identity()) return AppendText(view, meaning, result);
          const AlignedText normalized = normalizer_.Normalize(view);
          return AppendText(normalized.view().Sub(0), meaning, result);
        }
        result.ids.push_back(part.token->id);
        if (text.spans == nullptr) return;
        result.spans.push_back({part.begin, part.end});
        result.last_begins.push_back(text.spans[part.end - 1].begin);
        result.texts.emplace_back(view.text);
      });
  return result;
}

void JsonTokenizer::AppendText(const AlignedView& text, const Meaning& meaning, Result& result) const {
  const bool is_tracked = text.spans != nullptr;
  const auto is_meant = [&](size_t begin, size_t end) {
    return meaning.IsMeant(is_tracked ? text.Source(begin, end) : TextSpan{begin, end});
  };
  const bool as_bytes = !is_tracked && model_->takes_bytes();
  normalized_added_tokens_.Split(text.text, is_meant, [&](const AddedTokens::Part& part) {
    const AlignedView view = text.Sub(part.begin, part.end - part.begin);
    if (part.token == nullptr) {
      return words_.ForEachWord(view, as_bytes, [&](const AlignedView& word) { AppendWord(word, meaning, result); });
    }
    result.ids.push_back(part.token->id);
    if (!is_tracked) return;
    result.spans.push_back(text.Source(part.begin, part.end));
    result.last_begins.push_back(text.spans[part.end - 1].begin);
    result.texts.emplace_back(view.text);
  });
}

void JsonTokenizer::AppendWord(const AlignedView& word, const Meaning& meaning, Result& result) const {
  const size_t first = result.ids.size();
  const bool is_tracked = word.spans != nullptr;
  const bool is_watched = model_has_special_tokens_ && !meaning.IsEverywhere();
  if (!is_tracked && !(is_watched && !model_->takes_bytes())) {
    model_->Append(word.text, result.ids, nullptr);
    if (is_watched) CutSpecialWord(word, meaning, first, {}, result);
    return;
  }
  std::vector<WordPart> parts;
  model_->Append(word.text, result.ids, &parts);
  if (is_watched && CutSpecialWord(word, meaning, first, parts, result)) return;
  if (!is_tracked) return;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto [begin, end] = parts[i];
    result.spans.push_back(word.Source(begin, end));
    result.last_begins.push_back(word.Source(end - 1, end).begin);
    const int32_t id = result.ids[first + i];
    result.texts.push_back(unknown_is_text_ && id == unk_id_ ? std::string(word.text.substr(begin, end - begin))
                                                             : entries_[id].token);
  }
}

// Looks through the ids from `first` on, which are those of `word`: where one is a special token's that is not meant,
// they are given up, and the word is cut behind the first character of each such token and its parts encoded alone.
// Without parts, for words of bytes, which become special tokens only as a whole, it is taken to begin where the word
// does.
bool JsonTokenizer::CutSpecialWord(const AlignedView& word, const Meaning& meaning, size_t first,
                                   const std::vector<WordPart>& parts, Result& result) const {
  std::vector<size_t> cuts;
  for (size_t i = first; i < result.ids.size(); ++i) {
    if (!entries_[result.ids[i]].special || result.ids[i] == unk_id_) continue;
    const WordPart part = parts.empty() ? WordPart(0, word.text.size()) : parts[i - first];
    if (word.spans != nullptr && meaning.IsMeant(word.Source(part.first, part.second))) continue;
    const size_t begin = std::min(part.first, word.text.size());
    const size_t cut = begin + std::max<size_t>(1, LeadingCharacterSize(word.text.substr(begin)));
    if (cut < word.text.size() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
  }
  if (cuts.empty()) return false;
  result.ids.resize(first);
  cuts.push_back(word.text.size());
  size_t done = 0;
  for (const size_t cut : cuts) {
    AppendWord(word.Sub(done, cut - done), meaning, result);
    done = cut;
  }
  return true;
}

FullEncoding JsonTokenizer::EncodeFully(absl::string_view text, std::optional<absl::string_view> second,
                                        SpecialText special) const {
  const auto encode = [&](absl::string_view source) {
    const std::vector<TextSpan> spans = OwnSpans(source);
    Result result = Run({source, spans.data()}, Meaning(special));
    for (size_t i = 0; i < result.spans.size(); ++i) {
      auto& [begin, end] = result.spans[i];
      const size_t last = result.last_begins[i];
      if (end > last) end = last + std::max<size_t>(1, LeadingCharacterSize(source.substr(last)));
    }
    ToCharacters(source, result.spans);
    if (post_processor_.trims_offsets) TrimOffsets(post_processor_, result.texts, result.spans);
    return result;
  };
  FullEncoding encoding;
  const auto add_text = [&](const Result& part, int32_t type_id) {
    encoding.ids.insert(encoding.ids.end(), part.ids.begin(), part.ids.end());
    encoding.characters.insert(encoding.characters.end(), part.spans.begin(), part.spans.end());
    encoding.type_ids.resize(encoding.ids.size(), type_id);
  };
  const auto add_ids = [&](const TokenIds& ids, int32_t type_id) {
    add_text({ids, std::vector<TextSpan>(ids.size()), {}, {}}, type_id);
  };
  const Result first = encode(text);
  if (!second) {
    add_ids(prefix(), 0);
    add_text(first, post_processor_.single_type_id);
    add_ids(suffix(), 0);
    return encoding;
  }
  const Result other = encode(*second);
  if (post_processor_.pair.empty()) {
    add_text(first, 0);
    add_text(other, 1);
  }
  for (const TemplatePart& part : post_processor_.pair) {
    if (part.kind == TemplatePart::Kind::kIds) add_ids(part.ids, part.type_id);
    if (part.kind == TemplatePart::Kind::kFirst) add_text(first, part.type_id);
    if (part.kind == TemplatePart::Kind::kSecond) add_text(other, part.type_id);
  }
  return encoding;
}

std::string JsonTokenizer::Decode(absl::Span<const int32_t> ids, const DecodeOptions& options) const {
  std::vector<absl::string_view> pieces;
  pieces.reserve(ids.size());
  for (const int32_t id : ids) {
    if (!Has(id) || (options.skip_special_tokens && entries_[id].special)) continue;
    pieces.push_back(entries_[id].prepared);
  }
  return decoder_.Join(std::move(pieces), options.replace_broken_utf8);
}

std::optional<int32_t> JsonTokenizer::TokenId(absl::string_view token) const {
  const auto found = token_ids_.find(token);
  if (found == token_ids_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> JsonTokenizer::Token(int32_t id) const {
  if (!Has(id)) return std::nullopt;
  return entries_[id].token;
}

}  // namespace lm
