// Grouped-query attention (Ainslie et al., arXiv:2305.13245): over a whole row, and of one new token over a cache.
//
// Shapes: B = rows, T = tokens a row, H = heads, K = key/value heads (each serves G = H / K heads in sequence),
// S = slots of a cache's row, d = head_dim. The softmax is computed in float32, or in float64 for float64 inputs.
#ifndef LM_MODEL_ATTENTION_ATTENTION_H_
#define LM_MODEL_ATTENTION_ATTENTION_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "lm/model/attention/block_attention.h"

namespace lm {

// Who attends to whom: made once a forward pass, for all its layers.
// Position t sees s <= t when s's segment is 0 or t's own; nothing sees segment -1. In a sliding window it sees, of
// those, the ones whose rotary position is less than `tokens` before its own. A position that may see nothing gets
// something finite.
struct AttentionPattern {
  // Short rows: what is added to the scores of every head, [B * K, G * T, T].
  torch::Tensor mask;
  // Long rows, in float32 and float64 on the CPU; null otherwise.
  c10::intrusive_ptr<QueryBlocks> blocks;
  ScoreRule scores;
};

// dtype: the queries' type.
AttentionPattern MakeAttentionPattern(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads,
                                      torch::Dtype dtype, const SlidingWindow& window = {});

// query [B, T, H, d], key and value [B, T, K, d] -> [B, T, H * d]. Differentiable.
torch::Tensor Attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                     const AttentionPattern& pattern);

// query [B, H, d], keys [B, K, d, S], values [B, K, S, d] -> [B, H * d]. Row b sees the last `window` of
// its first lengths[b] >= 1 slots, or all of them when window is 0.
// keys and values may have more rows than the query; those are left alone. No gradient.
torch::Tensor AttendCached(const torch::Tensor& query, const torch::Tensor& keys, const torch::Tensor& values,
                           const std::vector<int64_t>& lengths, int64_t window = 0, const ScoreRule& scores = {});

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_ATTENTION_H_
