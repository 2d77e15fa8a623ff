#include "lm/model/attention/cached_attention.h"

#include <algorithm>
#include <limits>

namespace lm {
namespace {

// y [n] += sum_j c[j] * x[j * stride ... + n]: four vectors at a time, so that y is loaded and stored less often.
// Everything below rests on this loop; each caller's instruction set decides how wide it runs.
inline __attribute__((always_inline)) void AddCombination(int64_t vectors, int64_t n, const float* c, const float* x,
                                                          int64_t stride, float* __restrict__ y) {
  int64_t j = 0;
  for (; j + 4 <= vectors; j += 4) {
    const float c0 = c[j], c1 = c[j + 1], c2 = c[j + 2], c3 = c[j + 3];
    const float *x0 = x + j * stride, *x1 = x0 + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    for (int64_t i = 0; i < n; ++i) y[i] += (c0 * x0[i] + c1 * x1[i]) + (c2 * x2[i] + c3 * x3[i]);
  }
  for (; j < vectors; ++j) {
    const float c0 = c[j];
    const float* const x0 = x + j * stride;
    for (int64_t i = 0; i < n; ++i) y[i] += c0 * x0[i];
  }
}

inline __attribute__((always_inline)) void Scores(const CachedAttentionShape& shape, const float* query,
                                                  const float* keys, const int64_t* lengths, float scale,
                                                  float* scores) {
  const int64_t group = shape.heads / shape.kv_heads;
  for (int64_t b = 0; b < shape.rows; ++b) {
    for (int64_t h = 0; h < shape.heads; ++h) {
      float* const out = scores + (b * shape.heads + h) * shape.slots;
      std::fill(out, out + lengths[b], 0.0f);
      AddCombination(shape.dim, lengths[b], query + (b * shape.heads + h) * shape.dim,
                     keys + (b * shape.kv_heads + h / group) * shape.dim * shape.capacity, shape.capacity, out);
      for (int64_t s = 0; s < lengths[b]; ++s) out[s] *= scale;
      std::fill(out + lengths[b], out + shape.slots, -std::numeric_limits<float>::infinity());
    }
  }
}

inline __attribute__((always_inline)) void Mixture(const CachedAttentionShape& shape, const float* weights,
                                                   const float* values, const int64_t* lengths, float* mixed) {
  const int64_t group = shape.heads / shape.kv_heads;
  for (int64_t b = 0; b < shape.rows; ++b) {
    for (int64_t h = 0; h < shape.heads; ++h) {
      float* const out = mixed + (b * shape.heads + h) * shape.dim;
      std::fill(out, out + shape.dim, 0.0f);
      AddCombination(lengths[b], shape.dim, weights + (b * shape.heads + h) * shape.slots,
                     values + (b * shape.kv_heads + h / group) * shape.capacity * shape.dim, shape.dim, out);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void ScoresAvx2(const CachedAttentionShape& shape, const float* query,
                                                    const float* keys, const int64_t* lengths, float scale,
                                                    float* scores) {
  Scores(shape, query, keys, lengths, scale, scores);
}

__attribute__((target("avx2,fma"))) void MixtureAvx2(const CachedAttentionShape& shape, const float* weights,
                                                     const float* values, const int64_t* lengths, float* mixed) {
  Mixture(shape, weights, values, lengths, mixed);
}

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}
#endif

}  // namespace

void CachedScores(const CachedAttentionShape& shape, const float* query, const float* keys, const int64_t* lengths,
                  float scale, float* scores) {
#if defined(__x86_64__)
  if (HasAvx2()) return ScoresAvx2(shape, query, keys, lengths, scale, scores);
#endif
  Scores(shape, query, keys, lengths, scale, scores);
}

void CachedMixture(const CachedAttentionShape& shape, const float* weights, const float* values, const int64_t* lengths,
                   float* mixed) {
#if defined(__x86_64__)
  if (HasAvx2()) return MixtureAvx2(shape, weights, values, lengths, mixed);
#endif
  Mixture(shape, weights, values, lengths, mixed);
}

}  // namespace lm
