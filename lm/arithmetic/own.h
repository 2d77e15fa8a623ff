// The harness's own matrix products (lm/kernels/matrix_product.h) as BLAS's.
#ifndef LM_ARITHMETIC_OWN_H_
#define LM_ARITHMETIC_OWN_H_

#include "lm/arithmetic/sgemm.h"

namespace lm {

// On libtorch's threads where a product is large, with the same bits on any number of them.
Sgemm OwnProduct;

// Whether those that this thread asks for round both sides (MatrixProduct::rounds).
bool& OwnProductsRound();

}  // namespace lm

#endif  // LM_ARITHMETIC_OWN_H_
