// Numbers that begin on a cache line: a vector register's load from rows of whole lines then never touches two of them,
// which takes twice as long.
#ifndef LM_KERNELS_ALIGNED_H_
#define LM_KERNELS_ALIGNED_H_

#include <cstddef>
#include <new>
#include <vector>

namespace lm {

template <typename T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  LineAllocator() = default;
  template <typename U>
  LineAllocator(const LineAllocator<U>&) {}  // NOLINT(google-explicit-constructor): as allocators are

  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* data, size_t) { ::operator delete(data, kLine); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
  friend bool operator!=(const LineAllocator&, const LineAllocator&) { return false; }
};

using AlignedFloats = std::vector<float, LineAllocator<float>>;

}  // namespace lm

#endif  // LM_KERNELS_ALIGNED_H_
