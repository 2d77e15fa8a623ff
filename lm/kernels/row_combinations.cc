// Combine of row_products.h.
#include "lm/kernels/lanes.h"
#include "lm/kernels/row_products.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {
LM_BEGIN_KERNELS
namespace {

// R rows of c by V vectors of x, in registers.
template <int R, int V>
void CombineTile(const Combination& s, const float* c, const float* x, float* y) {
  Lanes sums[R][V] = {};
  if (s.add) {
#pragma clang loop unroll(full)
    for (int r = 0; r < R; ++r) {
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) sums[r][v] = Load(y + r * s.y_stride + v * kLanes);
    }
  }
  for (int64_t j = 0; j < s.terms; ++j) {
    Lanes right[V];
#pragma clang loop unroll(full)
    for (int v = 0; v < V; ++v) right[v] = Load(x + j * s.x_stride + v * kLanes);
#pragma clang loop unroll(full)
    for (int r = 0; r < R; ++r) {
      const float factor = c[r * s.c_stride + j];
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) sums[r][v] += factor * right[v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; ++r) {
#pragma clang loop unroll(full)
    for (int v = 0; v < V; ++v) Store(sums[r][v], y + r * s.y_stride + v * kLanes);
  }
}

// At most R rows of c: one tile of as many.
template <int R, int V>
void CombineRest(const Combination& s, int64_t rows, const float* c, const float* x, float* y) {
  if constexpr (R > 0) {
    if (rows == R) {
      CombineTile<R, V>(s, c, x, y);
    } else {
      CombineRest<R - 1, V>(s, rows, c, x, y);
    }
  }
}

template <int R, int V>
void CombineColumn(const Combination& s, int64_t i) {
  int64_t r = 0;
  for (; r + R <= s.rows; r += R) {
    CombineTile<R, V>(s, s.c + r * s.c_stride, s.x + i, s.y + r * s.y_stride + i);
  }
  CombineRest<R - 1, V>(s, s.rows - r, s.c + r * s.c_stride, s.x + i, s.y + r * s.y_stride + i);
}

template <int R, int V>
void Combinations(const Combination& s) {
  int64_t i = 0;
  for (; i + V * kLanes <= s.width; i += V * kLanes) CombineColumn<R, V>(s, i);
  for (; i < s.width; i += kLanes) CombineColumn<R, 1>(s, i);
}

}  // namespace
LM_END_KERNELS

void Combine(const Combination& s) { RunBest<Combinations<2, 1>, Combinations<3, 2>, Combinations<6, 4>>(s); }

}  // namespace lm
