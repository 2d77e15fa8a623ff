// Fails when a method has become slower relative to the naive implementation than the recorded baseline says.
//
// The rule. Each case gives kPairs ratios naive / ours of paired, interleaved steps, one thread each. A case alarms
// when a one-sided sign test at level 1% / cases rejects that the median ratio is at least (1 - tolerance) of the
// recorded one. So when no case is more than the tolerance slower than recorded, the probability of a failure is at
// most 1%, whatever the distribution of times: only that pairs are independent is used. Absolute times do not enter.
//
// --aa compares the harness with itself, without any tolerance, which puts the rule at the edge of its guarantee: the
// share of alarms must then not exceed 1% by more than chance.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/installation.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "benchmarks/harness/paired_run.h"
#include "benchmarks/harness/sign_test.h"
#include "benchmarks/harness/workload.h"

ABSL_FLAG(bool, update, false, "Measure and write benchmarks/throughput_baseline.json instead of comparing with it.");
ABSL_FLAG(int32_t, aa, 0, "Compare the harness with itself so many times and count the alarms, instead.");

namespace benchmarks {
namespace {

constexpr char kBaseline[] = "benchmarks/throughput_baseline.json";
constexpr int kPairs = 25;
constexpr double kFalseAlarms = 0.01;        // of the whole gate
constexpr double kTolerance = 0.15;          // slower than recorded on this kind of processor, and still no matter
constexpr double kOtherTolerance = 0.35;     // on a kind that has no record: its caches change the ratio
constexpr double kLeastConsistentAa = 1e-3;  // an A/A count less probable than this under the stated rate is a failure

std::vector<Workload> Cases() {
  return {{Method::kSami, 2, 96, 24, 4096, ModelSize::kTiny},
          {Method::kSami, 4, 96, 24, 4096, ModelSize::kTiny},
          {Method::kDpo, 1, 96, 24, 4096, ModelSize::kTiny},
          {Method::kSft, 1, 96, 24, 4096, ModelSize::kTiny}};
}

std::string Processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (absl::StartsWith(line, "model name")) return line.substr(std::min(line.size(), line.find(':') + 2));
  }
  return "unknown";
}

std::vector<double> Ratios(const Workload& workload, int pairs, bool harness_twice) {
  PairedOptions options;
  options.repetitions = pairs;
  options.threads = 1;
  options.with_peaks = false;
  options.harness_twice = harness_twice;
  const PairedTimes times = MeasurePaired(workload, options);
  std::vector<double> ratios;
  for (int i = 0; i < pairs; ++i) ratios.push_back(times.naive_seconds_per_query[i] / times.seconds_per_query[i]);
  return ratios;
}

// The recorded ratio of a case on this kind of processor, else the lowest of any, with the tolerance that goes with it.
struct Bound {
  double recorded;
  double tolerance;
};
absl::StatusOr<Bound> FindBound(const base::Json& baseline, const std::string& processor, const std::string& name) {
  double lowest = INFINITY;
  for (const auto& [kind, cases] : baseline.items()) {
    if (!cases.contains(name) || !cases[name].is_number()) continue;
    const double ratio = cases[name].get<double>();
    if (kind == processor) return Bound{ratio, kTolerance};
    lowest = std::min(lowest, ratio);
  }
  if (std::isinf(lowest)) {
    return absl::FailedPreconditionError(
        absl::StrCat(kBaseline, ": no entry for ", name, "; record one with --update"));
  }
  return Bound{lowest, kOtherTolerance};
}

absl::StatusOr<base::Json> ReadBaseline(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return base::ParseJson(text, path);
}

absl::StatusOr<bool> Compare() {
  ASSIGN_OR_RETURN(const std::string recorded, base::ShippedFile(kBaseline));
  ASSIGN_OR_RETURN(const base::Json baseline, ReadBaseline(recorded));
  const std::string processor = Processor();
  bool good = true;
  for (const Workload& workload : Cases()) {
    ASSIGN_OR_RETURN(const Bound bound, FindBound(baseline, processor, workload.name()));
    const std::vector<double> ratios = Ratios(workload, kPairs, /*harness_twice=*/false);
    const double least = bound.recorded * (1 - bound.tolerance);
    const bool alarm = MedianIsBelow(ratios, least, kFalseAlarms / Cases().size());
    good = good && !alarm;
    std::cout << absl::StreamFormat("%-52s %.2f times the naive speed, recorded %.2f, least %.2f: %s\n",
                                    workload.name(), Median(ratios), bound.recorded, least, alarm ? "SLOWER" : "good");
  }
  if (!good) {
    std::cout << "If this is meant: bazel run //benchmarks:throughput_regression -- --update\n";
  }
  return good;
}

absl::Status Update() {
  const std::string path = absl::StrCat(base::WorkspaceFolder(), "/", kBaseline);
  base::Json baseline = base::Json::object();
  if (base::FileExists(path)) {
    ASSIGN_OR_RETURN(baseline, ReadBaseline(path));
  }
  base::Json& cases = baseline[Processor()] = base::Json::object();
  for (const Workload& workload : Cases()) {
    const double ratio = Median(Ratios(workload, 2 * kPairs, /*harness_twice=*/false));
    cases[workload.name()] = std::round(ratio * 100) / 100;
    std::cout << absl::StreamFormat("%-52s %.2f\n", workload.name(), ratio);
  }
  return base::WriteFileAtomically(path, baseline.dump(2) + "\n");
}

// P(Binomial(trials, rate) >= count)
double Tail(int trials, double rate, int count) {
  double tail = 0;
  for (int k = count; k <= trials; ++k) {
    tail += std::exp(std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) - std::lgamma(trials - k + 1.0) +
                     k * std::log(rate) + (trials - k) * std::log1p(-rate));
  }
  return tail;
}

bool CompareWithItself(int runs) {
  int alarms = 0;
  for (int run = 0; run < runs; ++run) {
    bool alarm = false;
    for (const Workload& workload : Cases()) {
      alarm =
          MedianIsBelow(Ratios(workload, kPairs, /*harness_twice=*/true), 1, kFalseAlarms / Cases().size()) || alarm;
    }
    alarms += alarm;
  }
  const double probability = Tail(runs, kFalseAlarms, alarms);
  std::cout << absl::StreamFormat("%d alarms in %d A/A runs; P(as many or more at a rate of %g) = %.3g\n", alarms, runs,
                                  kFalseAlarms, probability);
  return probability >= kLeastConsistentAa;
}

int Main(const base::Arguments&) {
  base::Progress::SetQuiet(true);
  if (absl::GetFlag(FLAGS_aa) > 0) return CompareWithItself(absl::GetFlag(FLAGS_aa)) ? 0 : 1;
  absl::StatusOr<bool> good = true;
  if (absl::GetFlag(FLAGS_update)) {
    const absl::Status status = Update();
    if (!status.ok()) good = status;
  } else {
    good = Compare();
  }
  if (good.ok()) return *good ? 0 : 1;
  std::cerr << good.status().message() << "\n";
  return 1;
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  return base::RunMain(argc, argv, "Compares speed relative to the naive implementation with a recorded baseline.",
                       benchmarks::Main);
}
