#include "lm/tokenizer/encode_turns.h"

#include <algorithm>
#include <utility>

namespace lm {
namespace {

bool StartsWith(const TokenIds& ids, const TokenIds& start) {
  return ids.size() >= start.size() && std::equal(start.begin(), start.end(), ids.begin());
}

}  // namespace

std::vector<TokenIds> EncodeTurns(const Tokenizer& tokenizer, absl::Span<const std::vector<TextPiece>> turns) {
  std::vector<TextPiece> pieces;
  for (const std::vector<TextPiece>& turn : turns) pieces.insert(pieces.end(), turn.begin(), turn.end());
  const Encoding joint = tokenizer.EncodePieces(pieces);
  std::vector<TokenIds> ids;
  size_t border = 0, done = 0;  // bytes, tokens
  for (const std::vector<TextPiece>& turn : turns) {
    for (const TextPiece& piece : turn) border += piece.text.size();
    const bool is_last = ids.size() + 1 == turns.size();
    size_t end = done;
    while (end < joint.ids.size() && (is_last || joint.spans[end].end <= border)) ++end;
    ids.emplace_back(joint.ids.begin() + done, joint.ids.begin() + end);
    done = end;
  }
  if (!ids.empty() && !StartsWith(joint.ids, tokenizer.prefix())) {
    ids[0].insert(ids[0].begin(), tokenizer.prefix().begin(), tokenizer.prefix().end());
  }
  return ids;
}

PromptAndResponse EncodePromptAndResponse(const Tokenizer& tokenizer, std::vector<TextPiece> prompt,
                                          std::vector<TextPiece> response) {
  std::vector<TokenIds> ids = EncodeTurns(tokenizer, {std::move(prompt), std::move(response)});
  return {std::move(ids[0]), std::move(ids[1])};
}

TokenIds EncodePrompt(const Tokenizer& tokenizer, std::vector<TextPiece> prompt) {
  return EncodeTurns(tokenizer, {std::move(prompt)})[0];
}

}  // namespace lm
