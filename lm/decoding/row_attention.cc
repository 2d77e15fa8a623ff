#include "lm/decoding/row_attention.h"

#include <algorithm>
#include <cmath>

#include "lm/kernels/row_kernels.h"
#include "lm/kernels/row_products.h"

namespace lm {
namespace {

// Rows of a group: enough to read a prompt's keys few times, few enough for two threads to share the work.
constexpr int64_t kGroupRows = 32;

// The softmax adds up stretches of so many scores. What a group skips is a multiple of it, so that a row's stretches do
// not depend on its group.
constexpr int64_t kStretch = 4096;

// So low that the softmax gives exactly 0.
constexpr float kNever = -1e38f;

// First position that a row sees.
int64_t FirstSeen(const RowAttentionShape& shape, int64_t position) {
  return shape.window == 0 ? 0 : std::max<int64_t>(0, position - shape.window + 1);
}

// Slots [begin, end) of the prompt's block that a row sees; none when begin >= end.
struct SlotRange {
  int64_t begin, end;
};

SlotRange PromptSlots(const RowAttentionShape& shape, const DecodingRow& row) {
  const TokenBlock& prompt = *row.prompt;
  const int64_t end = row.own == nullptr ? row.position + 1 : prompt.end_position();
  return {std::max<int64_t>(0, FirstSeen(shape, row.position) - prompt.first_position()),
          end - prompt.first_position()};
}

// Slots of a row's own block that hold something.
int64_t OwnSlots(const DecodingRow& row) {
  if (row.own == nullptr) return 0;
  return std::min(row.position + 1 - row.own->first_position(), row.own->slots());
}

// Hides what a row does not see of its own block's slots [0, count): tokens that have left the window and are not
// overwritten yet.
void HideOwn(const RowAttentionShape& shape, const DecodingRow& row, int64_t count, float* scores) {
  const int64_t used = OwnSlots(row);
  std::fill(scores + used, scores + count, kNever);
  const int64_t stored_from = std::max(row.own->first_position(), row.position + 1 - used);
  const int64_t first_seen = std::min(FirstSeen(shape, row.position), row.position);
  for (int64_t position = stored_from; position < first_seen; ++position) scores[row.own->Slot(position)] = kNever;
}

void CapScores(const RowAttentionShape& shape, int64_t count, float* scores) {
  if (shape.softcap == 0) return;
  for (int64_t i = 0; i < count; ++i) scores[i] = shape.softcap * std::tanh(scores[i] / shape.softcap);
}

}  // namespace

std::vector<RowGroup> GroupRows(const std::vector<DecodingRow>& rows) {
  std::vector<RowGroup> groups;
  for (int64_t i = 0; i < static_cast<int64_t>(rows.size()); ++i) {
    const bool joins = !groups.empty() && i - groups.back().begin < kGroupRows &&
                       rows[i].prompt == rows[i - 1].prompt && (rows[i].own == nullptr) == (rows[i - 1].own == nullptr);
    if (!joins) groups.push_back({i, i});
    groups.back().end = i + 1;
  }
  return groups;
}

// Scores of a query: first the prompt's slots in use by any row of the group, then its own block's, each part padded to
// whole vectors. What a row does not see has weight 0, which adds exactly nothing to a sum; so it does not matter to a
// row what the others of its group see.
void AttendRows(const RowAttentionShape& shape, const std::vector<DecodingRow>& rows, const RowGroup& group,
                int64_t layer, int64_t kv_head, const float* query, int64_t query_stride, float* mixed,
                RowAttentionScratch& scratch) {
  const int64_t per_row = shape.heads / shape.kv_heads, dim = shape.dim, stride = PaddedToLanes(dim);
  const int64_t count = group.end - group.begin, queries = count * per_row;
  TokenBlock& prompt = *rows[group.begin].prompt;
  int64_t begin = prompt.slots(), end = 0, own = 0;
  for (int64_t r = group.begin; r < group.end; ++r) {
    const SlotRange seen = PromptSlots(shape, rows[r]);
    begin = std::min(begin, seen.begin / kStretch * kStretch);
    end = std::max(end, seen.end);
    own = std::max(own, PaddedToLanes(OwnSlots(rows[r])));
  }
  const int64_t shared = std::max<int64_t>(0, PaddedToLanes(end) - begin), width = shared + own;
  scratch.queries.resize(queries * dim);
  scratch.scores.resize(queries * width);
  scratch.mixed.resize(queries * stride);
  for (int64_t q = 0; q < queries; ++q) {
    const float* const from =
        query + (group.begin + q / per_row) * query_stride + (kv_head * per_row + q % per_row) * dim;
    for (int64_t i = 0; i < dim; ++i) scratch.queries[q * dim + i] = from[i] * shape.scale;
  }
  float* const scores = scratch.scores.data();
  Combine({queries, dim, shared, scratch.queries.data(), dim, prompt.keys(layer, kv_head) + begin, prompt.slots(),
           scores, width, /*add=*/false});
  for (int64_t q = 0; q < queries; ++q) {
    const DecodingRow& row = rows[group.begin + q / per_row];
    float* const of_query = scores + q * width;
    const SlotRange seen = PromptSlots(shape, row);
    CapScores(shape, shared, of_query);
    std::fill(of_query, of_query + std::min(shared, std::max<int64_t>(0, seen.begin - begin)), kNever);
    std::fill(of_query + std::max<int64_t>(0, std::min(shared, seen.end - begin)), of_query + shared, kNever);
    if (row.own != nullptr && q % per_row == 0) {
      const int64_t slots = PaddedToLanes(OwnSlots(row));
      Combine({per_row, dim, slots, scratch.queries.data() + q * dim, dim, row.own->keys(layer, kv_head),
               row.own->slots(), of_query + shared, width, /*add=*/false});
    }
    if (row.own == nullptr) continue;
    CapScores(shape, OwnSlots(row), of_query + shared);
    HideOwn(shape, row, own, of_query + shared);
  }
  SoftmaxRows(queries, width, scores);
  Combine({queries, shared, stride, scores, width, prompt.values(layer, kv_head) + begin * stride, stride,
           scratch.mixed.data(), stride, /*add=*/false});
  for (int64_t r = 0; r < count; ++r) {
    const DecodingRow& row = rows[group.begin + r];
    if (row.own == nullptr) continue;
    Combine({per_row, OwnSlots(row), stride, scores + r * per_row * width + shared, width,
             row.own->values(layer, kv_head), stride, scratch.mixed.data() + r * per_row * stride, stride,
             /*add=*/true});
  }
  for (int64_t q = 0; q < queries; ++q) {
    std::copy_n(scratch.mixed.data() + q * stride, dim,
                mixed + (group.begin + q / per_row) * shape.heads * dim + (kv_head * per_row + q % per_row) * dim);
  }
}

}  // namespace lm
