#include "lm/tokenizer/models/unigram.h"

#include <algorithm>
#include <limits>

#include "lm/tokenizer/text/byte_token.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

constexpr double kUnknownPenalty = 10;

uint64_t Edge(int32_t node, char byte) { return static_cast<uint64_t>(node) << 8 | static_cast<uint8_t>(byte); }

}  // namespace

Unigram::Unigram(const UnigramParts& parts) : nodes_(1), unk_id_(parts.unk_id), byte_fallback_(parts.byte_fallback) {
  double least = std::numeric_limits<double>::infinity();
  for (size_t id = 0; id < parts.pieces.size(); ++id) {
    const auto& [piece, score] = parts.pieces[id];
    least = std::min(least, score);
    ids_[piece] = static_cast<int32_t>(id);
    int32_t node = 0;
    for (const char byte : piece) {
      const auto [child, is_new] = children_.try_emplace(Edge(node, byte), static_cast<int32_t>(nodes_.size()));
      node = child->second;
      if (is_new) nodes_.emplace_back();
    }
    nodes_[node] = {static_cast<int32_t>(id), score};
  }
  unknown_score_ = least - kUnknownPenalty;
}

void Unigram::Append(absl::string_view word, TokenIds& ids, std::vector<WordPart>* parts) const {
  constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
  struct Best {
    int32_t id = kNoToken;
    double score = 0;
    size_t begin = kNowhere;
  };
  std::vector<Best> best(word.size() + 1);  // of what ends at a byte
  for (size_t begin = 0; begin < word.size();) {
    const size_t size = std::max<size_t>(1, LeadingCharacterSize(word.substr(begin)));
    bool has_token = false;
    const auto offer = [&](size_t end, int32_t id, double score) {
      const double total = best[begin].score + score;
      if (best[end].begin == kNowhere || total > best[end].score) best[end] = {id, total, begin};
    };
    int32_t node = 0;
    for (size_t end = begin; end < word.size();) {
      const auto child = children_.find(Edge(node, word[end]));
      if (child == children_.end()) break;
      node = child->second;
      ++end;
      if (nodes_[node].id == kNoToken) continue;
      offer(end, nodes_[node].id, nodes_[node].score);
      has_token |= end - begin == size;
    }
    if (!has_token) offer(begin + size, unk_id_, unknown_score_);
    begin += size;
  }
  std::vector<WordPart> pieces;  // from the last to the first
  bool after_unknown = false;
  for (size_t end = word.size(); end > 0; end = best[end].begin) {
    const bool is_unknown = best[end].id == unk_id_;
    if (is_unknown && after_unknown) {
      pieces.back().first = best[end].begin;
    } else {
      pieces.emplace_back(best[end].begin, end);
    }
    after_unknown = is_unknown;
  }
  std::reverse(pieces.begin(), pieces.end());
  for (const auto& [begin, end] : pieces) AppendPiece(word.substr(begin, end - begin), begin, ids, parts);
}

void Unigram::AppendPiece(absl::string_view piece, size_t begin, TokenIds& ids, std::vector<WordPart>* parts) const {
  TokenIds of_piece;
  const auto known = ids_.find(piece);
  if (known != ids_.end()) {
    of_piece = {known->second};
  } else if (byte_fallback_) {
    for (const char byte : piece) {
      const auto token = ids_.find(ByteToken(byte));
      if (token != ids_.end()) of_piece.push_back(token->second);
    }
    if (of_piece.size() < piece.size()) of_piece.clear();
  }
  if (of_piece.empty() && unk_id_ != kNoToken) of_piece = {unk_id_};
  ids.insert(ids.end(), of_piece.begin(), of_piece.end());
  if (parts != nullptr) parts->insert(parts->end(), of_piece.size(), {begin, begin + piece.size()});
}

}  // namespace lm
