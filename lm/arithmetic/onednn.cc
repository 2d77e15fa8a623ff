#include "lm/arithmetic/onednn.h"

#include <ATen/Version.h>
#include <dlfcn.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace lm {
namespace {

// Of oneDNN's C interface, which is the same in versions 1 to 3. Rows one after another; 0 is success.
using RowSgemm = int(char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a,
                     int64_t a_stride, const float* b, int64_t b_stride, float beta, float* c, int64_t c_stride);

RowSgemm* FindSgemm() {
  static auto* const found = reinterpret_cast<RowSgemm*>(dlsym(RTLD_DEFAULT, "dnnl_sgemm"));
  return found;
}

char Transpose(char of_blas) { return absl::ascii_toupper(of_blas) == 'N' ? 'N' : 'T'; }

}  // namespace

bool OneDnnIsThere() { return FindSgemm() != nullptr; }

std::string OneDnnVersion() {
  // "Intel(R) MKL-DNN v2.6.3 (Git Hash N/A)"
  const std::string text = at::get_mkldnn_version();
  const size_t begin = text.find(" v");
  if (begin == std::string::npos) return "";
  return text.substr(begin + 2, text.find(' ', begin + 2) - begin - 2);
}

std::string OneDnnInstructions() {
  const auto effective = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "dnnl_get_effective_cpu_isa"));
  return effective == nullptr ? "" : absl::StrFormat("isa 0x%x", effective());
}

// Columns one after another are the rows of the transposed: c' = op(b)' op(a)'.
void ProductOfOneDnn(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
                     const float* alpha, const float* a, const int* a_stride, const float* b, const int* b_stride,
                     const float* beta, float* c, const int* c_stride) {
  const bool is_empty = *m <= 0 || *n <= 0 || *k <= 0;  // BLAS says what of c is then
  if (!is_empty && FindSgemm()(Transpose(*transpose_b), Transpose(*transpose_a), *n, *m, *k, *alpha, b, *b_stride, a,
                               *a_stride, *beta, c, *c_stride) == 0) {
    return;
  }
  LibrarySgemm(transpose_a, transpose_b, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

}  // namespace lm
