#include "lm/tokenizer/bpe/bpe_model.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr absl::string_view kMark = kSpaceMark;

// Whether a space mark that follows something else always starts a token, so that text can be cut there without
// changing a single id: no merge joins the two, and the mark itself has a token.
bool SpacesStartTokens(const BpeModelParts& parts) {
  if (parts.byte_level || parts.ignore_merges || !parts.vocab.contains(kMark)) return false;
  std::vector<bool> ends_otherwise, starts_with_mark;
  const auto set = [](std::vector<bool>& flags, int32_t id, bool value) {
    if (id >= static_cast<int32_t>(flags.size())) flags.resize(id + 1);
    flags[id] = value;
  };
  for (const auto& [token, id] : parts.vocab) {
    set(ends_otherwise, id, !absl::EndsWith(token, kMark));
    set(starts_with_mark, id, absl::StartsWith(token, kMark));
  }
  return std::none_of(parts.merges.begin(), parts.merges.end(), [&](const BpeMerge& merge) {
    return ends_otherwise[merge.left] && starts_with_mark[merge.right];
  });
}

// Where the next word starts: the first mark of a run, but for one at the very front.
size_t NextWord(absl::string_view text) {
  size_t at = 0;
  while (absl::StartsWith(text.substr(at), kMark)) at += kMark.size();
  return std::min(text.find(kMark, at), text.size());
}

}  // namespace

BpeModel::BpeModel(const BpeModelParts& parts)
    : byte_level_(parts.byte_level),
      byte_ids_(parts.byte_ids),
      unk_id_(parts.unk_id),
      fuse_unk_(parts.fuse_unk),
      cut_at_spaces_(SpacesStartTokens(parts)),
      merges_(parts.merges) {
  for (const auto& [token, id] : parts.vocab) {
    if (parts.ignore_merges) whole_words_[byte_level_ ? SymbolsToBytes(token).value_or(token) : token] = id;
    if (!byte_level_ && LeadingCharacterSize(token) == token.size()) characters_[token] = id;
  }
}

void BpeModel::Append(absl::string_view word, TokenIds& ids) const {
  while (cut_at_spaces_ && !word.empty()) {
    const size_t size = NextWord(word);
    AppendCached(word.substr(0, size), ids);
    word.remove_prefix(size);
  }
  if (!word.empty()) AppendCached(word, ids);
}

void BpeModel::AppendCached(absl::string_view word, TokenIds& ids) const {
  if (cache_.Append(word, ids)) return;
  const TokenIds of_word = Encode(word);
  cache_.Remember(word, of_word.data(), of_word.data() + of_word.size());
  ids.insert(ids.end(), of_word.begin(), of_word.end());
}

TokenIds BpeModel::Encode(absl::string_view word) const {
  const auto whole = whole_words_.find(word);
  if (whole != whole_words_.end()) return {whole->second};
  TokenIds symbols;
  if (byte_level_) {
    symbols.reserve(word.size());
    for (const char byte : word) symbols.push_back(byte_ids_[static_cast<uint8_t>(byte)]);
  } else {
    symbols = Characters(word);
  }
  merges_.Apply(symbols);
  return symbols;
}

// A broken byte counts as a character.
TokenIds BpeModel::Characters(absl::string_view word) const {
  TokenIds symbols;
  symbols.reserve(word.size());
  bool after_unknown = false;
  while (!word.empty()) {
    const absl::string_view character = word.substr(0, std::max<size_t>(1, LeadingCharacterSize(word)));
    word.remove_prefix(character.size());
    const auto known = characters_.find(character);
    const auto has_token = [&](char byte) { return byte_ids_[static_cast<uint8_t>(byte)] != kNoToken; };
    bool unknown = false;
    if (known != characters_.end()) {
      symbols.push_back(known->second);
    } else if (std::all_of(character.begin(), character.end(), has_token)) {
      for (const char byte : character) symbols.push_back(byte_ids_[static_cast<uint8_t>(byte)]);
    } else {
      unknown = true;
      if (!(after_unknown && fuse_unk_)) symbols.push_back(unk_id_);
    }
    after_unknown = unknown;
  }
  return symbols;
}

}  // namespace lm
