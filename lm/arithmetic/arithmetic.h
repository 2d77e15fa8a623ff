// The arithmetic of this process: all that could move the last digits of what it computes, beside spec and code.
#ifndef LM_ARITHMETIC_ARITHMETIC_H_
#define LM_ARITHMETIC_ARITHMETIC_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lm {

struct Arithmetic {
  std::string processor;              // its name; by itself it moves no digit
  std::vector<std::string> features;  // of it (processor.h); what is made of them is below
  std::string products;               // the library and kernels of matrix products: "OpenBLAS 0.3.21, SkylakeX"
  std::string torch;                  // version, and what its own kernels use: "1.13.0, AVX2"
  std::string onednn;                 // version and instructions; empty where torch has none
  std::string kernels;                // the harness's own: compiler, and whether multiply-adds are fused
  std::string math_library;           // "glibc 2.36"
  std::string device;                 // "cpu"; of a GPU "cuda" and the version of CUDA
};

// What the process computes by from now on: after ChooseProducts (products.h). `device` as lm::CheckDevice takes it;
// its number is left out.
Arithmetic ThisArithmetic(absl::string_view device);

}  // namespace lm

#endif  // LM_ARITHMETIC_ARITHMETIC_H_
