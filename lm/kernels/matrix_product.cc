#include "lm/kernels/matrix_product.h"

#include <algorithm>

#include "lm/kernels/aligned.h"
#include "lm/kernels/lanes.h"
#include "lm/kernels/matrix_copies.h"
#include "lm/kernels/matrix_steps.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

// The usual division of the work: a part of a, copied so that it is read from end to end, stays in the second-level
// cache; strips of b, a few columns wide, take their turns in the first-level one; a tile of c stays in registers while
// a strip of each passes by.
namespace lm {
LM_BEGIN_KERNELS
namespace {

constexpr int64_t kPiece = 512;        // terms at most, of which a tile's sums are made at once
constexpr int64_t kLeft = 256 << 10;   // numbers of a in the second-level cache: 1 MiB
constexpr int64_t kRight = 512 << 10;  // numbers of b that are kept copied from one part of a to the next: 2 MiB

// The sums of a tile, with V vectors of rows and N columns.
template <int V, int N>
struct Sums {
  Lanes of[N][V] = {};
};

// A strip of a, copied: V vectors a step. Of b: number (k, n) is b[k * b.down + n * b.across]. The lines of c that the
// tile will go to are asked for one a step: all at once they would hold up those of a.
template <typename Step, int V, int N>
Sums<V, N> SumsOf(int64_t steps, const float* a, const Matrix& b, const float* c, int64_t c_column) {
  Sums<V, N> sums;
  const int64_t down = b.down, across = b.across;
  const float* right = b.data;
  const auto add = [&] {
    Lanes left[V];
#pragma clang loop unroll(full)
    for (int v = 0; v < V; ++v) {
      left[v] = Load(a + v * kLanes);
      __builtin_prefetch(a + (kAhead * V + v) * kLanes);
    }
#pragma clang loop unroll(full)
    for (int part = 0; part < Step::kParts; ++part) {
      Lanes of_part[V];
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) of_part[v] = Step::Part(left[v], part);
#pragma clang loop unroll(full)
      for (int n = 0; n < N; ++n) {
        const Lanes same = Step::Part(Step::Same(right[n * across]), part);
#pragma clang loop unroll(full)
        for (int v = 0; v < V; ++v) Step::Add(of_part[v], same, sums.of[n][v]);
      }
    }
    a += V * kLanes;
    right += down;
  };
  const int64_t with_c = std::min<int64_t>(steps, V * N);
#pragma clang loop unroll(disable)
  for (int64_t k = 0; k < with_c; ++k) {
    __builtin_prefetch(c + k / V * c_column + k % V * kLanes, /*write=*/1);
    add();
  }
#pragma clang loop unroll(disable)
  for (int64_t k = with_c; k < steps; ++k) add();
  return sums;
}

// alpha sum + beta c, each operation rounded.
template <typename T>
T Updated(const T& sum, float alpha, float beta, const T& c) {
#pragma clang fp contract(off)
  return alpha * sum + beta * c;
}
template <typename T>
T Scaled(const T& sum, float alpha) {
  return alpha * sum;
}

template <int V, int N>
void StoreTile(const Sums<V, N>& sums, float alpha, float beta, float* c, int64_t c_column, int64_t rows) {
  if (rows != V * kLanes) {
    float all[N][V * kLanes];
#pragma clang loop unroll(full)
    for (int n = 0; n < N; ++n) {
#pragma clang loop unroll(full)
      for (int v = 0; v < V; ++v) Store(sums.of[n][v], &all[n][v * kLanes]);
    }
    for (int n = 0; n < N; ++n) {
      for (int64_t i = 0; i < rows; ++i) {
        float* const at = c + n * c_column + i;
        *at = beta == 0 ? Scaled(all[n][i], alpha) : Updated(all[n][i], alpha, beta, *at);
      }
    }
    return;
  }
#pragma clang loop unroll(full)
  for (int n = 0; n < N; ++n) {
#pragma clang loop unroll(full)
    for (int v = 0; v < V; ++v) {
      float* const at = c + n * c_column + v * kLanes;
      Store(beta == 0 ? Scaled(sums.of[n][v], alpha) : Updated(sums.of[n][v], alpha, beta, Load(at)), at);
    }
  }
}

// What a strip of a is multiplied by, and where that goes: `rows` <= V * kLanes of c.
struct Strip {
  int64_t steps, rows;
  const float* a;
  float alpha, beta;
  int64_t c_column;
};

template <typename Step, int V, int N>
void Tile(const Strip& strip, const Matrix& b, float* c) {
  StoreTile<V, N>(SumsOf<Step, V, N>(strip.steps, strip.a, b, c, strip.c_column), strip.alpha, strip.beta, c,
                  strip.c_column, strip.rows);
}

// A tile of at most N columns.
template <typename Step, int V, int N>
void TileOf(int64_t columns, const Strip& strip, const Matrix& b, float* c) {
  if (columns == N) {
    Tile<Step, V, N>(strip, b, c);
  } else if constexpr (N > 1) {
    TileOf<Step, V, N - 1>(columns, strip, b, c);
  }
}

// A tile of at most V vectors of rows.
template <typename Step, int V, int N>
void TileOf(int64_t vectors, int64_t columns, const Strip& strip, const Matrix& b, float* c) {
  if (vectors == V) {
    TileOf<Step, V, N>(columns, strip, b, c);
  } else if constexpr (V > 1) {
    TileOf<Step, V - 1, N>(vectors, columns, strip, b, c);
  }
}

// Where strips of b lie: copied by CopyRight, or each column by itself.
enum class Right { kStrips, kColumns };

// Copied rows of a times strips of b, which begin at column 0 of `piece`.
template <typename Step, int V, int N>
void MultiplyStrips(const MatrixProduct& piece, int64_t columns, const float* left, const Matrix& b, Right layout) {
  const int64_t steps = StepsOf<Step>(piece.terms), size = StripSize(V, steps);
  const int64_t whole = piece.rows / (V * kLanes), rest = piece.rows % (V * kLanes);
  Strip strip = {steps, V * kLanes, left, piece.alpha, piece.beta, piece.c_column};
  for (int64_t j = 0; j < columns; j += N) {
    const int64_t width = std::min<int64_t>(N, columns - j);
    const Matrix right = layout == Right::kStrips ? Matrix{b.data + j * steps, width, 1}
                                                  : Matrix{b.data + j * b.across, b.down, b.across};
    float* c = piece.c + j * piece.c_column;
    strip.rows = V * kLanes;
    strip.a = left;
    for (int64_t i = 0; i < whole; ++i, strip.a += size, c += V * kLanes) {
      if (width == N) {
        Tile<Step, V, N>(strip, right, c);
      } else {
        TileOf<Step, V, N>(width, strip, right, c);
      }
    }
    if (rest == 0) continue;
    strip.rows = rest;
    TileOf<Step, V, N>(Vectors(rest), width, strip, right, c);
  }
}

// The products of one piece of the terms.
template <typename Step, int V, int N>
void MultiplyPiece(const MatrixProduct& piece, float* left, float* right) {
  const int64_t steps = StepsOf<Step>(piece.terms);
  // b is read as it is where its terms are one after another, or where it is read once; rounded it is always copied.
  const bool in_columns = piece.b.down == 1;
  const bool copies = Step::kTerms > 1 || (!in_columns && piece.rows > V * kLanes);
  const int64_t block = std::max<int64_t>(1, kLeft / StripSize(V, steps)) * V * kLanes;
  const bool keeps = copies && piece.rows > block && piece.columns * steps <= kRight;
  for (int64_t i = 0; i < piece.rows; i += block) {
    MatrixProduct part = piece;
    part.rows = std::min(block, piece.rows - i);
    part.a.data += i * part.a.down;
    CopyLeft<Step, V>(part.rows, part.terms, part.a, left);
    const int64_t step = copies ? kStrips * N : piece.columns;
    for (int64_t j = 0; j < piece.columns; j += step) {
      const int64_t columns = std::min(step, piece.columns - j);
      Matrix b = {piece.b.data + j * piece.b.across, piece.b.down, piece.b.across};
      float* const copy = keeps ? right + j * steps : right;
      if (copies && (i == 0 || !keeps)) {
        if (in_columns) {
          CopyColumns<Step>(columns, piece.terms, b, copy);
        } else {
          CopyRight<Step, N>(columns, piece.terms, b, copy);
        }
      }
      if (copies) b = {copy, 1, steps};
      const Right layout = copies && !in_columns ? Right::kStrips : Right::kColumns;
      part.c = piece.c + i + j * piece.c_column;
      MultiplyStrips<Step, V, N>(part, columns, left, b, layout);
    }
  }
}

template <typename Step, int V, int N>
void Products(const MatrixProduct* product, float* left, float* right) {
  const int64_t pieces = (product->terms + kPiece - 1) / kPiece;
  for (int64_t p = 0; p < pieces; ++p) {
    const int64_t begin = product->terms * p / pieces, end = product->terms * (p + 1) / pieces;
    MatrixProduct piece = *product;
    piece.terms = end - begin;
    piece.a.data += begin * piece.a.across;
    piece.b.data += begin * piece.b.down;
    if (p > 0) piece.beta = 1;
    MultiplyPiece<Step, V, N>(piece, left, right);
  }
}

}  // namespace
LM_END_KERNELS

// Tiles that fill the registers: 32 of 16 numbers, or 16 of 8.
void Multiply(const MatrixProduct& product) {
  static thread_local AlignedFloats left, right;
  const int64_t terms = std::min(product.terms, kPiece);
  const auto grow = [](AlignedFloats& numbers, int64_t size) {
    if (static_cast<int64_t>(numbers.size()) < size) numbers.resize(size);
  };
  grow(left, std::min(kLeft, Vectors(product.rows) * (terms + 1) * kLanes));
  grow(right, std::max(kStrips * 6 * terms, std::min(kRight, product.columns * terms)));
  if (product.rounds) {
    using Step = Bfloat16Step<false>;
    RunBest<Products<Step, 1, 2>, Products<Step, 1, 6>, Products<Step, 4, 6>, Products<Avx512Bfloat16Step, 4, 6>>(
        &product, left.data(), right.data());
  } else {
    using Step = Float32Step;
    RunBest<Products<Step, 1, 2>, Products<Step, 1, 6>, Products<Step, 4, 6>>(&product, left.data(), right.data());
  }
}

}  // namespace lm
