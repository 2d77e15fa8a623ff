// Where a step's time goes: head, attention, loss matrix and optimizer on their own, forward and backward, one thread.
//
//   bazel run //benchmarks:component_benchmark -- --benchmark_filter=head
//
// The shapes are those of the small model on SAMI with n = 2, prompts of 512 and responses of 128 tokens.
#include <torch/autograd.h>
#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/main/main.h"
#include "base/status.h"
#include "benchmark/benchmark.h"
#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/command.h"
#include "benchmarks/harness/gemm_peak.h"
#include "lm/model/attention/attention.h"
#include "lm/runtime/runtime.h"
#include "lm/scoring/token_log_probs.h"
#include "sami/loss.h"
#include "training/config.pb.h"
#include "training/optimizer.h"

namespace benchmarks {
namespace {

constexpr int64_t kWidth = 256, kHeads = 4, kHeadDim = 64;

// Runs `work` and reports the bytes it takes at the most; with `flops`, also their share of the GEMM peak.
template <typename Work>
void Measure(benchmark::State& state, double flops, const Work& work) {
  work();
  const int64_t before = AllocatedBytes();
  ResetPeak();
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) work();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  state.counters["peak_bytes"] = PeakBytes() - before;
  if (flops == 0) return;
  state.counters["minimal_flops"] = flops;
  state.counters["gemm_peak_share"] = flops * state.iterations() / elapsed.count() / MeasureGemmPeak(/*threads=*/1);
}

torch::Tensor Leaf(torch::IntArrayRef shape) { return torch::randn(shape).mul_(0.1).requires_grad_(); }

void Head(benchmark::State& state) {
  const int64_t positions = state.range(0), vocab = state.range(1);
  const torch::Tensor hidden = Leaf({positions, kWidth}), weight = Leaf({vocab, kWidth});
  const torch::Tensor targets = torch::arange(positions) % vocab;
  Measure(state, 3.0 * 2 * positions * kWidth * vocab, [&] {
    torch::autograd::grad({lm::TokenLogProbs(hidden, weight, targets).sum()}, {hidden, weight});
  });
}

void NaiveHead(benchmark::State& state) {
  const int64_t positions = state.range(0), vocab = state.range(1);
  const torch::Tensor hidden = Leaf({positions, kWidth}), weight = Leaf({vocab, kWidth});
  const torch::Tensor targets = (torch::arange(positions) % vocab).unsqueeze(1);
  Measure(state, 3.0 * 2 * positions * kWidth * vocab, [&] {
    const torch::Tensor log_probs = torch::log_softmax(torch::linear(hidden, weight), -1);
    torch::autograd::grad({log_probs.gather(1, targets).sum()}, {hidden, weight});
  });
}

// Rows of a prompt and `responses` responses, each seeing the prompt and itself.
void Attention(benchmark::State& state) {
  const int64_t prompt = state.range(0), responses = state.range(1), response = state.range(2);
  const int64_t tokens = prompt + responses * response;
  torch::Tensor segments = torch::zeros({1, tokens}, torch::kInt64);
  for (int64_t r = 0; r < responses; ++r) segments.narrow(1, prompt + r * response, response).fill_(r + 1);
  const torch::Tensor query = Leaf({1, tokens, kHeads, kHeadDim}), key = Leaf({1, tokens, kHeads, kHeadDim}),
                      value = Leaf({1, tokens, kHeads, kHeadDim});
  const double seen = prompt * (prompt + 1) / 2.0 + responses * response * (prompt + (response + 1) / 2.0);
  Measure(state, 3.0 * 4 * kHeads * kHeadDim * seen, [&] {
    const lm::AttentionPattern pattern = lm::MakeAttentionPattern(segments, kHeads, kHeads, torch::kFloat32);
    torch::autograd::grad({lm::Attend(query, key, value, pattern).sum()}, {query, key, value});
  });
}

// The same with all scores at once.
void NaiveAttention(benchmark::State& state) {
  const int64_t prompt = state.range(0), responses = state.range(1), response = state.range(2);
  const int64_t tokens = prompt + responses * response;
  const torch::Tensor query = Leaf({kHeads, tokens, kHeadDim}), key = Leaf({kHeads, tokens, kHeadDim}),
                      value = Leaf({kHeads, tokens, kHeadDim});
  const double seen = tokens * (tokens + 1) / 2.0;
  Measure(state, 3.0 * 4 * kHeads * kHeadDim * seen, [&] {
    const torch::Tensor hidden = torch::full({tokens, tokens}, -1e38).triu(1);
    const torch::Tensor scores = torch::matmul(query, key.transpose(1, 2)) * 0.125 + hidden;
    torch::autograd::grad({torch::matmul(torch::softmax(scores, -1), value).sum()}, {query, key, value});
  });
}

void LossMatrix(benchmark::State& state) {
  const int64_t n = state.range(0);
  const torch::Tensor matrix = Leaf({1, n, n});
  Measure(state, 0, [&] {
    torch::autograd::grad({sami::SamiLoss(matrix)}, {matrix});
    sami::ComputeSamiMetrics(matrix.detach());
  });
}

void OptimizerStep(benchmark::State& state, sami_harness::OptimizerConfig::Algorithm algorithm) {
  sami_harness::OptimizerConfig config;
  config.set_algorithm(algorithm);
  const std::vector<torch::Tensor> parameters = {torch::randn({state.range(0), kWidth}), torch::randn({kWidth})};
  training::Optimizer optimizer(config, parameters);
  for (torch::Tensor gradient : optimizer.gradients()) gradient.fill_(0.1);
  Measure(state, 0, [&] {
    optimizer.GradientNorm(/*threads=*/1);
    optimizer.Step(1e-6, 1, /*threads=*/1);
  });
  state.SetItemsProcessed(state.iterations() * state.range(0) * kWidth);
}

const int64_t kVocabs[] = {4096, 32768, 131072};

void Register() {
  for (const int64_t vocab : kVocabs) {
    benchmark::RegisterBenchmark("head", Head)->Args({256, vocab})->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("head/naive", NaiveHead)->Args({256, vocab})->Unit(benchmark::kMillisecond);
  }
  for (const int64_t prompt : {256, 512, 1024}) {
    benchmark::RegisterBenchmark("attention", Attention)->Args({prompt, 2, 127})->Unit(benchmark::kMillisecond);
  }
  for (const int64_t tokens : {1024, 2048, 4096, 8192}) {
    benchmark::RegisterBenchmark("attention/long_prompt", Attention)
        ->Args({tokens, 0, 0})
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("attention/long_response", Attention)
        ->Args({128, 1, tokens - 128})
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("attention/naive", NaiveAttention)
        ->Args({tokens, 0, 0})
        ->Unit(benchmark::kMillisecond);
  }
  for (const int64_t n : {2, 8, 32}) {
    benchmark::RegisterBenchmark("loss_matrix", LossMatrix)->Arg(n)->Unit(benchmark::kMicrosecond);
  }
  using sami_harness::OptimizerConfig;
  for (const int64_t rows : {4096, 65536}) {
    benchmark::RegisterBenchmark("optimizer/adamw", OptimizerStep, OptimizerConfig::ADAMW)
        ->Arg(rows)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("optimizer/rmsprop", OptimizerStep, OptimizerConfig::RMSPROP)
        ->Arg(rows)
        ->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace benchmarks

namespace {

int Main(int argc, char** argv) {
  const absl::Status given =
      benchmarks::InitBenchmark(argc, argv,
                                "Times head, attention, loss matrix and optimizer by themselves.\n\n"
                                "Usage: sami bench component [--benchmark_filter=REGEX]");
  if (!given.ok()) return base::ReportAndExitCode(given);
  benchmarks::CountAllocations();
  lm::SetUpRuntime();
  benchmarks::Register();
  return base::ReportAndExitCode(benchmarks::RunBenchmarks());
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunGuarded([&] { return Main(argc, argv); });
}
