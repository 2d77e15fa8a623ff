#include "lm/kernels/row_products.h"

#include <algorithm>
#include <vector>

#include "lm/kernels/aligned.h"
#include "lm/kernels/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {
LM_BEGIN_KERNELS
namespace {

// Rows of x that stay in the second-level cache (2 MiB here, 1 MiB commonly) while w passes by.
constexpr int64_t kResidentBytes = 512 << 10;
// Inputs of which a tile's rows of both sides (10 with AVX-512) fill less than a first-level cache (48 KiB, commonly
// 32), and the tiles that take their turns at them.
constexpr int64_t kStretch = 768, kTiles = 16;

// Each level of the tree that a Total is, for two vectors at once: a's numbers in the first part of each stretch, b's
// in the second. Four levels take 15 additions for 16 vectors; one vector alone takes four and throws most of them
// away.
inline Lanes AddEights(const Lanes& a, const Lanes& b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
         __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
inline Lanes AddFours(const Lanes& a, const Lanes& b) {
  return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
         __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}
inline Lanes AddTwos(const Lanes& a, const Lanes& b) {
  return __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
         __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
}
inline Lanes AddOnes(const Lanes& a, const Lanes& b) {
  return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10, 24, 26, 12, 14, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
}

// Total of each of 16 vectors, bit for bit: of vector 4 p + g in lane 4 g + p.
inline Lanes TotalsOf16(const Lanes* v) {
  Lanes fours[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; ++i)
    fours[i] = AddFours(AddEights(v[4 * i], v[4 * i + 1]), AddEights(v[4 * i + 2], v[4 * i + 3]));
  return AddOnes(AddTwos(fours[0], fours[1]), AddTwos(fours[2], fours[3]));
}

// The same of 8: of vector 4 p + g in lane 4 g + p, p < 2.
inline Lanes TotalsOf8(const Lanes* v) {
  Lanes fours[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; ++i)
    fours[i] = AddFours(AddEights(v[4 * i], v[4 * i + 1]), AddEights(v[4 * i + 2], v[4 * i + 3]));
  const Lanes twos = AddTwos(fours[0], fours[1]);
  return AddOnes(twos, twos);
}

// Stores the totals of a tile's sums: of sums[n][m] at y[m * outputs + n].
template <int M, int N>
void StoreTotals(const Lanes (&sums)[N][M], int64_t outputs, float* y) {
  const Lanes* const all = &sums[0][0];
  if constexpr (M == 4 && N == 6) {
    const Lanes first = TotalsOf16(all), second = TotalsOf8(all + 16);
#pragma clang loop unroll(full)
    for (int m = 0; m < M; ++m) {
      std::memcpy(y + m * outputs, reinterpret_cast<const float*>(&first) + 4 * m, 4 * sizeof(float));
      std::memcpy(y + m * outputs + 4, reinterpret_cast<const float*>(&second) + 4 * m, 2 * sizeof(float));
    }
  } else if constexpr (M * N > 2 && M * N <= 8) {
    Lanes padded[8] = {};
#pragma clang loop unroll(full)
    for (int i = 0; i < M * N; ++i) padded[i] = all[i];
    float totals[kLanes];
    Store(TotalsOf8(padded), totals);
#pragma clang loop unroll(full)
    for (int i = 0; i < M * N; ++i) y[i % M * outputs + i / M] = totals[4 * (i % 4) + i / 4];
  } else {
#pragma clang loop unroll(full)
    for (int i = 0; i < M * N; ++i) y[i % M * outputs + i / M] = Total(all[i]);
  }
}

// Bytes that will be read next, asked for at each of some steps, so that they come from memory while the steps' work is
// done.
class Ahead {
 public:
  Ahead(const void* data, int64_t bytes, int64_t steps)
      : at_(static_cast<const char*>(data)), end_(at_ + bytes), step_((bytes / kLine / steps + 1) * kLine) {}

  void Ask() {
    const char* const until = std::min(end_, at_ + step_);
    for (; at_ < until; at_ += kLine) __builtin_prefetch(at_, /*write=*/0, /*locality=*/2);  // into the second level
  }

 private:
  static constexpr int64_t kLine = 64;
  const char* at_;
  const char* end_;
  int64_t step_;
};

// sums += products of M rows of x by N rows of w, `count` numbers of each, in registers. Rows begin `x_stride`
// and `w_stride` apart.
template <int M, int N, typename W>
void AddProducts(int64_t x_stride, int64_t w_stride, int64_t count, const float* x, const W* w, Lanes (&sums)[N][M],
                 Ahead& ahead) {
  const auto add = [&](int64_t k, int64_t width) {
    Lanes right[N];
#pragma clang loop unroll(full)
    for (int n = 0; n < N; ++n) right[n] = Load(w + n * w_stride + k, width);
#pragma clang loop unroll(full)
    for (int m = 0; m < M; ++m) {
      const Lanes left = Load(x + m * x_stride + k, width);
#pragma clang loop unroll(full)
      for (int n = 0; n < N; ++n) sums[n][m] += left * right[n];
    }
  };
  int64_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    ahead.Ask();
    add(k, kLanes);
  }
  if (k < count) add(k, count - k);
}

template <int M, int N, typename W>
void ProductTile(int64_t inputs, int64_t outputs, const float* x, const W* w, float* y) {
  Lanes sums[N][M] = {};
  Ahead nothing(w, 0, 1);
  AddProducts<M, N>(inputs, inputs, inputs, x, w, sums, nothing);
  StoreTotals<M, N>(sums, outputs, y);
}

// The same of at most M rows: one tile of as many.
template <int M, int N, typename W>
void ProductRest(int64_t rows, int64_t inputs, int64_t outputs, const float* x, const W* w, float* y) {
  if constexpr (M > 0) {
    if (rows == M) {
      ProductTile<M, N>(inputs, outputs, x, w, y);
    } else {
      ProductRest<M - 1, N>(rows, inputs, outputs, x, w, y);
    }
  }
}

template <int M, int N>
void Copy(const Lanes (&from)[N][M], Lanes (&to)[N][M]) {
#pragma clang loop unroll(full)
  for (int i = 0; i < M * N; ++i) (&to[0][0])[i] = (&from[0][0])[i];
}

// A tile's rows of w as they are, or widened into `room`, [N, kStretch]; *stride: how far apart they then begin.
template <int N>
const float* Widened(int64_t, const float* w, float*, int64_t*) {
  return w;
}
template <int N, typename W>
const float* Widened(int64_t count, const W* w, float* room, int64_t* stride) {
  for (int n = 0; n < N; ++n) WidenAll(count, w + n * *stride, room + n * kStretch);
  *stride = kStretch;
  return room;
}

// At most kTiles tiles of M rows: all of them go through a stretch of w before the next one, so that it stays in the
// first-level cache; what the sums have reached waits in memory meanwhile.
template <int M, int N, typename W>
void ProductTiles(int64_t tiles, int64_t inputs, int64_t outputs, const float* x, const W* w, float* y, float* room,
                  Ahead& ahead) {
  Lanes waiting[kTiles][N][M];
  for (int64_t k = 0; k < inputs; k += kStretch) {
    const int64_t count = std::min(kStretch, inputs - k);
    int64_t stride = inputs;
    const float* const right = Widened<N>(count, w + k, room, &stride);
    for (int64_t tile = 0; tile < tiles; ++tile) {
      Lanes sums[N][M] = {};
      if (k > 0) Copy(waiting[tile], sums);
      AddProducts<M, N>(inputs, stride, count, x + tile * M * inputs + k, right, sums, ahead);
      if (k + count < inputs) {
        Copy(sums, waiting[tile]);
      } else {
        StoreTotals<M, N>(sums, outputs, y + tile * M * outputs);
      }
    }
  }
}

// Rows of x by N rows of w: tiles of M rows, then the rest. `next`: rows of w that will be needed after these.
template <int M, int N, typename W>
void ProductColumn(int64_t rows, int64_t inputs, int64_t outputs, const float* x, const W* w, float* y, float* room,
                   int64_t next) {
  Ahead ahead(w + N * inputs, next * inputs * sizeof(W), std::max<int64_t>(1, rows / M * (inputs / kLanes)));
  int64_t m = 0;
  while (m + M <= rows) {
    const int64_t tiles = std::min(kTiles, (rows - m) / M);
    ProductTiles<M, N>(tiles, inputs, outputs, x + m * inputs, w, y + m * outputs, room, ahead);
    m += tiles * M;
  }
  ProductRest<M - 1, N>(rows - m, inputs, outputs, x + m * inputs, w, y + m * outputs);
}

// Tiles of M x N.
template <int M, int N, typename W>
void Products(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const W* w,
              float* y, float* room) {
  const int64_t block = std::max<int64_t>(M, kResidentBytes / sizeof(float) / std::max<int64_t>(inputs, 1) / M * M);
  for (int64_t first = 0; first < rows; first += block) {
    const int64_t count = std::min(block, rows - first);
    const float* const left = x + first * inputs;
    float* const out = y + first * outputs;
    int64_t n = begin;
    for (; n + N <= end; n += N) {
      ProductColumn<M, N>(count, inputs, outputs, left, w + n * inputs, out + n, room,
                          std::min<int64_t>(N, end - n - N));
    }
    for (; n < end; ++n) ProductColumn<M, 1>(count, inputs, outputs, left, w + n * inputs, out + n, room, 0);
  }
}

// One row of x by tiles of N rows of w.
template <int N, typename W>
void ProductsOfRow(int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const W* w, float* y) {
  int64_t n = begin;
  for (; n + N <= end; n += N) ProductTile<1, N>(inputs, outputs, x, w + n * inputs, y + n);
  for (; n < end; ++n) ProductTile<1, 1>(inputs, outputs, x, w + n * inputs, y + n);
}

}  // namespace
LM_END_KERNELS

