// For matrix_product.cc alone: parts of both sides of a product, copied so that a tile's numbers of one step after
// another (matrix_steps.h) lie one after another. A strip is what a tile needs of a side: V vectors of rows of a, N
// columns of b.
#ifndef LM_KERNELS_MATRIX_COPIES_H_
#define LM_KERNELS_MATRIX_COPIES_H_

#include <algorithm>
#include <cstdint>

#include "lm/kernels/lanes.h"
#include "lm/kernels/matrix_product.h"
#include "lm/kernels/matrix_steps.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

LM_BEGIN_KERNELS
namespace lm {

constexpr int64_t kStrips = 16;  // of b that are copied at once
constexpr int64_t kAhead = 8;    // steps or terms: how far ahead numbers are asked for

// Numbers from one copied strip of V vectors to the next: a line more than it has, lest all begin in the same sets of
// the caches.
constexpr int64_t StripSize(int64_t vectors, int64_t steps) { return (steps * vectors + 1) * kLanes; }

template <typename Step>
constexpr int64_t StepsOf(int64_t terms) {
  return (terms + Step::kTerms - 1) / Step::kTerms;
}

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

// Asks for the lines of `count` times 16 numbers.
template <int64_t kCount>
void Ask(const float* numbers) {
#pragma clang loop unroll(full)
  for (int64_t i = 0; i < kCount; ++i) __builtin_prefetch(numbers + i * kLanes);
}

// Up to 16 rows of a, terms one after another, into every `apart`-th number of `to`; then 0.
template <typename Step>
void CopyRows(int64_t rows, int64_t terms, const Matrix& a, int64_t apart, float* to) {
  constexpr int64_t kTerms = Step::kTerms;
  const int64_t steps = StepsOf<Step>(terms);
  int64_t k = 0;
  for (; rows == kLanes && (k + kLanes) * kTerms <= terms; k += kLanes) {
    Lanes x[kLanes];
#pragma clang loop unroll(full)
    for (int i = 0; i < kLanes; ++i) {
      const float* const row = a.data + i * a.down + k * kTerms;
      x[i] = Step::Row(row);
      Ask<kTerms>(row + kLanes * kTerms);
    }
    Transpose(x);
#pragma clang loop unroll(full)
    for (int i = 0; i < kLanes; ++i) Store(x[i], to + (k + i) * apart);
  }
  for (; k < steps; ++k) {
    const float* const term = a.data + k * kTerms;
    for (int64_t i = 0; i < kLanes; ++i) {
      to[k * apart + i] = i < rows ? Step::Number(term + i * a.down, 1, (k + 1) * kTerms <= terms) : 0;
    }
  }
}

// Whole strips of a, rows one after another: of each step in turn all rows, as they lie in memory.
template <typename Step, int V>
void CopySteps(int64_t strips, int64_t terms, const Matrix& a, float* to) {
  const int64_t steps = StepsOf<Step>(terms), size = StripSize(V, steps);
  for (int64_t k = 0; k < steps; ++k) {
    const bool is_whole = (k + 1) * Step::kTerms <= terms;
    const float* from = a.data + k * Step::kTerms * a.across;
    float* out = to + k * V * kLanes;
    for (int64_t strip = 0; strip < strips; ++strip, from += V * kLanes, out += size) {
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) {
        Store(Step::Rows(from + v * kLanes, a.across, is_whole), out + v * kLanes);
#pragma clang loop unroll(full)
        for (int64_t term = 0; term < Step::kTerms; ++term) {
          __builtin_prefetch(from + v * kLanes + (kAhead + term) * a.across);
        }
      }
    }
  }
}

inline int64_t Vectors(int64_t rows) { return (rows + kLanes - 1) / kLanes; }

