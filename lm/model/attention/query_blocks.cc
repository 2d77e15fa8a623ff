#include "lm/model/attention/query_blocks.h"

#include <algorithm>

namespace lm {
namespace {

// Queries of a block: few enough that little of the triangle above the diagonal is computed, many enough to keep the
// matrix products busy.
constexpr int64_t kQueries = 128;

// A row's segments and rotary positions, and who sees whom.
struct Row {
  const int64_t* segments;
  const int64_t* positions;  // null without a window
  int64_t window;

  bool Sees(int64_t query, int64_t key) const {
    if (positions != nullptr && positions[query] - positions[key] >= window) return false;
    return key <= query && (segments[key] == 0 || (segments[key] > 0 && segments[key] == segments[query]));
  }
  // Whether a window keeps one of these queries from seeing the row's first tokens.
  bool Narrows(int64_t begin, int64_t end) const {
    return positions != nullptr && *std::max_element(positions + begin, positions + end) >= window;
  }
};

// What can be said of all queries of a block at once, so that few keys have to be compared with each of them.
class Queries {
 public:
  Queries(const Row& row, int64_t begin, int64_t end) : row_(row), begin_(begin), end_(end) {
    for (int64_t t = begin; t < end; ++t) {
      if (segments_.empty() || segments_.back() != row.segments[t]) segments_.push_back(row.segments[t]);
    }
    if (row.positions == nullptr) return;
    const auto range = std::minmax_element(row.positions + begin, row.positions + end);
    least_ = *range.first;
    greatest_ = *range.second;
  }

  bool AnySees(int64_t key) const {
    const int64_t segment = row_.segments[key];
    if (row_.positions != nullptr && least_ - row_.positions[key] >= row_.window) return false;
    if (segment != 0 && std::find(segments_.begin(), segments_.end(), segment) == segments_.end()) return false;
    for (int64_t t = std::max(begin_, key); t < end_; ++t) {
      if (row_.Sees(t, key)) return true;
    }
    return false;
  }
  bool AllSee(int64_t key) const {
    const int64_t segment = row_.segments[key];
    if (key > begin_ || (row_.positions != nullptr && greatest_ - row_.positions[key] >= row_.window)) return false;
    return segment == 0 || (segment > 0 && segments_.size() == 1 && segments_[0] == segment);
  }

 private:
  const Row& row_;
  const int64_t begin_, end_;
  std::vector<int64_t> segments_;  // each that is another than the one before
  int64_t least_ = 0, greatest_ = 0;
};

torch::Tensor MakeMask(const Row& row, const QueryBlock& block, int64_t key_begin, int64_t key_end, torch::Dtype type) {
  // So low that the softmax gives exactly 0, yet finite: a query that sees nothing gets no NaN.
  const double never = type == torch::kFloat64 ? -1e300 : -1e38;
  const torch::Tensor mask =
      torch::full({block.query_end - block.query_begin, key_end - key_begin}, never, torch::kFloat64);
  auto elements = mask.accessor<double, 2>();
  for (int64_t t = block.query_begin; t < block.query_end; ++t) {
    for (int64_t s = key_begin; s < std::min(t + 1, key_end); ++s) {
      if (row.Sees(t, s)) elements[t - block.query_begin][s - key_begin] = 0;
    }
  }
  return mask.to(type);
}

QueryBlock MakeBlock(const Row& row, int64_t index, int64_t begin, int64_t end, int64_t shared, torch::Dtype type) {
  QueryBlock block = {index, begin, end, shared, shared, {}};
  const Queries queries(row, begin, end);
  while (block.own_begin < begin && !queries.AnySees(block.own_begin)) ++block.own_begin;
  for (int64_t key = block.own_begin; key < end;) {
    if (queries.AllSee(key)) {
      ++key;
      continue;
    }
    const int64_t first = key;
    while (key < end && !queries.AllSee(key)) ++key;
    block.masks.push_back({first, MakeMask(row, block, first, key, type)});
  }
  return block;
}

}  // namespace

c10::intrusive_ptr<QueryBlocks> CutIntoBlocks(const torch::Tensor& segments_BT, torch::Dtype mask_type,
                                              const SlidingWindow& window) {
  auto blocks = c10::make_intrusive<QueryBlocks>();
  const torch::Tensor segments = segments_BT.contiguous();
  const torch::Tensor positions = window.tokens > 0 ? window.positions_BT.contiguous() : torch::Tensor();
  const int64_t tokens = segments.size(1);
  for (int64_t b = 0; b < segments.size(0); ++b) {
    const Row row = {segments.data_ptr<int64_t>() + b * tokens,
                     positions.defined() ? positions.data_ptr<int64_t>() + b * tokens : nullptr, window.tokens};
    int64_t prompt = 0, used = tokens;
    while (prompt < tokens && row.segments[prompt] == 0) ++prompt;
    while (used > 0 && row.segments[used - 1] < 0) --used;
    for (int64_t begin = 0; begin < used; begin += kQueries) {
      const int64_t end = std::min(begin + kQueries, used);
      const int64_t shared = row.Narrows(begin, end) ? 0 : std::min(begin, prompt);
      blocks->blocks.push_back(MakeBlock(row, b, begin, end, shared, mask_type));
    }
  }
  return blocks;
}

}  // namespace lm
