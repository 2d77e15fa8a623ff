#include "lm/tokenizer/bpe/bpe_model.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lm/tokenizer/text/byte_level.h"
#include "lm/tokenizer/text/byte_token.h"
#include "lm/tokenizer/text/metaspace.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr absl::string_view kMark = kSpaceMark;

// Whether every character becomes at least one token. Others vanish, and what was around them is side by side.
bool NothingVanishes(const BpeModelParts& parts) {
  if (parts.unk_id != kNoToken) return true;
  if (!parts.byte_fallback) return false;
  for (int byte = 0; byte < 256; ++byte) {
    if (!parts.vocab.contains(ByteToken(byte))) return false;
  }
  return true;
}

// Whether a space mark that follows something else always starts a token, so that text can be cut there without
// changing a single id: no merge joins the two, and the mark itself has a token.
bool SpacesStartTokens(const BpeModelParts& parts) {
  const bool plain =
      !parts.byte_level && !parts.ignore_merges && parts.continuing_prefix.empty() && parts.end_suffix.empty();
  if (!plain || !parts.vocab.contains(kMark) || !NothingVanishes(parts)) return false;
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
    : takes_bytes_(parts.byte_level && !parts.byte_fallback && parts.continuing_prefix.empty() &&
                   parts.end_suffix.empty()),
      unk_id_(parts.unk_id),
      fuse_unk_(parts.fuse_unk),
      cut_at_spaces_(SpacesStartTokens(parts)),
      continuing_prefix_(parts.continuing_prefix),
      end_suffix_(parts.end_suffix),
      merges_(parts.merges) {
  const auto id_of = [&](const std::string& token) {
    const auto found = parts.vocab.find(token);
    return found == parts.vocab.end() ? kNoToken : found->second;
  };
  for (int byte = 0; byte < 256; ++byte) {
    symbol_ids_[byte] = id_of(ByteSymbol(byte));
    fallback_ids_[byte] = parts.byte_fallback ? id_of(ByteToken(byte)) : kNoToken;
  }
  for (const auto& [token, id] : parts.vocab) {
    if (parts.ignore_merges) {
      whole_words_[token] = id;
      const std::optional<std::string> bytes = SymbolsToBytes(token);
      if (takes_bytes_ && bytes) whole_bytes_[*bytes] = id;
    }
    absl::string_view character = token;
    absl::ConsumePrefix(&character, continuing_prefix_);
    absl::ConsumeSuffix(&character, end_suffix_);
    if (LeadingCharacterSize(token) == token.size() || LeadingCharacterSize(character) == character.size()) {
      characters_[token] = id;
    }
  }
}

void BpeModel::Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const {
  if (parts != nullptr) {
    const auto whole = whole_words_.find(word);
    if (whole != whole_words_.end()) {
      ids.push_back(whole->second);
      parts->emplace_back(0, word.size());
      return;
    }
    std::vector<size_t> sizes;
    TokenIds symbols = Symbols(word, &sizes);
    merges_.Apply(symbols, &sizes);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
    size_t at = 0;
    for (const size_t size : sizes) {
      parts->emplace_back(at, at + size);
      at += size;
    }
    return;
  }
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
  const auto& whole_words = takes_bytes_ ? whole_bytes_ : whole_words_;
  const auto whole = whole_words.find(word);
  if (whole != whole_words.end()) return {whole->second};
  TokenIds symbols = takes_bytes_ ? ByteSymbols(word) : Symbols(word, nullptr);
  merges_.Apply(symbols);
  return symbols;
}

TokenIds BpeModel::ByteSymbols(absl::string_view word) const {
  TokenIds symbols;
  symbols.reserve(word.size());
  bool after_unknown = false;
  for (const char byte : word) {
    const int32_t id = symbol_ids_[static_cast<uint8_t>(byte)];
    const bool is_unknown = id == kNoToken;
    if (!is_unknown) symbols.push_back(id);
    if (is_unknown && unk_id_ != kNoToken && !(after_unknown && fuse_unk_)) symbols.push_back(unk_id_);
    after_unknown = is_unknown;
  }
  return symbols;
}

// A broken byte counts as a character. An unknown token waits for what comes next, to be fused with it; as in the Rust
// library, the bytes of a character that has no token of its own do not wait behind it.
TokenIds BpeModel::Symbols(absl::string_view word, std::vector<size_t>* sizes) const {
  TokenIds symbols;
  symbols.reserve(word.size());
  const auto add = [&](int32_t id, size_t size) {
    symbols.push_back(id);
    if (sizes != nullptr) sizes->push_back(size);
  };
  size_t unknown = 0;  // bytes of the unknown token that waits
  const auto add_unknown = [&] {
    if (unknown > 0) add(unk_id_, unknown);
    unknown = 0;
  };
  const auto has_token = [&](char byte) { return fallback_ids_[static_cast<uint8_t>(byte)] != kNoToken; };
  std::string with_affixes;
  for (size_t at = 0; at < word.size();) {
    absl::string_view character = word.substr(at, std::max<size_t>(1, LeadingCharacterSize(word.substr(at))));
    const size_t size = character.size();
    const bool is_last = at + size == word.size();
    if ((at > 0 && !continuing_prefix_.empty()) || (is_last && !end_suffix_.empty())) {
      with_affixes = absl::StrCat(at > 0 ? continuing_prefix_ : "", character, is_last ? end_suffix_ : "");
      character = with_affixes;
    }
    at += size;
    const auto known = characters_.find(character);
    if (known != characters_.end()) {
      add_unknown();
      add(known->second, size);
    } else if (std::all_of(character.begin(), character.end(), has_token)) {
      for (const char byte : character) add(fallback_ids_[static_cast<uint8_t>(byte)], 1);
    } else if (unk_id_ != kNoToken) {
      if (!fuse_unk_) add_unknown();
      unknown += size;
    }
  }
  add_unknown();
  return symbols;
}

}  // namespace lm
