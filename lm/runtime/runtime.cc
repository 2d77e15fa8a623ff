#include "lm/runtime/runtime.h"

#include <malloc.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <limits>

#include "lm/arithmetic/products.h"

namespace lm {
namespace {

void KeepFreedMemory() {
  mallopt(M_MMAP_MAX, 0);  // a threshold would not do: glibc accepts none above 32 MiB
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_ARENA_MAX, 1);  // other arenas give whole heaps back
}

}  // namespace

void SetUpRuntime() {
  static const bool done = [] {
    KeepFreedMemory();
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
