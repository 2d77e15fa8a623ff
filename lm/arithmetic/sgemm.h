// The door between libtorch and the linear algebra library: BLAS's sgemm_, which this program defines itself, so that
// libtorch's calls of it come here first. Usually they go on to the library; they can go to another product.
#ifndef LM_ARITHMETIC_SGEMM_H_
#define LM_ARITHMETIC_SGEMM_H_

#include <string>

namespace lm {

// c = alpha op(a) op(b) + beta c, columns one after another: BLAS's own arguments.
using Sgemm = void(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
                   const float* alpha, const float* a, const int* a_stride, const float* b, const int* b_stride,
                   const float* beta, float* c, const int* c_stride);

// The library's own.
Sgemm LibrarySgemm;

// From now on `product` is called; nullptr: the library's. While nothing is computed. `is_asked`, where it is given, is
// set by each call until the next ReplaceSgemm.
void ReplaceSgemm(Sgemm* product, bool* is_asked);
// What is called now; LibrarySgemm, if not replaced.
Sgemm* SgemmInUse();

// The file name of the library that has it; empty where it cannot be told.
std::string SgemmsFile();

}  // namespace lm

#endif  // LM_ARITHMETIC_SGEMM_H_
