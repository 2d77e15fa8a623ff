#include "lm/arithmetic/arithmetic.h"

#include <ATen/Version.h>
#include <torch/types.h>
#include <torch/version.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "lm/arithmetic/onednn.h"
#include "lm/arithmetic/processor.h"
#include "lm/arithmetic/products.h"

namespace lm {
namespace {

std::string Join(std::vector<std::string> parts) {
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  return absl::StrJoin(parts, ", ");
}

// What follows `key` in a line of what torch says of itself; empty where no line has it.
std::string OfTorch(absl::string_view key) {
  const std::string config = at::show_config();
  for (const absl::string_view line : absl::StrSplit(config, '\n')) {
    const size_t begin = line.find(key);
    if (begin != absl::string_view::npos)
      return std::string(absl::StripAsciiWhitespace(line.substr(begin + key.size())));
  }
  return "";
}

std::string MathLibrary() {
#ifdef __GLIBC__
  return absl::StrCat("glibc ", gnu_get_libc_version());
#else
  return "";
#endif
}

}  // namespace

Arithmetic ThisArithmetic(absl::string_view device) {
  Arithmetic arithmetic;
  arithmetic.processor = ThisProcessor().name;
  arithmetic.features = ThisProcessor().features;
  const Products products = ProductsInUse();
  arithmetic.products = Join({products.library, products.kernels});
  arithmetic.torch = Join({TORCH_VERSION, OfTorch("CPU capability usage:")});
  arithmetic.onednn = Join({OneDnnVersion(), OneDnnInstructions()});
  // Its kernels for AVX2 and AVX-512 have the same bits (lm/kernels/instructions.h).
  const bool is_fused = ThisProcessor().Has("avx2") && ThisProcessor().Has("fma");
  arithmetic.kernels = Join({__VERSION__, is_fused ? "fused multiply-add" : "no fused multiply-add"});
  arithmetic.math_library = MathLibrary();
  arithmetic.device = std::string(device.substr(0, device.find(':')));
  if (arithmetic.device != "cpu") arithmetic.device = Join({arithmetic.device, OfTorch("CUDA Runtime")});
  return arithmetic;
}

}  // namespace lm
