// Numbers as they lie in a model's files: float32, or half of its bytes. Widening is exact. Without torch.
#ifndef LM_KERNELS_STORED_NUMBERS_H_
#define LM_KERNELS_STORED_NUMBERS_H_

#include <cstdint>

namespace lm {

enum class NumberType : uint8_t { kFloat32, kBfloat16, kFloat16 };

constexpr int64_t BytesOf(NumberType type) { return type == NumberType::kFloat32 ? 4 : 2; }

// The owner's memory, which must outlive this.
struct StoredNumbers {
  const void* data = nullptr;
  NumberType type = NumberType::kFloat32;

  // From number n on.
  StoredNumbers From(int64_t n) const { return {static_cast<const char*>(data) + n * BytesOf(type), type}; }
};

// Bits of the two narrow types.
struct Bfloat16 {
  uint16_t bits;
};
struct Float16 {
  uint16_t bits;
};

// The first `count` numbers, in float32. All must be finite.
void Widen(const StoredNumbers& from, int64_t count, float* to);

}  // namespace lm

#endif  // LM_KERNELS_STORED_NUMBERS_H_
