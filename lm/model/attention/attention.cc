#include "lm/model/attention/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lm/runtime/precision.h"
#include "third_party/torch/any_version.h"

namespace lm {
namespace {

// Rows up to so long are computed whole: a product a head is then cheaper than many small ones.
constexpr int64_t kDenseTokens = 256;

// [B, T, heads, d] -> [B * K, heads / K * T, d]: heads that share a key/value head are stacked along T, so that keys
// and values need no repetition.
torch::Tensor StackGroups(const torch::Tensor& x, int64_t kv_heads) {
  return x.transpose(1, 2).reshape({x.size(0) * kv_heads, x.size(2) / kv_heads * x.size(1), x.size(3)});
}

torch::Tensor Capped(const torch::Tensor& scores, double cap) { return (scores / cap).tanh() * cap; }

bool& FusesOnTheCpu() {
  static bool fuses = false;
  return fuses;
}

// [B, T, T]: 0, or so low that the softmax gives exactly 0.
torch::Tensor MaskOfRows(const torch::Tensor& segments_BT, torch::Dtype dtype, const SlidingWindow& window) {
  const int64_t rows = segments_BT.size(0), tokens = segments_BT.size(1);
  const torch::Tensor query_segment = segments_BT.unsqueeze(2), key_segment = segments_BT.unsqueeze(1);
  const torch::Tensor causal = torch::ones({tokens, tokens}, segments_BT.options().dtype(torch::kBool)).tril();
  torch::Tensor seen = ((key_segment == 0) | ((key_segment == query_segment) & (key_segment >= 0))).logical_and(causal);
  if (window.tokens > 0) {
    seen = seen & (window.positions_BT.unsqueeze(2) - window.positions_BT.unsqueeze(1) < window.tokens);
  }
  const double never = dtype == torch::kFloat64 ? -1e300 : (dtype == torch::kFloat16 ? -6e4 : -1e38);
  return torch::zeros({rows, tokens, tokens}, segments_BT.options().dtype(dtype)).masked_fill_(~seen, never);
}

// The same for each head, [B * K, G * T, T].
torch::Tensor Mask(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads, torch::Dtype dtype,
                   const SlidingWindow& window) {
  const int64_t rows = segments_BT.size(0), tokens = segments_BT.size(1);
  return MaskOfRows(segments_BT, dtype, window)
      .unsqueeze(1)
      .expand({rows, heads, tokens, tokens})
      .reshape({rows * kv_heads, heads / kv_heads * tokens, tokens});
}

torch::Tensor AttendDensely(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                            const torch::Tensor& mask, const ScoreRule& rule) {
  const int64_t rows = query.size(0), tokens = query.size(1), heads = query.size(2), dim = query.size(3);
  const int64_t kv_heads = key.size(2);
  const torch::Tensor stacked_query = StackGroups(query, kv_heads);
  const torch::Tensor keys_across = StackGroups(key, kv_heads).transpose(1, 2);
  const torch::Dtype wide = mask.scalar_type();
  const double scale = rule.ScaleOf(dim);
  torch::Tensor scores;
  if (rule.softcap > 0) {
    scores = Capped(torch::bmm(stacked_query, keys_across).to(wide) * scale, rule.softcap) + mask;
  } else if (query.scalar_type() == wide) {
    scores = torch::baddbmm(mask, stacked_query, keys_across, /*beta=*/1, /*alpha=*/scale);
  } else {
    scores = torch::bmm(stacked_query, keys_across).to(wide) * scale + mask;
  }
  const torch::Tensor weights = torch::softmax(scores, -1).to(query.scalar_type());
  return torch::bmm(weights, StackGroups(value, kv_heads))
      .view({rows, heads, tokens, dim})
      .transpose(1, 2)
      .reshape({rows, tokens, heads * dim});
}

// [B, T, K, d] -> [B, H, T, d]: the kernels want a key and a value for each head.
torch::Tensor ForEachHead(const torch::Tensor& x, int64_t heads) {
  const int64_t rows = x.size(0), tokens = x.size(1), kv_heads = x.size(2), dim = x.size(3);
  const torch::Tensor across = x.transpose(1, 2);
  if (kv_heads == heads) return across;
  return across.unsqueeze(2)
      .expand({rows, kv_heads, heads / kv_heads, tokens, dim})
      .reshape({rows, heads, tokens, dim});
}

torch::Tensor AttendFused(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                          const AttentionPattern& pattern) {
  const int64_t heads = query.size(2);
  return torch_versions::FusedAttention(query.transpose(1, 2), ForEachHead(key, heads), ForEachHead(value, heads),
                                        pattern.fused_mask, pattern.scores.ScaleOf(query.size(3)))
      .transpose(1, 2)
      .flatten(2);
}

}  // namespace

AttentionPattern MakeAttentionPattern(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads,
                                      torch::Dtype dtype, const SlidingWindow& window, const ScoreRule& scores) {
  const torch::Dtype wide = AtLeastFloat32(dtype);
  const bool may_fuse = torch_versions::kHasFusedAttention && scores.softcap == 0;
  if (may_fuse && (!segments_BT.device().is_cpu() || FusesOnTheCpu())) {
    return {torch::Tensor(), {}, MaskOfRows(segments_BT, dtype, window).unsqueeze(1), scores};
  }
  if (segments_BT.device().is_cpu() && segments_BT.size(1) > kDenseTokens) {
    return {torch::Tensor(), CutIntoBlocks(segments_BT, wide, window), {}, scores};
  }
  return {Mask(segments_BT, heads, kv_heads, wide, window), {}, {}, scores};
}

void SetFusedAttentionForTesting(bool fused) { FusesOnTheCpu() = fused; }

torch::Tensor Attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                     const AttentionPattern& pattern) {
  if (pattern.fused_mask.defined()) return AttendFused(query, key, value, pattern);
  if (pattern.blocks) {
    // Narrow types are widened: their own products are slower than float32's on most processors.
    const torch::Dtype type = query.scalar_type(), wide = AtLeastFloat32(type);
    return AttendInBlocks(query.to(wide), key.to(wide), value.to(wide), pattern.blocks, pattern.scores).to(type);
  }
  return AttendDensely(query, key, value, pattern.mask, pattern.scores);
}

