// oneDNN, where libtorch brings it as a library of its own (Debian's does): its matrix product.
#ifndef LM_ARITHMETIC_ONEDNN_H_
#define LM_ARITHMETIC_ONEDNN_H_

#include <string>

#include "lm/arithmetic/sgemm.h"

namespace lm {

// Whether its product can be called.
bool OneDnnIsThere();

// "2.6.3"; empty where torch has none.
std::string OneDnnVersion();

// The most that its kernels use of the processor, by oneDNN's own numbers (dnnl_cpu_isa_t): "isa 0xff". Empty where it
// cannot be asked.
std::string OneDnnInstructions();

// As BLAS's product. OneDnnIsThere.
Sgemm ProductOfOneDnn;

}  // namespace lm

#endif  // LM_ARITHMETIC_ONEDNN_H_
