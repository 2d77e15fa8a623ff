// Row-wise attention over token blocks: a prompt's block, which many rows may share, and each row's own block.
//
// The rows that share a prompt's block read it together, as one matrix product. What a row gets depends on nothing but
// that row and its blocks, bit for bit (row_products.h). float32, without torch.
#ifndef LM_DECODING_ROW_ATTENTION_H_
#define LM_DECODING_ROW_ATTENTION_H_

#include <cstdint>
#include <vector>

#include "lm/decoding/token_block.h"
#include "lm/kernels/aligned.h"

namespace lm {

// One token on its way through the model.
struct DecodingRow {
  int32_t id;
  int64_t position;
  TokenBlock* prompt;
  TokenBlock* own;       // null for a token of the prompt itself; else where the token's keys and values are
  bool is_long = false;  // whether its text is longer than RotaryBorder (lm/model/attention/rotary.h)
};

struct RowAttentionShape {
  int64_t heads;
  int64_t kv_heads;
  int64_t dim;
  int64_t window;  // a token sees itself and the window - 1 before it; 0: all before it
  float scale;     // of scores
  float softcap;   // c: a scaled score s becomes c tanh(s / c); 0: no cap
};

// Rows of the same prompt that are computed together: rows [begin, end), next to each other.
struct RowGroup {
  int64_t begin, end;
};

// Cuts rows into groups: of one prompt each, prompt's tokens and samples' tokens apart, of some dozen rows at most.
std::vector<RowGroup> GroupRows(const std::vector<DecodingRow>& rows);

// Memory of one thread.
struct RowAttentionScratch {
  AlignedFloats queries, scores, mixed;
};

// For key/value head k and the rows of one group: query [rows, H * d] (row stride query_stride) to mixed [rows, H * d],
// of which the heads that k serves are written. The rows' keys and values have been written to their blocks.
void AttendRows(const RowAttentionShape& shape, const std::vector<DecodingRow>& rows, const RowGroup& group,
                int64_t layer, int64_t kv_head, const float* query, int64_t query_stride, float* mixed,
                RowAttentionScratch& scratch);

}  // namespace lm

#endif  // LM_DECODING_ROW_ATTENTION_H_
