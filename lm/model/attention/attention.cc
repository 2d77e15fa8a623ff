#include "lm/model/attention/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lm/kernels/precision.h"

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

// [B * K, G * T, T]: 0, or so low that the softmax gives exactly 0.
torch::Tensor Mask(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads, torch::Dtype dtype,
                   const SlidingWindow& window) {
  const int64_t rows = segments_BT.size(0), tokens = segments_BT.size(1);
  const torch::Tensor query_segment = segments_BT.unsqueeze(2), key_segment = segments_BT.unsqueeze(1);
  const torch::Tensor causal = torch::ones({tokens, tokens}, segments_BT.options().dtype(torch::kBool)).tril();
  torch::Tensor seen = ((key_segment == 0) | ((key_segment == query_segment) & (key_segment >= 0))).logical_and(causal);
  if (window.tokens > 0) {
    seen = seen & (window.positions_BT.unsqueeze(2) - window.positions_BT.unsqueeze(1) < window.tokens);
  }
  const double never = dtype == torch::kFloat64 ? -1e300 : -1e38;
  const torch::Tensor mask_BTT =
      torch::zeros({rows, tokens, tokens}, segments_BT.options().dtype(dtype)).masked_fill_(~seen, never);
  return mask_BTT.unsqueeze(1)
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

}  // namespace

AttentionPattern MakeAttentionPattern(const torch::Tensor& segments_BT, int64_t heads, int64_t kv_heads,
                                      torch::Dtype dtype, const SlidingWindow& window) {
  const torch::Dtype wide = AtLeastFloat32(dtype);
  if (dtype == wide && segments_BT.device().is_cpu() && segments_BT.size(1) > kDenseTokens) {
    return {torch::Tensor(), CutIntoBlocks(segments_BT, dtype, window), {}};
  }
  return {Mask(segments_BT, heads, kv_heads, wide, window), {}, {}};
}

torch::Tensor Attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                     const AttentionPattern& pattern) {
  if (pattern.blocks) return AttendInBlocks(query, key, value, pattern.blocks, pattern.scores);
  return AttendDensely(query, key, value, pattern.mask, pattern.scores);
}

torch::Tensor AttendCached(const torch::Tensor& query, const torch::Tensor& keys, const torch::Tensor& values,
                           const std::vector<int64_t>& lengths, int64_t window, const ScoreRule& rule) {
  const int64_t rows = query.size(0), heads = query.size(1), dim = query.size(2), kv_heads = keys.size(1);
  const int64_t slots = *std::max_element(lengths.begin(), lengths.end());
  const auto options = query.options();
  const torch::Dtype wide = AtLeastFloat32(query.scalar_type());
  const torch::Tensor stacked_query = query.reshape({rows, kv_heads, heads / kv_heads, dim});
  const torch::Tensor slot = torch::arange(slots, options.dtype(torch::kInt64));
  const torch::Tensor end = torch::tensor(lengths, torch::kInt64).to(query.device()).view({rows, 1, 1, 1});
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
