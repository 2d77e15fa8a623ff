// What libtorch's float32 matrix products on the CPU are computed by: which library, and which of its kernels. It
// decides the last digits of training, and half of its time.
//
// OpenBLAS chooses kernels for the processors that it knows; a newer one gets those of an older, at half the speed or
// a third. Here they are chosen by the processor's instructions.
//
//   auto           `own`, where the processor and libtorch allow it; where the environment has OPENBLAS_CORETYPE, or
//                  there is no `own`, OpenBLAS, with what that says, or its kernels SkylakeX on a processor with
//                  AVX-512 and Haswell on one with AVX2; else as `library`
//   own            the harness's own (lm/kernels/matrix_product.h): the same bits on all processors with AVX2 and
//                  multiply-adds, in the place of the library's. Not where libtorch computes by MKL, as Python's does
//   library        what the library itself chooses
//   openblas-NAME  OpenBLAS's kernels NAME: prescott, nehalem, sandybridge, haswell, zen, skylakex, cooperlake,
//                  sapphirerapids
//   onednn         oneDNN's product (dnnl_sgemm) in the place of the library's, where libtorch brings oneDNN
//   mkl            MKL, which a libtorch has or has not: Python's has, Debian's has not
#ifndef LM_ARITHMETIC_PRODUCTS_H_
#define LM_ARITHMETIC_PRODUCTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lm {

// What the process computes products by from now on. It is called while nothing is computed, as main() does before all;
// a process that never calls it has `auto` (lm::SetUpRuntime). An empty choice is `auto`.
// kInvalidArgument for another name; kFailedPrecondition where this libtorch, library or processor has no such thing,
// saying what there is. What was chosen before then stays.
absl::Status ChooseProducts(absl::string_view choice);

// `auto`, unless ChooseProducts was called before.
void ChooseProductsOnce();

// Those of the names above that ChooseProducts takes here; some are the same: `library` chooses one of OpenBLAS's, too.
std::vector<std::string> ProductChoices();

struct Products {
  std::string library;  // "OpenBLAS 0.3.21"; "own 1": the version of the order of their sums
  std::string kernels;  // "SkylakeX". Of oneDNN the instructions that it uses. MKL does not tell: the processor's
                        // features and MKL's variables in the environment, from which it chooses
};
Products ProductsInUse();

// Whether products can round what they multiply: those of our own can.
bool CanRoundProducts();

// While one with `rounds` lives, this thread's float32 products have both sides rounded to bfloat16, the nearest, ties
// to even, and are added in float32 as ever: as fast as the processor multiplies bfloat16 numbers (twice as fast with
// AVX-512's vdpbf16ps on AMD's). The same bits on all processors with AVX2, but for numbers below 2^-126, which
// vdpbf16ps takes as 0. CanRoundProducts.
class RoundedProducts {
 public:
  explicit RoundedProducts(bool rounds);
  ~RoundedProducts();
  RoundedProducts(const RoundedProducts&) = delete;
  RoundedProducts& operator=(const RoundedProducts&) = delete;

 private:
  const bool before_;
};

}  // namespace lm

#endif  // LM_ARITHMETIC_PRODUCTS_H_