SeenSlots::SeenSlots(const torch::Tensor& lengths_B, int64_t most)
    : most(most), slot_S(torch::arange(most, lengths_B.options())), end_B111(lengths_B.view({-1, 1, 1, 1})) {}

torch::Tensor AttendCached(const torch::Tensor& query, const torch::Tensor& keys, const torch::Tensor& values,
                           const SeenSlots& seen_slots, int64_t window, const ScoreRule& rule) {
  const int64_t rows = query.size(0), heads = query.size(1), dim = query.size(2), kv_heads = keys.size(1);
  const int64_t slots = seen_slots.most;
  const torch::Dtype wide = AtLeastFloat32(query.scalar_type());
  const torch::Tensor stacked_query = query.reshape({rows, kv_heads, heads / kv_heads, dim});
  const torch::Tensor &slot = seen_slots.slot_S, &end = seen_slots.end_B111;
  torch::Tensor seen = slot < end;
  if (window > 0) seen = seen & (slot >= end - window);
  torch::Tensor scores =
      torch::matmul(stacked_query, keys.slice(0, 0, rows).slice(3, 0, slots)).to(wide) * rule.ScaleOf(dim);
  if (rule.softcap > 0) scores = Capped(scores, rule.softcap);
  const torch::Tensor weights =
      torch::softmax(scores.masked_fill(~seen, -std::numeric_limits<float>::infinity()), -1).to(query.scalar_type());
  return torch::matmul(weights, values.slice(0, 0, rows).slice(2, 0, slots)).reshape({rows, heads * dim});
}

}  // namespace lm
