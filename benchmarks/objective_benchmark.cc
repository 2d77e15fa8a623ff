// Full optimizer steps of SAMI, DPO and SFT, each beside the naive implementation: see docs/objectives.md.
//
//   bazel run //benchmarks:objective_benchmark -- --required
//   bazel run //benchmarks:objective_benchmark -- --benchmark_filter='sami/.*small' --repetitions=5
//   bazel run //benchmarks:objective_benchmark -- --against_python=VENV --repetitions=3
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/main/main.h"
#include "base/memory/memory_peak.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "benchmark/benchmark.h"
#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/command.h"
#include "benchmarks/harness/paired_run.h"
#include "benchmarks/harness/workload.h"
#include "benchmarks/published/python_trainer.h"
#include "lm/arithmetic/products.h"

ABSL_FLAG(bool, required, false, "Only the cases that have a required figure (docs/objectives.md).");
ABSL_FLAG(int32_t, repetitions, 5, "Pairs of steps (ours, naive) of which the median is reported.");
ABSL_FLAG(int32_t, threads, 2, "Cores that each side uses.");
ABSL_FLAG(std::string, arithmetic, "auto",
          "What both sides' matrix products are computed by: lm/arithmetic/products.h.");
ABSL_FLAG(std::string, compute_type, "float32",
          "float32, or bfloat16: the harness's products round their factors (BFLOAT16_PRODUCTS), and shares are of the "
          "limit of such. With --against_python both are measured.");
ABSL_FLAG(
    double, naive_memory_gib, 8,
    "Cases whose naive side needs more are reported without it; half of it is what a naive query may need for two "
    "to be computed at once. With --required at least 16.");

ABSL_FLAG(std::string, against_python, "",
          "A virtual environment with torch and transformers: the medium model's cases, each beside the published "
          "trainers' algorithm there, in float32 and under bfloat16 autocast.");

