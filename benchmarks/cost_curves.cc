// Time and memory of a SAMI query against n, its length, the vocabulary and the layers, ours and naive, with fitted
// exponents: JSON and eight figures.
#include <cmath>
#include <cstdint>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/figure.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "benchmarks/harness/allocation_counter.h"
#include "benchmarks/harness/paired_run.h"
#include "benchmarks/harness/power_law.h"
#include "benchmarks/harness/workload.h"

ABSL_FLAG(std::string, out, "",
          "Folder for cost_curves.json, and of n, length, vocabulary and layers cost_of_*.svg and memory_of_*.svg.");
ABSL_FLAG(int32_t, repetitions, 5, "Pairs of steps (ours, naive) of which the median is taken.");
ABSL_FLAG(double, naive_memory_gib, 8, "Points whose naive side needs more are measured without it.");

namespace benchmarks {
namespace {

constexpr int64_t kVocab = 4096;

struct Curve {
  std::string of, x_label;  // file names: cost_of_<of>.svg, memory_of_<of>.svg
  std::vector<int64_t> x;
  std::function<Workload(int64_t x)> workload;
};

std::vector<Curve> Curves() {
  return {{"n",
           "n (constitutions = responses)",
           {2, 3, 4, 6, 8},
           [](int64_t n) { return Workload{Method::kSami, n, 256, 64, kVocab, ModelSize::kSmall}; }},
          {"length",
           "tokens of prompt and response (4 : 1)",
           {160, 320, 640, 960, 1280},
           [](int64_t t) { return Workload{Method::kSami, 2, t / 5 * 4, t / 5, kVocab, ModelSize::kSmall}; }},
          {"vocabulary",
           "tokens of the vocabulary",
           {4096, 8192, 16384, 32768, 65536},
           [](int64_t vocab) { return Workload{Method::kSami, 2, 256, 64, vocab, ModelSize::kSmall}; }},
          {"layers", "layers", {2, 4, 8, 16}, [](int64_t layers) {
             return Workload{Method::kSami, 2, 256, 64, kVocab, ModelSize::kSmall, layers};
           }}};
}

// One side's measurements at each x.
struct Points {
  std::vector<double> x, y;
  void Add(double at, double value) {
    x.push_back(at);
    y.push_back(value);
  }
  analysis::LineSeries Series(const std::string& name) const {
    analysis::LineSeries series;
    series.name = x.size() < 2 ? name : absl::StrFormat("%s (exponent %.2f)", name, FitPowerLaw(x, y).exponent);
    for (size_t i = 0; i < x.size(); ++i) series.points.push_back({x[i], y[i]});
    return series;
  }
  base::OrderedJson Json(const char* what) const {
    base::OrderedJson json = {{"x", x}, {what, y}};
    if (x.size() >= 2) json["exponent"] = FitPowerLaw(x, y).exponent;
    return json;
  }
};

// Both sides of one curve, of time or of memory.
struct Sides {
  Points ours, naive;
};

// What is drawn of a curve: "cost_of_n", "memory_of_n".
struct Quantity {
  const char *name, *title, *unit, *key;  // key: of the numbers in cost_curves.json
};
constexpr Quantity kCost = {"cost", "Seconds a query", "seconds a query (medians)", "seconds_per_query"};
constexpr Quantity kMemory = {"memory", "Memory of a query", "MB of tensors at the peak", "peak_mb_per_query"};

std::string NameOf(const Quantity& quantity, const Curve& curve) {
  return absl::StrCat(quantity.name, "_of_", curve.of);
}

absl::Status Draw(const Curve& curve, const Quantity& quantity, const Sides& sides, const std::string& folder,
                  base::OrderedJson& json) {
  const std::string first = curve.workload(curve.x.front()).name(), last = curve.workload(curve.x.back()).name();
  const std::string name = NameOf(quantity, curve);
  analysis::LineChart chart;
  chart.title = absl::StrCat(quantity.title, " against ", curve.of);
  chart.subtitle = absl::StrCat(first, " to ", last);
  chart.x_label = curve.x_label;
  chart.y_label = quantity.unit;
  chart.series = {sides.ours.Series("ours"), sides.naive.Series("naive")};
  json[name] = {{"first", first},
                {"last", last},
                {"ours", sides.ours.Json(quantity.key)},
                {"naive", sides.naive.Json(quantity.key)}};
  return base::WriteFileAtomically(absl::StrCat(folder, "/", name, ".svg"), analysis::ToSvg(chart));
}

absl::Status Measure(const Curve& curve, const std::string& folder, base::OrderedJson& json) {
  Sides seconds, megabytes;
  for (const int64_t x : curve.x) {
    const Workload workload = curve.workload(x);
    PairedOptions options;
    options.repetitions = absl::GetFlag(FLAGS_repetitions);
    options.naive_memory_bytes = absl::GetFlag(FLAGS_naive_memory_gib) * (1 << 30);
    options.with_peaks = false;
    options.with_naive = NaiveFits(workload, options.naive_memory_bytes);
    const PairedTimes times = MeasurePaired(workload, options);
    seconds.ours.Add(x, times.SecondsPerQuery());
    megabytes.ours.Add(x, 1e-6 * times.peak_bytes / options.threads);
    std::cout << absl::StreamFormat("%-60s %.3f s, %.0f MB", workload.name(), seconds.ours.y.back(),
                                    megabytes.ours.y.back());
    if (options.with_naive) {
      seconds.naive.Add(x, Median(times.naive_seconds_per_query));
      megabytes.naive.Add(x, 1e-6 * times.naive_peak_bytes / times.naive_queries_at_once);
      std::cout << absl::StreamFormat("; naive %.3f s, %.0f MB", seconds.naive.y.back(), megabytes.naive.y.back());
    }
    std::cout << std::endl;
  }
  RETURN_IF_ERROR(Draw(curve, kCost, seconds, folder, json));
  return Draw(curve, kMemory, megabytes, folder, json);
}

absl::Status Run() {
  if (absl::GetFlag(FLAGS_out).empty()) return absl::InvalidArgumentError("--out: name a folder for the results");
  const std::string folder = base::UserPath(absl::GetFlag(FLAGS_out));
  RETURN_IF_ERROR(base::CheckOutputFile(folder + "/cost_curves.json", {}, "\"seconds_per_query\""));
  for (const Curve& curve : Curves()) {
    for (const Quantity& quantity : {kCost, kMemory}) {
      RETURN_IF_ERROR(base::CheckOutputFile(absl::StrCat(folder, "/", NameOf(quantity, curve), ".svg"), {}, "<svg"));
    }
  }
  CountAllocations();
  base::OrderedJson json;
  for (const Curve& curve : Curves()) RETURN_IF_ERROR(Measure(curve, folder, json));
  return base::WriteFileAtomically(folder + "/cost_curves.json", json.dump(2) + "\n");
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  base::Progress::SetQuiet(true);
  return base::RunMain(argc, argv,
                       "Time and memory of a SAMI query against n, length, vocabulary, layers.\n\n"
                       "Usage: sami bench cost-curves --out=DIR\n\n"
                       "Ours beside the naive implementation, with fitted exponents: JSON and figures.",
                       benchmarks::Run);
}
