// What a decoded token costs: prefill and decoding at several batch sizes, samples of one prompt, and how close
// decoding one sequence comes to what memory can deliver.
//
//   bazel run //benchmarks:decoding_benchmark
//   bazel run //benchmarks:decoding_benchmark -- --model_dir=DIR --against_python=VENV --gguf=FILE,FILE
//
// The model is random, of 120 M parameters, stored as --stored says, or that of --model_dir; benchmarks/README.md says
// what the counters mean.
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/check.h"
#include "base/main/main.h"
#include "base/status.h"
#include "benchmark/benchmark.h"
#include "benchmarks/decoding_model.h"
#include "benchmarks/decoding_peers.h"
#include "benchmarks/decoding_times.h"
#include "benchmarks/harness/command.h"
#include "benchmarks/harness/gemm_peak.h"
#include "benchmarks/harness/hardware_limit.h"
#include "benchmarks/harness/read_bandwidth.h"
#include "lm/decoding/generation.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace benchmarks {
namespace {

constexpr int64_t kRecomputedTokens = 5;

// Keys and values that a sequence's step must read.
double CacheBytes() {
  const lm::ModelConfig& config = Model().config();
  const double cached =
      2.0 * config.num_layers * config.num_kv_heads * config.head_dim * (kPromptTokens + kNewTokens / 2);
  return sizeof(float) * cached;
}

// What `speed`, operations a second, is of the speed of products and of the vector units. Returns the former.
double SetProductShares(benchmark::State& state, double speed) {
  const double products = MeasureGemmPeak(Threads()), units = MeasureLimit(Factors::kFloat32, Threads());
  state.counters["gemm_peak_share"] = speed / products;
  if (units > 0) state.counters["hardware_share"] = speed / units;
  return products;
}

void Prefill(benchmark::State& state) {
  const int64_t items = state.range(0);
  double seconds = 0;
  for (auto _ : state) seconds += TimeDecoding(Requests(items, 1), Options(items)).prefill_seconds;
  const double tokens = static_cast<double>(items) * kPromptTokens * state.iterations();
  state.counters["tokens_per_second"] = tokens / seconds;
  // The head is applied to a prompt's last token alone.
  const double per_token = 2.0 * (Model().num_parameters() - Model().head().numel());
  SetProductShares(state, tokens * per_token / seconds);
  state.SetLabel(Stored());
}

// Decoding `requests` together; seconds a token.
double Decode(benchmark::State& state, const std::vector<lm::GenerationRequest>& requests,
              const lm::GenerationOptions& options) {
  double seconds = 0;
  for (auto _ : state) seconds += TimeDecoding(requests, options).decode_seconds;
  const double tokens = static_cast<double>(requests.size()) * (kNewTokens - 1) * state.iterations();
  state.counters["tokens_per_second"] = tokens / seconds;
  return seconds / tokens;
}

// Of one sequence, measured once a process.
double SecondsPerTokenAlone() {
  static const double seconds = [] {
    double best = TimeDecoding(Requests(1, 1), Options(1)).decode_seconds;
    for (int i = 0; i < 2; ++i) best = std::min(best, TimeDecoding(Requests(1, 1), Options(1)).decode_seconds);
    return best / (kNewTokens - 1);
  }();
  return seconds;
}

void DecodeItems(benchmark::State& state) {
  const int64_t items = state.range(0);
  const double seconds = Decode(state, Requests(items, 1), Options(items));
  const double bandwidth = MeasureReadBandwidth(static_cast<int64_t>(WeightBytes()), Threads());
  state.counters["read_bandwidth"] = bandwidth;
  if (items == 1) {
    state.counters["bandwidth_share"] = (WeightBytes() + CacheBytes()) / seconds / bandwidth;
  } else {
    state.counters["speedup_vs_alone"] = SecondsPerTokenAlone() / seconds;
    const double flops = 2.0 * Model().num_parameters();
    const double product_seconds = flops / SetProductShares(state, flops / seconds);
    state.counters["limit_share"] = (product_seconds + CacheBytes() / bandwidth) / seconds;
  }
  state.SetLabel(Stored());
}

void DecodeSamples(benchmark::State& state) {
  const int64_t samples = state.range(0);
  const double seconds = Decode(state, Requests(1, samples), Options(samples));
  state.counters["speedup_vs_alone"] = SecondsPerTokenAlone() / seconds;
}

// The same samples one after the other, each with its own prefill; tokens a second of the whole, as a user sees it.
void WholeJob(benchmark::State& state, bool together) {
  const int64_t samples = state.range(0);
  const std::vector<lm::GenerationRequest> requests = Requests(1, samples);
  for (auto _ : state) {
    if (together) {
      SAMI_CHECK(lm::Generate(Model(), requests, Options(samples)).ok());
      continue;
    }
    for (const lm::GenerationRequest& request : requests) SAMI_CHECK(lm::Generate(Model(), {request}, Options(1)).ok());
  }
  state.counters["tokens_per_second"] =
      benchmark::Counter(static_cast<double>(samples) * kNewTokens * state.iterations(), benchmark::Counter::kIsRate);
}

// Everything computed again for each token.
void DecodeWithoutCache(benchmark::State& state) {
  const c10::InferenceMode no_autograd;
  const lm::TokenIds prompt = Requests(1, 1)[0].prompt;
  for (auto _ : state) {
    std::vector<int64_t> ids(prompt.begin(), prompt.end());
    for (int64_t t = 0; t < kRecomputedTokens; ++t) {
      const torch::Tensor ids_BT = torch::tensor(ids, torch::kInt64).unsqueeze(0);
      const torch::Tensor hidden =
          Model().Forward({ids_BT, torch::arange(ids_BT.size(1)).unsqueeze(0), torch::zeros_like(ids_BT)});
      ids.push_back(Model().Logits(hidden.select(1, -1)).argmax().item<int64_t>());
    }
  }
  state.counters["tokens_per_second"] =
      benchmark::Counter(static_cast<double>(kRecomputedTokens) * state.iterations(), benchmark::Counter::kIsRate);
}

void RegisterCases() {
  const auto add = [](const char* name, auto function, int64_t batch) {
    benchmark::RegisterBenchmark(name, function)
        ->ArgName("batch")
        ->Arg(batch)
        ->Iterations(3)
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  };
  for (const int64_t batch : {1, 8, 32}) add("prefill", Prefill, batch);
  for (const int64_t batch : {1, 8, 32}) add("decode", DecodeItems, batch);
  add("decode/samples_of_a_prompt", DecodeSamples, 32);
  benchmark::RegisterBenchmark("decode/without_cache", DecodeWithoutCache)
      ->Iterations(1)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  add(
      "samples/together", [](benchmark::State& state) { WholeJob(state, /*together=*/true); }, 32);
  benchmark::RegisterBenchmark("samples/one_by_one",
                               [](benchmark::State& state) { WholeJob(state, /*together=*/false); })
      ->ArgName("batch")
      ->Arg(8)
      ->Iterations(1)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace benchmarks

namespace {

int Main(int argc, char** argv) {
  const absl::Status given = benchmarks::InitBenchmark(
      argc, argv,
      "Times prefill and decoding at several batch sizes.\n\n"
      "Usage: sami bench decoding [--stored=TYPE | --model_dir=DIR] [--benchmark_filter=REGEX]\n"
      "       sami bench decoding --model_dir=DIR --against_python=VENV [--gguf=FILE,...]\n\n"
      "A random model of 120 M parameters or one of yours, all cores; shares of the memory "
      "bandwidth and of the\nspeed of products.");
  if (!given.ok()) return base::ReportAndExitCode(given);
  const absl::Status prepared = benchmarks::PrepareModel(benchmarks::kPromptTokens + benchmarks::kNewTokens);
  if (!prepared.ok()) return base::ReportAndExitCode(prepared);
  if (benchmarks::ComparesWithPeers()) {
    const absl::Status registered = benchmarks::RegisterPeers();
    if (!registered.ok()) return base::ReportAndExitCode(registered);
  } else {
    benchmarks::RegisterCases();
  }
  return base::ReportAndExitCode(benchmarks::RunBenchmarks());
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunGuarded([&] { return Main(argc, argv); });
}
