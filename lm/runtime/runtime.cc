#include "lm/runtime/runtime.h"

#include <malloc.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cstdint>
#include <cstdlib>
#include <limits>

#include "lm/arithmetic/products.h"
#include "third_party/torch/any_version.h"

namespace lm {
namespace {

void KeepFreedMemory() {
  mallopt(M_MMAP_MAX, 0);  // a threshold would not do: glibc accepts none above 32 MiB
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_ARENA_MAX, 1);  // other arenas give whole heaps back
}

// Tensors on the CPU, on cache lines as torch's own, but by malloc: for memory that it is to align, glibc looks for a
// free place with room to spare, and so never finds that of a tensor of the same size. Training took a quarter
// more.
class TensorMemory : public torch_versions::AnyVersionAllocator {
 public:
  c10::DataPtr Allocate(size_t bytes) const override {
    const c10::Device cpu(c10::DeviceType::CPU);
    if (bytes == 0) return {nullptr, cpu};
    void* const room = bytes <= SIZE_MAX - kLine ? std::malloc(bytes + kLine) : nullptr;
    TORCH_CHECK(room != nullptr, "out of memory: there is no room for a tensor of ", bytes, " bytes");
    // malloc's alignment leaves room for a pointer before the next line.
    void** const begin = reinterpret_cast<void**>((reinterpret_cast<uintptr_t>(room) / kLine + 1) * kLine);
    begin[-1] = room;
    return {begin, begin, &Free, cpu};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &Free; }

 private:
  static constexpr size_t kLine = 64;

  static void Free(void* begin) {
    if (begin != nullptr) std::free(static_cast<void**>(begin)[-1]);
  }
};

void UseTensorMemory() {
  // Lives as long as the process: tensors in static storage are freed after main().
  static auto* const memory = new TensorMemory();
  c10::SetAllocator(c10::DeviceType::CPU, memory, /*priority=*/1);
}

}  // namespace

void SetUpRuntime() {
  static const bool done = [] {
    KeepFreedMemory();
    UseTensorMemory();
    ChooseProductsOnce();
    at::set_num_threads(1);
    return true;
  }();
  (void)done;
  ObeyThreadLimit();
}

// The first question a thread asks hands it the number that was set for the process.
void ObeyThreadLimit() { at::get_num_threads(); }

}  // namespace lm
