// The inner loops of attention over a cache, float32 on the CPU. Without torch, so that it compiles in a moment.
//
// Shapes: B = rows, H = heads, K = key/value heads, d = head_dim, S = slots of a row in the cache, L = slots in use.
#ifndef LM_MODEL_ATTENTION_CACHED_ATTENTION_H_
#define LM_MODEL_ATTENTION_CACHED_ATTENTION_H_

#include <cstdint>

namespace lm {

struct CachedAttentionShape {
  int64_t rows;
  int64_t heads;
  int64_t kv_heads;
  int64_t dim;
  int64_t capacity;  // S
  int64_t slots;     // L: the longest row's length
};

// scores [B, H, L] = scale * query [B, H, d] . keys [B, K, d, S]; -inf at and after a row's length.
void CachedScores(const CachedAttentionShape& shape, const float* query, const float* keys, const int64_t* lengths,
                  float scale, float* scores);

// mixed [B, H, d] = weights [B, H, L] . values [B, K, S, d], over each row's length.
void CachedMixture(const CachedAttentionShape& shape, const float* weights, const float* values, const int64_t* lengths,
                   float* mixed);

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_CACHED_ATTENTION_H_
