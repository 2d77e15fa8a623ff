// Matrix products of float32 on the CPU, for training and scoring, without torch: the same bits with AVX2 and with
// AVX-512 (others have no fused multiply-add, hence other last bits), on one thread and on many, whatever else is in
// the product. An element's k terms are added in order, by fused multiply-adds, in pieces of equal length of at most
// 512; the pieces' sums are added in order. So it depends on its own row, column and k alone.
#ifndef LM_KERNELS_MATRIX_PRODUCT_H_
#define LM_KERNELS_MATRIX_PRODUCT_H_

#include <cstdint>

namespace lm {

// A matrix with one of its two steps 1: element (i, j) is data[i * down + j * across].
struct Matrix {
  const float* data;
  int64_t down, across;
};

// c[i + j * c_column] = alpha sum_k a(i, k) b(k, j) + beta c[i + j * c_column]; i < rows, j < columns, k < terms. With
// beta = 0 c is not read.
struct MatrixProduct {
  int64_t rows, columns, terms;
  Matrix a, b;
  float alpha, beta;
  float* c;
  int64_t c_column;
  bool rounds = false;  // a and b to bfloat16, the nearest, ties to even
};

// O(rows columns terms); at most 3.3 MB for copies of parts of a and b, which a thread keeps.
void Multiply(const MatrixProduct& product);

}  // namespace lm

#endif  // LM_KERNELS_MATRIX_PRODUCT_H_