namespace benchmarks {
namespace {

constexpr double kGiB = 1 << 30;

struct Case {
  Workload workload;
  bool with_naive = true;
};

std::vector<Case> RequiredCases() {
  constexpr int64_t kVocab = 32768;
  return {{{Method::kSami, 2, 512, 128, kVocab, ModelSize::kSmall}},
          {{Method::kSami, 8, 512, 64, kVocab, ModelSize::kSmall}},
          {{Method::kDpo, 1, 512, 128, kVocab, ModelSize::kSmall}},
          {{Method::kSami, 2, 512, 128, kVocab, ModelSize::kMedium}, false},
          {{Method::kSami, 8, 512, 64, kVocab, ModelSize::kMedium}, false}};
}

std::vector<Workload> PythonCases() {
  std::vector<Workload> cases;
  const auto add = [&](Method method, int64_t n) {
    cases.push_back({method, n, 512, 128, /*vocab_size=*/32768, ModelSize::kMedium});
  };
  add(Method::kSami, 2);
  add(Method::kSami, 4);
  add(Method::kDpo, 1);
  add(Method::kSft, 1);
  return cases;
}

std::vector<Case> Grid() {
  struct Lengths {
    int64_t prompt, response;
  };
  std::vector<Case> cases;
  for (const ModelSize size : {ModelSize::kSmall, ModelSize::kMedium}) {
    for (const int64_t vocab : {4096, 32768, 131072}) {
      for (const Lengths lengths : {Lengths{256, 64}, Lengths{512, 64}, Lengths{512, 128}, Lengths{1024, 256}}) {
        const auto add = [&](Method method, int64_t n) {
          cases.push_back({{method, n, lengths.prompt, lengths.response, vocab, size}});
        };
        for (const int64_t n : {2, 4, 8}) add(Method::kSami, n);
        add(Method::kDpo, 1);
        add(Method::kSft, 1);
      }
    }
  }
  return cases;
}

// Bytes that new allocations may take without pushing anything out; infinite where the system does not say.
double AvailableBytes() {
  std::ifstream info("/proc/meminfo");
  std::string key, unit;
  double kib = 0;
  while (info >> key >> kib >> unit) {
    if (key == "MemAvailable:") return kib * 1024;
  }
  return 1e30;
}

void Run(benchmark::State& state, const Case& one, PairedOptions options) {
  const Workload& workload = one.workload;
  const double limit = std::min(options.naive_memory_bytes, 0.8 * AvailableBytes());
  options.with_naive = one.with_naive && NaiveFits(workload, limit);
  options.naive_memory_bytes = limit;
  PairedTimes times;
  for (auto _ : state) {
    times = MeasurePaired(workload, options);
    state.SetIterationTime(times.SecondsPerQuery() * options.threads);
  }
  const double seconds = times.SecondsPerQuery(), flops = MinimalFlops(workload);
  state.counters["seconds_per_query"] = seconds;
  state.counters["tokens_per_second"] = times.tokens_per_query / seconds;
  state.counters["peak_bytes"] = times.peak_bytes;
  state.counters["minimal_flops"] = flops;
  state.counters["gemm_peak_share"] = times.GemmPeakShare(flops);
  const double hardware = times.hardware_limit.back();
  if (hardware > 0) {
    state.counters["hardware_limit"] = hardware;
    state.counters["hardware_share"] = times.HardwareShare(flops);
    state.counters["hardware_share_of_cpu_time"] = times.HardwareShareOfCpuTime(flops, options.threads);
  }
  if (options.with_naive) {
    state.counters["speedup_vs_naive"] = times.Speedup();
    state.counters["memory_vs_naive"] = static_cast<double>(times.peak_bytes) / times.naive_peak_bytes;
    state.SetLabel(absl::StrCat("naive: ", times.naive_queries_at_once, " at once"));
  } else {
    state.SetLabel(one.with_naive ? "naive: not run, it needs too much memory" : "naive: not asked for");
  }
}

// What is measured of one side in each type: "float32", "bfloat16".
struct Side {
  std::vector<double> seconds, ratios, hardware_shares;
  int64_t peak_bytes = 0;
};

// Steps in turn, each of ours before Python's in that type; medians of the repetitions. Ours in bfloat16 are those with
// rounded products, where there are such.
void RunAgainstPython(benchmark::State& state, const Workload& workload, PairedOptions options, PythonTrainer& python) {
  const int repetitions = options.repetitions, queries = options.threads;
  options.repetitions = 1;
  options.with_naive = false;
  std::map<std::string, Side> ours, theirs;
  std::vector<double> peak_shares;
  for (auto _ : state) {
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      for (const std::string type : {"float32", "bfloat16"}) {
        options.factors = type == "bfloat16" ? Factors::kBfloat16 : Factors::kFloat32;
        if (options.factors == Factors::kFloat32 || lm::CanRoundProducts()) {
          const base::MemoryPeak memory;
          const PairedTimes times = MeasurePaired(workload, options);
          Side& side = ours[type];
          if (memory.is_exact()) side.peak_bytes = std::max(side.peak_bytes, memory.bytes());
          side.seconds.push_back(times.SecondsPerQuery());
          side.ratios.push_back(ours["float32"].seconds.back() / side.seconds.back());
          side.hardware_shares.push_back(times.HardwareShareOfCpuTime(MinimalFlops(workload), options.threads));
          if (type == "float32") peak_shares.push_back(times.GemmPeakShare(MinimalFlops(workload)));
        }
        const absl::StatusOr<PythonStep> step = python.Step(workload, type, queries);
        if (!step.ok()) return state.SkipWithError(std::string(step.status().message()).c_str());
        Side& side = theirs[type];
        side.seconds.push_back(step->seconds / queries);
        side.ratios.push_back(side.seconds.back() /
                              (ours.count(type) > 0 ? ours[type] : ours["float32"]).seconds.back());
        side.peak_bytes = std::max(side.peak_bytes, step->peak_bytes);
      }
    }
    state.SetIterationTime(Median(ours["float32"].seconds) * queries);
  }
  state.counters["seconds_per_query"] = Median(ours["float32"].seconds);
  state.counters["gemm_peak_share"] = Median(peak_shares);
  for (const auto& [type, side] : ours) {
    state.counters["hardware_share_of_cpu_time_" + type] = Median(side.hardware_shares);
    if (side.peak_bytes > 0) state.counters["process_bytes_" + type] = side.peak_bytes;
  }
  if (const auto rounded = ours.find("bfloat16"); rounded != ours.end()) {
    state.counters["bfloat16_seconds_per_query"] = Median(rounded->second.seconds);
    state.counters["speedup_of_bfloat16"] = Median(rounded->second.ratios);
  }
  for (const auto& [type, side] : theirs) {
    state.counters["python_" + type] = Median(side.seconds);
    state.counters["speedup_vs_" + type] = Median(side.ratios);
    const int64_t bytes = (ours.count(type) > 0 ? ours[type] : ours["float32"]).peak_bytes;
    if (bytes > 0) state.counters["memory_vs_" + type] = static_cast<double>(bytes) / side.peak_bytes;
  }
  state.SetLabel(python.versions());
}

absl::Status Main(int argc, char** argv) {
  RETURN_IF_ERROR(
      InitBenchmark(argc, argv,
                    "Times optimizer steps of every objective, beside the naive implementation.\n\n"
                    "Usage: sami bench objective [--required | --against_python=VENV] [--benchmark_filter=REGEX]"));
  RETURN_IF_ERROR(lm::ChooseProducts(absl::GetFlag(FLAGS_arithmetic)));
  const lm::Products products = lm::ProductsInUse();
  benchmark::AddCustomContext("products", absl::StrCat(products.library, ", ", products.kernels));
  base::Progress::SetQuiet(true);
  CountAllocations();
  const bool required = absl::GetFlag(FLAGS_required);
  PairedOptions options;
  options.repetitions = absl::GetFlag(FLAGS_repetitions);
  options.threads = absl::GetFlag(FLAGS_threads);
  const std::string type = absl::GetFlag(FLAGS_compute_type);
  if (type != "float32" && type != "bfloat16") {
    return absl::InvalidArgumentError(absl::StrCat("--compute_type=", type, ": it is float32 or bfloat16"));
  }
  options.factors = type == "bfloat16" ? Factors::kBfloat16 : Factors::kFloat32;
  if (options.factors == Factors::kBfloat16 && !lm::CanRoundProducts()) {
    return absl::FailedPreconditionError(
        absl::StrCat("--compute_type=bfloat16 needs --arithmetic=own; here ", products.library, " computes"));
  }
  options.naive_memory_bytes = kGiB * std::max(absl::GetFlag(FLAGS_naive_memory_gib), required ? 16.0 : 0.0);
  const std::string environment = absl::GetFlag(FLAGS_against_python);
  std::optional<PythonTrainer> python;
  if (!environment.empty()) {
    ASSIGN_OR_RETURN(python, PythonTrainer::Start(base::UserPath(environment), options.threads));
    for (const Workload& workload : PythonCases()) {
      benchmark::RegisterBenchmark(workload.name().c_str(),
                                   [workload, options, &python](benchmark::State& state) {
                                     RunAgainstPython(state, workload, options, *python);
                                   })
          ->Iterations(1)
          ->UseManualTime()
          ->Unit(benchmark::kMillisecond);
    }
    return RunBenchmarks();
  }
  for (const Case& one : required ? RequiredCases() : Grid()) {
    benchmark::RegisterBenchmark(one.workload.name().c_str(),
                                 [one, options](benchmark::State& state) { Run(state, one, options); })
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  return RunBenchmarks();
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  return base::RunGuarded([&] { return base::ReportAndExitCode(benchmarks::Main(argc, argv)); });
}