namespace {

template <typename W>
void Run(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x, const W* w,
         float* y) {
  if (rows == 1) {
    RunBest<ProductsOfRow<2, W>, ProductsOfRow<4, W>, ProductsOfRow<8, W>>(inputs, outputs, begin, end, x, w, y);
    return;
  }
  static thread_local AlignedFloats room(6 * kStretch);  // of the widest tile
  RunBest<Products<1, 2, W>, Products<2, 3, W>, Products<4, 6, W>>(rows, inputs, outputs, begin, end, x, w, y,
                                                                   room.data());
}

}  // namespace

// Tiles that fill the registers: 32 of 16 numbers, or 16 of 8. One row goes through several of w at once, since memory
// delivers more to several streams than to one.
void RowProducts(int64_t rows, int64_t inputs, int64_t outputs, int64_t begin, int64_t end, const float* x,
                 const StoredNumbers& w, float* y) {
  switch (w.type) {
    case NumberType::kFloat32:
      return Run(rows, inputs, outputs, begin, end, x, static_cast<const float*>(w.data), y);
    case NumberType::kBfloat16:
      return Run(rows, inputs, outputs, begin, end, x, static_cast<const Bfloat16*>(w.data), y);
    case NumberType::kFloat16:
      return Run(rows, inputs, outputs, begin, end, x, static_cast<const Float16*>(w.data), y);
  }
}

}  // namespace lm
