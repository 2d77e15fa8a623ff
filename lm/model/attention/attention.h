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
  // Long rows on the CPU, computed in float32 or float64; null otherwise.
  c10::intrusive_ptr<QueryBlocks> blocks;
  // Where torch's fused attention is used: the same mask for all heads, of the queries' type, [B, 1, T, T].
  torch::Tensor fused_mask;
  ScoreRule scores;
};

// dtype: the queries' type. Rows on a device are attended to by torch's fused kernels (scaled_dot_product_attention,
// from torch 2.1 on), which keep no scores, unless a cap is on them: the same numbers up to the order of sums, within
// 1e-5 of the largest in float32 and 2e-2 in bfloat16.
AttentionPattern MakeAttentionPattern(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads,
                                      torch::Dtype dtype, const SlidingWindow& window = {},
                                      const ScoreRule& scores = {});

// Whether fused attention is used on the CPU as well, where this torch has it, while no pattern is made.
void SetFusedAttentionForTesting(bool fused);

// query [B, T, H, d], key and value [B, T, K, d] -> [B, T, H * d]. Differentiable.
torch::Tensor Attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                     const AttentionPattern& pattern);

// Slots of a cache's rows that a new token sees: made once a step, for all layers, so that nothing goes to a device at
// each of them.
struct SeenSlots {
  // lengths_B [B] int64, on the cache's device; most: the largest of them.
  SeenSlots(const torch::Tensor& lengths_B, int64_t most);

  int64_t most;
  torch::Tensor slot_S, end_B111;  // int64
};

// query [B, H, d], keys [B, K, d, S], values [B, K, S, d] -> [B, H * d]. Row b sees the last `window` of its first
// lengths[b] >= 1 slots, or all of them when window is 0.
// keys and values may have more rows than the query; those are left alone. No gradient.
torch::Tensor AttendCached(const torch::Tensor& query, const torch::Tensor& keys, const torch::Tensor& values,
                           const SeenSlots& slots, int64_t window = 0, const ScoreRule& scores = {});

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_ATTENTION_H_
