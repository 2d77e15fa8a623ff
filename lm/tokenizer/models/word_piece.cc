#include "lm/tokenizer/models/word_piece.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

int64_t CountCharacters(absl::string_view text) {
  int64_t count = 0;
  for (size_t at = 0; at < text.size(); ++count) at += std::max<size_t>(1, LeadingCharacterSize(text.substr(at)));
  return count;
}

}  // namespace

WordPiece::WordPiece(WordPieceParts parts) : parts_(std::move(parts)) {
  for (const auto& [token, id] : parts_.vocab) longest_ = std::max(longest_, token.size());
}

void WordPiece::Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const {
  TokenIds of_word;
  std::vector<WordPart> found;
  const auto take = [&](size_t begin, size_t end) {
    const bool continues = begin > 0 && !parts_.whole_words;
    const auto token =
        parts_.vocab.find(absl::StrCat(continues ? parts_.continuing_prefix : "", word.substr(begin, end - begin)));
    if (token == parts_.vocab.end()) return false;
    of_word.push_back(token->second);
    found.emplace_back(begin, end);
    return true;
  };
  bool known = true;
  if (parts_.whole_words) {
    known = take(0, word.size());
  } else if (CountCharacters(word) > parts_.max_characters) {
    known = false;
  } else {
    for (size_t begin = 0; known && begin < word.size(); begin = known ? found.back().second : 0) {
      size_t end = std::min(word.size(), begin + longest_);
      while (end > begin && !take(begin, end)) --end;
      known = end > begin;
    }
  }
  if (!known) {
    of_word = parts_.unk_id == kNoToken ? TokenIds() : TokenIds{parts_.unk_id};
    found.assign(of_word.size(), {0, word.size()});
  }
  ids.insert(ids.end(), of_word.begin(), of_word.end());
  if (parts != nullptr) parts->insert(parts->end(), found.begin(), found.end());
}

}  // namespace lm
