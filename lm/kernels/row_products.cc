#include "lm/kernels/row_products.h"

#include <algorithm>
#include <vector>

#include "lm/kernels/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {
LM_BEGIN_KERNELS
namespace {

// Rows of x that stay in the second-level cache (2 MiB here, 1 MiB commonly) while w passes by.
constexpr int64_t kResidentBytes = 512 << 10;

// M rows of x by N rows of w, in registers.
template <int M, int N, typename W>
void ProductTile(int64_t inputs, int64_t outputs, const float* x, const W* w, float* y) {
  Lanes sums[M][N] = {};
  const auto add = [&](int64_t k, int64_t count) {
    Lanes right[N];
#pragma clang loop unroll(full)
    for (int n = 0; n < N; ++n) right[n] = Load(w + n * inputs + k, count);
#pragma clang loop unroll(full)
    for (int m = 0; m < M; ++m) {
      const Lanes left = Load(x + m * inputs + k, count);
#pragma clang loop unroll(full)
      for (int n = 0; n < N; ++n) sums[m][n] += left * right[n];
    }
  };
  int64_t k = 0;
  for (; k + kLanes <= inputs; k += kLanes) add(k, kLanes);
  if (k < inputs) add(k, inputs - k);
#pragma clang loop unroll(full)
  for (int m = 0; m < M; ++m) {
#pragma clang loop unroll(full)
    for (int n = 0; n < N; ++n) y[m * outputs + n] = Total(sums[m][n]);
  }
}

// Rows of x by N rows of w: M at a time, then the rest.
template <int M, int N>
void ProductColumn(int64_t rows, int64_t inputs, int64_t outputs, const float* x, const float* w, float* y) {
  int64_t m = 0;
  for (; m + M <= rows; m += M) ProductTile<M, N>(inputs, outputs, x + m * inputs, w, y + m * outputs);
  for (; m < rows; ++m) ProductTile<1, N>(inputs, outputs, x + m * inputs, w, y + m * outputs);
}

// Tiles of M x N.
template <int M, int N>
void Products(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const float* w,
              float* y) {
  const int64_t block = std::max<int64_t>(M, kResidentBytes / sizeof(float) / std::max<int64_t>(inputs, 1) / M * M);
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t count = std::min(block, rows - first);
    const float* const left = x + first * inputs;
    float* const out = y + first * outputs;
    int64_t n = begin;
    for (; n + N <= end; n += N) ProductColumn<M, N>(count, inputs, outputs, left, w + n * inputs, out + n);
    for (; n < end; ++n) ProductColumn<M, 1>(count, inputs, outputs, left, w + n * inputs, out + n);
  }
}

// One row of x by tiles of N rows of w.
template <int N, typename W>
void ProductsOfRow(int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const W* w, float* y) {
  int64_t n = begin;
  for (; n + N <= end; n += N) ProductTile<1, N>(inputs, outputs, x, w + n * inputs, y + n);
  for (; n < end; ++n) ProductTile<1, 1>(inputs, outputs, x, w + n * inputs, y + n);
}

template <typename W>
void WidenAll(int64_t count, const W* from, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) Store(Load(from + i), to + i);
  if (i < count) Store(Load(from + i, count - i), to + i, count - i);
}

// Products of rows whose w is narrow: N of its rows are widened into `room`, [N, K], for all rows of x that stay.
template <int M, int N, typename W>
void WidenedProducts(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x,
                     const W* w, float* y, float* room) {
  const int64_t block = std::max<int64_t>(M, kResidentBytes / sizeof(float) / std::max<int64_t>(inputs, 1) / M * M);
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t count = std::min(block, rows - first);
    for (int64_t n = begin; n < end; n += N) {
      const int64_t width = std::min<int64_t>(N, end - n);
      WidenAll(width * inputs, w + n * inputs, room);
      Products<M, N>(count, inputs, outputs, 0, width, x + first * inputs, room, y + first * outputs + n);
    }
  }
}

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

template <int R, int V>
void CombineColumn(const Combination& s, int64_t i) {
  int64_t r = 0;
  for (; r + R <= s.rows; r += R) {
    CombineTile<R, V>(s, s.c + r * s.c_stride, s.x + i, s.y + r * s.y_stride + i);
  }
  for (; r < s.rows; ++r) CombineTile<1, V>(s, s.c + r * s.c_stride, s.x + i, s.y + r * s.y_stride + i);
}

template <int R, int V>
void Combinations(const Combination& s) {
  int64_t i = 0;
  for (; i + V * kLanes <= s.width; i += V * kLanes) CombineColumn<R, V>(s, i);
  for (; i < s.width; i += kLanes) CombineColumn<R, 1>(s, i);
}

}  // namespace
LM_END_KERNELS

namespace {

template <typename W>
void RunWidened(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const W* w,
                float* y) {
  if (rows == 1) {
    RunBest<ProductsOfRow<2, W>, ProductsOfRow<4, W>, ProductsOfRow<8, W>>(inputs, outputs, begin, end, x, w, y);
    return;
  }
  static thread_local std::vector<float> room;
  room.resize(std::max<size_t>(room.size(), 6 * inputs));  // of the widest tile
  RunBest<WidenedProducts<1, 2, W>, WidenedProducts<2, 3, W>, WidenedProducts<4, 6, W>>(rows, inputs, outputs, begin,
                                                                                        end, x, w, y, room.data());
}

}  // namespace

// Tiles that fill the registers: 32 of 16 numbers, or 16 of 8. One row goes through several of w at once, since memory
// delivers more to several streams than to one.
void RowProducts(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x,
                 const StoredNumbers& w, float* y) {
  if (w.type == NumberType::kBfloat16) {
    RunWidened(rows, inputs, outputs, begin, end, x, static_cast<const Bfloat16*>(w.data), y);
    return;
  }
  if (w.type == NumberType::kFloat16) {
    RunWidened(rows, inputs, outputs, begin, end, x, static_cast<const Float16*>(w.data), y);
    return;
  }
  const auto* const wide = static_cast<const float*>(w.data);
  if (rows == 1) {
    RunBest<ProductsOfRow<2, float>, ProductsOfRow<4, float>, ProductsOfRow<8, float>>(inputs, outputs, begin, end, x,
                                                                                       wide, y);
  } else {
    RunBest<Products<1, 2>, Products<2, 3>, Products<4, 6>>(rows, inputs, outputs, begin, end, x, wide, y);
  }
}

void Widen(const StoredNumbers& from, int64_t count, float* to) {
  switch (from.type) {
    case NumberType::kBfloat16:
      return RunBest<WidenAll<Bfloat16>>(count, static_cast<const Bfloat16*>(from.data), to);
    case NumberType::kFloat16:
      return RunBest<WidenAll<Float16>>(count, static_cast<const Float16*>(from.data), to);
    case NumberType::kFloat32:
      break;
  }
  std::copy_n(static_cast<const float*>(from.data), count, to);
}

void Combine(const Combination& s) { RunBest<Combinations<2, 1>, Combinations<3, 2>, Combinations<6, 4>>(s); }

}  // namespace lm
