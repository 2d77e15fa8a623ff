#include "lm/kernels/runtime.h"

#include <dlfcn.h>
#include <malloc.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cstdlib>
#include <limits>
#include <string>

#include "lm/kernels/instructions.h"

namespace lm {
namespace {

void KeepFreedMemory() {
  mallopt(M_MMAP_MAX, 0);  // a threshold would not do: glibc accepts none above 32 MiB
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_ARENA_MAX, 1);  // other arenas give whole heaps back
}

// OpenBLAS's name of the kernels for this processor's instructions; empty when its fallback is as good.
std::string BestKernels() {
  switch (DetectInstructions()) {
    case Instructions::kAvx512:
      return "SkylakeX";
    case Instructions::kAvx2:
      return "Haswell";
    case Instructions::kOther:
      return "";
  }
  return "";
}

// Looked up by name, since another libtorch comes with another library (MKL), where nothing is to be done.
void LeaveFallbackKernels() {
  const auto get_corename = reinterpret_cast<const char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  const auto quit = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_quit"));
  const auto init = reinterpret_cast<void (*)()>(dlsym(RTLD_DEFAULT, "gotoblas_dynamic_init"));
  if (get_corename == nullptr || quit == nullptr || init == nullptr) return;
  const std::string best = BestKernels();
  if (std::string(get_corename()) != "Prescott" || best.empty() || std::getenv("OPENBLAS_CORETYPE") != nullptr) return;
  setenv("OPENBLAS_CORETYPE", best.c_str(), /*overwrite=*/0);
  quit();
  init();
}

}  // namespace

void SetUpRuntime() {
  static const bool done = [] {
    KeepFreedMemory();
    LeaveFallbackKernels();
    at::set_num_threads(1);
    return true;
  }();
  (void)done;
  ObeyThreadLimit();
}

// The first question a thread asks hands it the number that was set for the process.
void ObeyThreadLimit() { at::get_num_threads(); }

}  // namespace lm
