#include "lm/arithmetic/sgemm.h"

#include <dlfcn.h>

#include <atomic>
#include <filesystem>

#include "base/check.h"

namespace lm {
namespace {

std::atomic<Sgemm*> in_use{LibrarySgemm};
std::atomic<Sgemm*> marked{nullptr};
bool* asked = nullptr;

// Says that it was called, once.
void Mark(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
          const float* alpha, const float* a, const int* a_stride, const float* b, const int* b_stride,
          const float* beta, float* c, const int* c_stride) {
  *asked = true;
  in_use = marked.load();
  marked.load()(transpose_a, transpose_b, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

Sgemm* FindLibrarySgemm() {
  static auto* const found = reinterpret_cast<Sgemm*>(dlsym(RTLD_NEXT, "sgemm_"));
  return found;
}

}  // namespace

void LibrarySgemm(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
                  const float* alpha, const float* a, const int* a_stride, const float* b, const int* b_stride,
                  const float* beta, float* c, const int* c_stride) {
  Sgemm* const found = FindLibrarySgemm();
  SAMI_CHECK(found != nullptr) << "no library has sgemm_";
  found(transpose_a, transpose_b, m, n, k, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

void ReplaceSgemm(Sgemm* product, bool* is_asked) {
  asked = is_asked;
  marked = product;
  in_use = product == nullptr ? LibrarySgemm : is_asked == nullptr ? product : Mark;
}

Sgemm* SgemmInUse() { return in_use; }

std::string SgemmsFile() {
  Dl_info info;
  Sgemm* const found = FindLibrarySgemm();
  if (found == nullptr || dladdr(reinterpret_cast<void*>(found), &info) == 0) return "";
  std::error_code error;
  return std::filesystem::canonical(info.dli_fname, error).filename().string();
}

}  // namespace lm

// The linker exports it, as libtorch asks for it.
extern "C" __attribute__((visibility("default"))) void sgemm_(const char* transpose_a, const char* transpose_b,
                                                              const int* m, const int* n, const int* k,
                                                              const float* alpha, const float* a, const int* a_stride,
                                                              const float* b, const int* b_stride, const float* beta,
                                                              float* c, const int* c_stride) {
  lm::in_use.load(std::memory_order_relaxed)(transpose_a, transpose_b, m, n, k, alpha, a, a_stride, b, b_stride, beta,
                                             c, c_stride);
}
