// Block-wise attention of long rows: no work on keys that a block of queries does not see, and never T x T scores.
//
// Shapes: B = rows, T = tokens a row, H = heads, K = key/value heads (each serves G = H / K heads in sequence),
// d = head_dim.
#ifndef LM_MODEL_ATTENTION_BLOCK_ATTENTION_H_
#define LM_MODEL_ATTENTION_BLOCK_ATTENTION_H_

#include <torch/types.h>

#include <cstdint>

#include "lm/model/attention/query_blocks.h"

namespace lm {

// What becomes of a query's product with a key before the softmax.
struct ScoreRule {
  double scale = 0;    // multiplied by it. 0: by 1 / sqrt(d)
  double softcap = 0;  // c: then c tanh(score / c) (Gemma 2, arXiv:2408.00118). 0: no cap

  double ScaleOf(int64_t dim) const;
};

// query [B, T, H, d], key and value [B, T, K, d], all of the masks' type -> [B, T, H * d]; 0 where no block is.
// Differentiable once: the scores are computed again in the backward pass, a block at a time, so that memory beyond
// inputs and outputs does not grow with T^2.
torch::Tensor AttendInBlocks(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                             const c10::intrusive_ptr<QueryBlocks>& blocks, const ScoreRule& scores = {});

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_BLOCK_ATTENTION_H_
