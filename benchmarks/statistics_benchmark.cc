// What intervals cost: bootstraps of two arms' attempts at the same questions, beside scipy where it is installed.
//
//   bazel run //benchmarks:statistics_benchmark
//
// One thread, times of its core. benchmarks/README.md says what is measured and what is required.
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/exact_bootstrap.h"
#include "base/check.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/random.h"
#include "base/status.h"
#include "benchmark/benchmark.h"
#include "benchmarks/harness/command.h"
#include "benchmarks/harness/coprocess.h"
#include "benchmarks/harness/power_law.h"

ABSL_FLAG(std::string, python, "/usr/bin/python3", "the Python that may have scipy");
ABSL_FLAG(int, repetitions, 5, "times that each case is run: Time is their mean");

namespace benchmarks {
namespace {

constexpr char kUsage[] =
    "Times paired bootstraps of 0/1 attempts on one core, beside scipy.\n\n"
    "Usage: sami bench statistics [--repetitions=5] [--python=/usr/bin/python3]";

constexpr int64_t kAttempts = 32;

struct Size {
  int64_t items;
  int64_t resamples;
};

// The first is GSM-8K's test split, the size that has a required time.
const std::vector<Size>& Sizes() {
  static const auto* sizes =
      new std::vector<Size>{{1319, 10000}, {330, 10000}, {5276, 10000}, {1319, 2500}, {1319, 40000}};
  return *sizes;
}

// Two arms' correct attempts of kAttempts at each question: questions from hopeless to trivial, the second arm a little
// better.
struct Matrix {
  std::vector<int> a, b;
};

Matrix RandomMatrix(int64_t items) {
  Matrix matrix;
  for (int64_t item = 0; item < items; ++item) {
    base::RandomStream stream(1, "benchmarks/statistics", item);
    const double chance = std::pow(std::sin(M_PI / 2 * stream.Uniform()), 2);  // Beta(1/2, 1/2)
    int a = 0, b = 0;
    for (int64_t attempt = 0; attempt < kAttempts; ++attempt) {
      a += stream.Bernoulli(chance);
      b += stream.Bernoulli(std::min(1.0, chance + 0.05));
    }
    matrix.a.push_back(a);
    matrix.b.push_back(b);
  }
  return matrix;
}

analysis::BootstrapOptions Options(int64_t resamples) {
  analysis::BootstrapOptions options;
  options.resamples = resamples;
  return options;
}

// As reports do: questions alone, each with its difference of accuracies.
absl::Status Paired(const Matrix& matrix, int64_t resamples) {
  std::vector<double> differences;
  for (size_t i = 0; i < matrix.a.size(); ++i) {
    differences.push_back(static_cast<double>(matrix.a[i] - matrix.b[i]) / kAttempts);
  }
  return analysis::BootstrapMean(differences, Options(resamples)).status();
}

// The law that Paired samples, without resamples.
absl::Status Exact(const Matrix& matrix, int64_t) {
  std::vector<int> differences;
  for (size_t i = 0; i < matrix.a.size(); ++i) {
    differences.push_back(kAttempts + matrix.a[i] - matrix.b[i]);
  }
  return analysis::ExactBootstrapMean(differences, 1.0 / kAttempts, analysis::BootstrapInterval::kBca, 0.95).status();
}

// Seconds of a core that this thread has used: on a machine with other work, time on the wall is theirs as well.
double CoreSeconds() {
  timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec + 1e-9 * used.tv_nsec;
}

// Seconds of each run, by kind and items x resamples.
using Timings = std::map<std::string, std::map<double, std::vector<double>>>;

Timings& AllTimings() {
  static auto* timings = new Timings;
  return *timings;
}

// One run of a case, and once all are done their median.
void Report(benchmark::State& state, const std::string& kind, const Size& size, double seconds) {
  state.SetIterationTime(seconds);
  std::vector<double>& times = AllTimings()[kind][static_cast<double>(size.items) * size.resamples];
  times.push_back(seconds);
  std::sort(times.begin(), times.end());
  state.counters["median_ms"] = 500 * (times[(times.size() - 1) / 2] + times[times.size() / 2]);
}

using Work = absl::Status (*)(const Matrix&, int64_t resamples);

void RunWork(benchmark::State& state, const std::string& kind, Work work, const Size& size) {
  const Matrix matrix = RandomMatrix(size.items);
  for (auto _ : state) {
    const double start = CoreSeconds();
    SAMI_CHECK(work(matrix, size.resamples).ok());
    Report(state, kind, size, CoreSeconds() - start);
  }
}

absl::StatusOr<double> AskScipy(Coprocess& scipy, const std::string& kind, const Size& size) {
  const absl::StatusOr<std::string> answer = scipy.Ask(absl::StrCat(kind, " ", size.items, " ", size.resamples));
  if (!answer.ok()) return answer.status();
  double seconds;
  if (!absl::SimpleAtod(*answer, &seconds)) return absl::InternalError(absl::StrCat("scipy answered ", *answer));
  return seconds;
}

void RunScipy(benchmark::State& state, Coprocess& scipy, const std::string& kind, const Size& size) {
  for (auto _ : state) {
    const absl::StatusOr<double> seconds = AskScipy(scipy, kind, size);
    if (!seconds.ok()) return state.SkipWithError(std::string(seconds.status().message()).c_str());
    Report(state, absl::StrCat("scipy/", kind), size, *seconds);
  }
}

// Null, after a line that says so, where there is no scipy.
std::unique_ptr<Coprocess> StartScipy() {
  const std::vector<std::string> one_thread = {"OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1"};
  absl::StatusOr<std::unique_ptr<Coprocess>> scipy =
      Coprocess::Start({absl::GetFlag(FLAGS_python), base::Runfile("benchmarks/scipy_bootstrap.py")}, one_thread);
  if (scipy.ok() && AskScipy(**scipy, "paired", {10, 10}).ok()) return *std::move(scipy);
  std::printf("scipy is not measured: %s has none (Debian: apt-get install python3-scipy)\n",
              absl::GetFlag(FLAGS_python).c_str());
  return nullptr;
}

template <typename Run>
void Add(const std::string& kind, const Size& size, int iterations, const Run& run) {
  benchmark::RegisterBenchmark(absl::StrCat(kind, "/items:", size.items, "/resamples:", size.resamples).c_str(), run)
      ->Iterations(iterations)
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void Register(Coprocess* scipy) {
  const std::vector<std::pair<std::string, Work>> kinds = {{"paired", Paired}, {"exact", Exact}};
  const int iterations = absl::GetFlag(FLAGS_repetitions);
  for (const auto& [kind, work] : kinds) {
    for (const Size& size : Sizes()) {
      if (work == Exact && size.resamples != Sizes()[0].resamples) continue;
      Add(kind, size, iterations,
          [kind = kind, work = work, size](benchmark::State& state) { RunWork(state, kind, work, size); });
    }
    if (scipy == nullptr || work == Exact) continue;
    Add("scipy/" + kind, Sizes()[0], iterations,
        [kind = kind, scipy](benchmark::State& state) { RunScipy(state, *scipy, kind, Sizes()[0]); });
  }
}

void PrintExponent() {
  std::vector<double> work, seconds;
  for (const auto& [product, times] : AllTimings()["paired"]) {
    work.push_back(product);
    seconds.push_back(*std::min_element(times.begin(), times.end()));
  }
  if (work.size() < 2) return;
  const PowerLaw law = FitPowerLaw(work, seconds);
  std::printf("paired: least seconds = %.2e (items x resamples)^%.3f over %zu sizes\n", law.factor, law.exponent,
              work.size());
}

}  // namespace
}  // namespace benchmarks

namespace {

int Main(int argc, char** argv) {
  absl::Status status = benchmarks::InitBenchmark(argc, argv, benchmarks::kUsage);
  if (status.ok() && absl::GetFlag(FLAGS_repetitions) < 1) {
    status = absl::InvalidArgumentError("--repetitions must be at least 1");
  }
  if (!status.ok()) return base::ReportAndExitCode(status);
  const std::unique_ptr<benchmarks::Coprocess> scipy = benchmarks::StartScipy();
  benchmarks::Register(scipy.get());
  status = benchmarks::RunBenchmarks();
  if (status.ok()) benchmarks::PrintExponent();
  return base::ReportAndExitCode(status);
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunGuarded([&] { return Main(argc, argv); });
}
