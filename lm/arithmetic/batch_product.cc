#include "lm/arithmetic/batch_product.h"

#include "base/check.h"
#include "lm/arithmetic/own.h"
#include "lm/arithmetic/sgemm.h"
#include "lm/kernels/matrix_product.h"

namespace lm {
namespace {

bool IsFloat(const torch::Tensor& x) { return x.device().is_cpu() && x.scalar_type() == torch::kFloat32; }

// One of the two steps is 1, and neither is 0, as those of a repeated row are.
bool IsMatrix(const torch::Tensor& x) {
  return (x.stride(1) == 1 || x.stride(2) == 1) && x.stride(1) > 0 && x.stride(2) > 0;
}

bool IsOwn(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out) {
  if (SgemmInUse() != OwnProduct || !IsFloat(a) || !IsFloat(b) || !IsFloat(out)) return false;
  return IsMatrix(a) && IsMatrix(b) && out.stride(2) == 1 && out.numel() > 0 && a.size(2) > 0;
}

}  // namespace

void MultiplyBatch(const torch::Tensor& a, const torch::Tensor& b, bool adds, const torch::Tensor& out) {
  SAMI_CHECK(a.dim() == 3 && b.dim() == 3 && out.dim() == 3);
  SAMI_CHECK(a.size(0) == b.size(0) && a.size(0) == out.size(0));
  SAMI_CHECK(a.size(1) == out.size(1) && b.size(2) == out.size(2) && a.size(2) == b.size(1));
  if (!IsOwn(a, b, out)) {
    torch::Tensor result = out;
    if (adds) {
      result.baddbmm_(a, b);
    } else {
      torch::bmm_out(result, a, b);
    }
    return;
  }
  // Rows of `out` are the columns that our own product writes.
  MatrixProduct product = {out.size(2),
                           out.size(1),
                           a.size(2),
                           {b.data_ptr<float>(), b.stride(2), b.stride(1)},
                           {a.data_ptr<float>(), a.stride(2), a.stride(1)},
                           /*alpha=*/1,
                           /*beta=*/adds ? 1.0f : 0.0f,
                           out.data_ptr<float>(),
                           out.stride(1),
                           OwnProductsRound()};
  for (int64_t n = 0; n < out.size(0); ++n) {
    Multiply(product);
    product.a.data += b.stride(0);
    product.b.data += a.stride(0);
    product.c += out.stride(0);
  }
}

}  // namespace lm
