// For matrix_product.cc alone: parts of both sides of a product, copied so that a tile's numbers of one term after
// another lie one after another. A strip is what a tile needs of a side: V vectors of rows of a, N columns of b.
#ifndef LM_KERNELS_MATRIX_COPIES_H_
#define LM_KERNELS_MATRIX_COPIES_H_

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "lm/kernels/lanes.h"
#include "lm/kernels/matrix_product.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

LM_BEGIN_KERNELS
namespace lm {

constexpr int64_t kStrips = 16;  // of b that are copied at once
constexpr int64_t kAhead = 8;    // terms: how far ahead numbers are asked for

// Numbers from one copied strip of V vectors to the next: a line more than it has, lest all begin in the same sets of
// the caches.
constexpr int64_t StripSize(int64_t vectors, int64_t terms) { return (terms * vectors + 1) * kLanes; }

// 16 rows become 16 columns: four times, numbers of the first half alternate with those of the second.
inline void Transpose(Lanes (&x)[kLanes]) {
#pragma clang loop unroll(full)
  for (int level = 0; level < 4; ++level) {
    Lanes mixed[kLanes];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; ++i) {
      mixed[2 * i] = __builtin_shufflevector(x[i], x[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      mixed[2 * i + 1] =
          __builtin_shufflevector(x[i], x[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < kLanes; ++i) x[i] = mixed[i];
  }
}

// Up to 16 rows of a, terms one after another, into every `step`-th vector of `to`; then 0.
inline void CopyRows(int64_t rows, int64_t terms, const Matrix& a, int64_t step, float* to) {
  int64_t k = 0;
  for (; rows == kLanes && k + kLanes <= terms; k += kLanes) {
    Lanes x[kLanes];
#pragma clang loop unroll(full)
    for (int i = 0; i < kLanes; ++i) x[i] = Load(a.data + i * a.down + k);
    Transpose(x);
#pragma clang loop unroll(full)
    for (int i = 0; i < kLanes; ++i) Store(x[i], to + (k + i) * step);
  }
  for (; k < terms; ++k) {
    for (int64_t i = 0; i < kLanes; ++i) to[k * step + i] = i < rows ? a.data[i * a.down + k] : 0;
  }
}

// Whole strips of a, rows one after another: of each term in turn all rows, as they lie in memory.
template <int V>
void CopyTerms(int64_t strips, int64_t terms, const Matrix& a, float* to) {
  const int64_t size = StripSize(V, terms);
  for (int64_t k = 0; k < terms; ++k) {
    const float* from = a.data + k * a.across;
    float* out = to + k * V * kLanes;
    for (int64_t strip = 0; strip < strips; ++strip, from += V * kLanes, out += size) {
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) Store(Load(from + v * kLanes), out + v * kLanes);
    }
  }
}

inline int64_t Vectors(int64_t rows) { return (rows + kLanes - 1) / kLanes; }

// A strip of at most V vectors of rows.
inline void CopyStrip(int64_t rows, int64_t terms, const Matrix& a, float* to) {
  const int64_t vectors = Vectors(rows);
  for (int64_t v = 0; v < vectors; ++v) {
    const Matrix part = {a.data + v * kLanes * a.down, a.down, a.across};
    const int64_t part_rows = std::min(kLanes, rows - v * kLanes);
    float* const out = to + v * kLanes;
    if (a.down != 1) {
      CopyRows(part_rows, terms, part, vectors * kLanes, out);
    } else {
      for (int64_t k = 0; k < terms; ++k) {
        for (int64_t i = 0; i < kLanes; ++i) {
          out[k * vectors * kLanes + i] = i < part_rows ? part.data[k * a.across + i] : 0;
        }
      }
    }
  }
}

// All strips of a; the last may have fewer vectors.
template <int V>
void CopyLeft(int64_t rows, int64_t terms, const Matrix& a, float* to) {
  const int64_t size = StripSize(V, terms);
  int64_t strip = 0;
  if (a.down == 1) {
    strip = rows / (V * kLanes);
    CopyTerms<V>(strip, terms, a, to);
  }
  for (; strip * V * kLanes < rows; ++strip) {
    const int64_t first = strip * V * kLanes;
    CopyStrip(std::min(V * kLanes, rows - first), terms, {a.data + first * a.down, a.down, a.across},
              to + strip * size);
  }
}

// Up to kStrips strips of N columns of b, columns one after another; the last may have fewer.
template <int N>
void CopyRight(int64_t columns, int64_t terms, const Matrix& b, float* to) {
  if (columns == kStrips * N) {
    for (int64_t k = 0; k < terms; ++k) {
      const float* const from = b.data + k * b.down;
#pragma clang loop unroll(full)
      for (int64_t j = 0; j < kStrips * N; j += kLanes) __builtin_prefetch(from + kAhead * b.down + j);
#pragma clang loop unroll(full)
      for (int64_t strip = 0; strip < kStrips; ++strip) {
        std::memcpy(to + (strip * terms + k) * N, from + strip * N, N * sizeof(float));
      }
    }
    return;
  }
  const int64_t whole = columns / N, rest = columns % N;
  for (int64_t k = 0; k < terms; ++k) {
    const float* const from = b.data + k * b.down;
    for (int64_t j = 0; j < columns; j += kLanes) __builtin_prefetch(from + kAhead * b.down + j);
    for (int64_t strip = 0; strip < whole; ++strip) {
      std::memcpy(to + (strip * terms + k) * N, from + strip * N, N * sizeof(float));
    }
    for (int64_t j = 0; j < rest; ++j) to[whole * terms * N + k * rest + j] = from[whole * N + j];
  }
}

}  // namespace lm
LM_END_KERNELS

#pragma clang diagnostic pop

#endif  // LM_KERNELS_MATRIX_COPIES_H_
