#include "benchmarks/harness/gemm_peak.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "benchmarks/harness/hardware_limit.h"
#include "lm/runtime/runtime.h"

namespace benchmarks {
namespace {

constexpr int64_t kSide = 1024;
constexpr int kProducts = 4, kBursts = 3;
constexpr int kLeastProducts = 3;

}  // namespace

double MeasureProducts(const ProductShape& shape, int threads, double seconds) {
  lm::SetUpRuntime();
  std::vector<double> best(threads);
  base::ParallelFor(threads, threads, [&](int64_t i) {
    const torch::NoGradGuard no_grad;
    lm::ObeyThreadLimit();
    const torch::Tensor a = torch::full({shape.rows, shape.inputs}, 0.5f);
    const torch::Tensor b = torch::full({shape.outputs, shape.inputs}, 0.5f);
    torch::Tensor c = torch::empty({shape.rows, shape.outputs});
    const double begin = ThreadSeconds();
    for (int k = 0; k < kLeastProducts || ThreadSeconds() - begin < seconds; ++k) {
      const double start = ThreadSeconds();
      torch::mm_out(c, a, b.t());
      best[i] = std::max(best[i], 2.0 * shape.rows * shape.inputs * shape.outputs / (ThreadSeconds() - start));
    }
  });
  return std::accumulate(best.begin(), best.end(), 0.0);
}

double MeasureGemmPeak(int threads) {
  lm::SetUpRuntime();
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> a, b, c;
  for (int i = 0; i < threads; ++i) {
    for (auto* list : {&a, &b, &c}) list->push_back(torch::full({kSide, kSide}, 0.5f));
  }
  double best = 0;
  for (int burst = 0; burst < kBursts; ++burst) {
    const auto start = std::chrono::steady_clock::now();
    base::ParallelFor(threads, threads, [&](int64_t i) {
      const torch::NoGradGuard in_thread;
      lm::ObeyThreadLimit();
      for (int k = 0; k < kProducts; ++k) torch::mm_out(c[i], a[i], b[i]);
    });
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * kSide * kSide * kSide * kProducts * threads / elapsed.count());
  }
  return best;
}

}  // namespace benchmarks
