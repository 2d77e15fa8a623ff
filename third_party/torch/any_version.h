// What differs between the versions of torch that the harness builds with (1.13 to 2.13): the only file that knows.
#ifndef THIRD_PARTY_TORCH_ANY_VERSION_H_
#define THIRD_PARTY_TORCH_ANY_VERSION_H_

#include <torch/types.h>
#include <torch/version.h>

#include <cstring>
#include <optional>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9)
#include <c10/core/CachingDeviceAllocator.h>
#endif

namespace torch_versions {

// A c10::Allocator whose allocate() is const in torch 1.13 and is not in later ones, where copy_data() is required.
// None of the three says `override`: whichever the version has is overridden, the others are members like any.
class AnyVersionAllocator : public c10::Allocator {
 public:
  // At least `bytes` bytes, on the CPU.
  virtual c10::DataPtr Allocate(size_t bytes) const = 0;

  c10::DataPtr allocate(size_t bytes) const { return Allocate(bytes); }
  c10::DataPtr allocate(size_t bytes) { return Allocate(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const { std::memcpy(to, from, bytes); }
};

// softmax(scale q k^T + mask) v in one kernel, which keeps no scores, where torch has it: from 2.1 on. query [B, H, T,
// d], key and value [B, H, S, d], mask as they but broadcast, [B or 1, H or 1, T, S], of the query's type.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
inline constexpr bool kHasFusedAttention = true;
inline torch::Tensor FusedAttention(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                                    const torch::Tensor& mask, double scale) {
  return at::scaled_dot_product_attention(query, key, value, mask, /*dropout_p=*/0, /*is_causal=*/false, scale);
}
#else
inline constexpr bool kHasFusedAttention = false;
inline torch::Tensor FusedAttention(const torch::Tensor& query, const torch::Tensor&, const torch::Tensor&,
                                    const torch::Tensor&, double) {
  TORCH_CHECK(false, "this torch has no fused attention");
  return query;
}
#endif

// Memory of a device, in bytes: the most that tensors took at a time since ResetPeak, and all that it has. Known from
// torch 2.9 on, where it can be asked for without CUDA's headers; before, and of the CPU, absent.
struct DeviceMemory {
  int64_t peak = 0;
  int64_t total = 0;
};
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9)
inline std::optional<DeviceMemory> MemoryOf(const torch::Device& device) {
  if (device.is_cpu()) return std::nullopt;
  c10::DeviceAllocator* const allocator = c10::getDeviceAllocator(device.type());
  const c10::DeviceIndex index = device.has_index() ? device.index() : c10::DeviceIndex{0};
  const auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  return DeviceMemory{allocator->getDeviceStats(index).allocated_bytes[all].peak,
                      static_cast<int64_t>(allocator->getMemoryInfo(index).second)};
}
inline void ResetPeak(const torch::Device& device) {
  if (device.is_cpu()) return;
  c10::getDeviceAllocator(device.type())->resetPeakStats(device.has_index() ? device.index() : c10::DeviceIndex{0});
}
#else
inline std::optional<DeviceMemory> MemoryOf(const torch::Device&) { return std::nullopt; }
inline void ResetPeak(const torch::Device&) {}
#endif

}  // namespace torch_versions

#endif  // THIRD_PARTY_TORCH_ANY_VERSION_H_