// A strip of at most V vectors of rows.
template <typename Step>
void CopyStrip(int64_t rows, int64_t terms, const Matrix& a, float* to) {
  const int64_t vectors = Vectors(rows), steps = StepsOf<Step>(terms);
  for (int64_t v = 0; v < vectors; ++v) {
    const Matrix part = {a.data + v * kLanes * a.down, a.down, a.across};
    const int64_t part_rows = std::min(kLanes, rows - v * kLanes);
    float* const out = to + v * kLanes;
    if (a.down != 1) {
      CopyRows<Step>(part_rows, terms, part, vectors * kLanes, out);
      continue;
    }
    for (int64_t k = 0; k < steps; ++k) {
      const float* const term = part.data + k * Step::kTerms * a.across;
      for (int64_t i = 0; i < kLanes; ++i) {
        out[k * vectors * kLanes + i] =
            i < part_rows ? Step::Number(term + i, a.across, (k + 1) * Step::kTerms <= terms) : 0;
      }
    }
  }
}

// All strips of a; the last may have fewer vectors.
template <typename Step, int V>
void CopyLeft(int64_t rows, int64_t terms, const Matrix& a, float* to) {
  const int64_t size = StripSize(V, StepsOf<Step>(terms));
  int64_t strip = 0;
  if (a.down == 1) {
    strip = rows / (V * kLanes);
    CopySteps<Step, V>(strip, terms, a, to);
  }
  for (; strip * V * kLanes < rows; ++strip) {
    const int64_t first = strip * V * kLanes;
    CopyStrip<Step>(std::min(V * kLanes, rows - first), terms, {a.data + first * a.down, a.down, a.across},
                    to + strip * size);
  }
}

// A step's numbers, `columns` <= kStrips * N, to where its strips have them: the last strip may be of fewer columns.
template <int N>
void StoreStep(int64_t k, int64_t steps, int64_t columns, const float* numbers, float* to) {
  const int64_t whole = columns / N, rest = columns % N;
  for (int64_t strip = 0; strip < whole; ++strip) {
    __builtin_memcpy(to + (strip * steps + k) * N, numbers + strip * N, N * sizeof(float));
  }
  for (int64_t j = 0; j < rest; ++j) to[whole * steps * N + k * rest + j] = numbers[whole * N + j];
}

// Up to kStrips strips of N columns of b, columns one after another; the last may have fewer.
template <typename Step, int N>
void CopyRight(int64_t columns, int64_t terms, const Matrix& b, float* to) {
  const int64_t steps = StepsOf<Step>(terms);
  for (int64_t k = 0; k < steps; ++k) {
    const float* const from = b.data + k * Step::kTerms * b.down;
    for (int64_t j = 0; j < columns; j += kLanes) __builtin_prefetch(from + kAhead * Step::kTerms * b.down + j);
    const float* numbers = from;
    float rounded[kStrips * N];
    if constexpr (Step::kTerms > 1) {
      const bool is_whole = (k + 1) * Step::kTerms <= terms;
      int64_t j = 0;
      for (; j + kLanes <= columns; j += kLanes) Store(Step::Rows(from + j, b.down, is_whole), rounded + j);
      for (; j < columns; ++j) rounded[j] = Step::Number(from + j, b.down, is_whole);
      numbers = rounded;
    }
    if (columns == kStrips * N) {
      StoreStep<N>(k, steps, kStrips * N, numbers, to);
    } else {
      StoreStep<N>(k, steps, columns, numbers, to);
    }
  }
}

// Columns of b whose terms lie one after another, each by itself.
template <typename Step>
void CopyColumns(int64_t columns, int64_t terms, const Matrix& b, float* to) {
  const int64_t steps = StepsOf<Step>(terms);
  for (int64_t j = 0; j < columns; ++j, to += steps) {
    const float* const from = b.data + j * b.across;
    int64_t k = 0;
    for (; (k + kLanes) * Step::kTerms <= terms; k += kLanes) {
      Ask<Step::kTerms>(from + b.across + k * Step::kTerms);
      Store(Step::Row(from + k * Step::kTerms), to + k);
    }
    for (; k < steps; ++k) {
      to[k] = Step::Number(from + k * Step::kTerms, 1, (k + 1) * Step::kTerms <= terms);
    }
  }
}

}  // namespace lm
LM_END_KERNELS

#pragma clang diagnostic pop

#endif  // LM_KERNELS_MATRIX_COPIES_H_
