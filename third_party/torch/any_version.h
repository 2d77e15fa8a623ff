// What differs between the versions of torch that the harness builds with (1.13 to 2.13): the only file that knows.
#ifndef THIRD_PARTY_TORCH_ANY_VERSION_H_
#define THIRD_PARTY_TORCH_ANY_VERSION_H_

#include <torch/types.h>

#include <cstring>

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

}  // namespace torch_versions

#endif  // THIRD_PARTY_TORCH_ANY_VERSION_H_
