#include "lm/kernels/stored_numbers.h"

#include <algorithm>

#include "lm/kernels/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"  // vectors are passed between inlined functions only

namespace lm {

void Widen(const StoredNumbers& from, int64_t count, float* to) {
  switch (from.type) {
    case NumberType::kBfloat16:
      return RunBest<WidenAll<Bfloat16>>(count, static_cast<const Bfloat16*>(from.data), to);
    case NumberType::kFloat16:
      return RunBest<WidenAll<Float16>>(count, static_cast<const Float16*>(from.data), to);
    case NumberType::kFloat32:
      break;
  }
  std::copy_n(static_cast<const float*>(from.data), count, to);
}

}  // namespace lm
