#include "lm/arithmetic/own.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "lm/kernels/matrix_product.h"

namespace lm {
namespace {

// Multiply-adds for which a second thread is worth waking: tens of microseconds.
constexpr int64_t kWorkOfThread = 1 << 21;
// Rows and columns that threads divide: multiples of every tile's.
constexpr int64_t kRows = 64, kColumns = 6;

Matrix AsMatrix(char transpose, const float* data, int64_t stride) {
  const bool is_transposed = absl::ascii_toupper(transpose) != 'N';
  return {data, is_transposed ? stride : 1, is_transposed ? 1 : stride};
}

int64_t PartsOf(int64_t size, int64_t part) { return (size + part - 1) / part; }

// Some rows and all columns, or all rows and some columns.
void MultiplyRows(const MatrixProduct& product, int64_t begin, int64_t end) {
  MatrixProduct part = product;
  part.a.data += begin * part.a.down;
  part.c += begin;
  part.rows = end - begin;
  Multiply(part);
}
void MultiplyColumns(const MatrixProduct& product, int64_t begin, int64_t end) {
  MatrixProduct part = product;
  part.b.data += begin * part.b.across;
  part.c += begin * part.c_column;
  part.columns = end - begin;
  Multiply(part);
}

}  // namespace

bool& OwnProductsRound() {
  static thread_local bool rounds = false;
  return rounds;
}

void OwnProduct(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
                const float* alpha, const float* a, const int* a_stride, const float* b, const int* b_stride,
                const float* beta, float* c, const int* c_stride) {
  if (*m <= 0 || *n <= 0 || *k <= 0) {  // BLAS says what of c is then
    LibrarySgemm(transpose_a, transpose_b, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
    return;
  }
  const Matrix left = AsMatrix(*transpose_a, a, *a_stride), right = AsMatrix(*transpose_b, b, *b_stride);
  const MatrixProduct product = {*m, *n, *k, left, right, *alpha, *beta, c, *c_stride, OwnProductsRound()};
  const int64_t work = product.rows * product.columns * product.terms;
  if (work < 2 * kWorkOfThread || at::get_num_threads() == 1 || at::in_parallel_region()) {
    Multiply(product);
    return;
  }
  const int64_t row_parts = PartsOf(product.rows, kRows), column_parts = PartsOf(product.columns, kColumns);
  const bool by_rows = row_parts >= column_parts;
  const int64_t parts = by_rows ? row_parts : column_parts;
  at::parallel_for(0, parts, std::max<int64_t>(1, kWorkOfThread / (work / parts)), [&](int64_t begin, int64_t end) {
    if (by_rows) {
      MultiplyRows(product, begin * kRows, std::min(end * kRows, product.rows));
    } else {
      MultiplyColumns(product, begin * kColumns, std::min(end * kColumns, product.columns));
    }
  });
}

}  // namespace lm
