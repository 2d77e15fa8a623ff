// Time of a SAMI query against n and against its length, ours and naive, with fitted exponents: JSON and two figures.
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
#include "benchmarks/harness/paired_run.h"
#include "benchmarks/harness/power_law.h"
#include "benchmarks/harness/workload.h"

ABSL_FLAG(std::string, out, "", "Folder for cost_curves.json, cost_of_n.svg and cost_of_length.svg.");
ABSL_FLAG(int32_t, repetitions, 5, "Pairs of steps (ours, naive) of which the median is taken.");
ABSL_FLAG(double, naive_memory_gib, 8, "Points whose naive side needs more are measured without it.");

namespace benchmarks {
namespace {

constexpr int64_t kVocab = 4096;

struct Curve {
  std::string title, x_label, file;
  std::vector<int64_t> x;
  std::function<Workload(int64_t x)> workload;
};

std::vector<Curve> Curves() {
  return {{"Seconds a query against n",
           "n (constitutions = responses)",
           "cost_of_n",
           {2, 3, 4, 6, 8},
           [](int64_t n) { return Workload{Method::kSami, n, 256, 64, kVocab, ModelSize::kSmall}; }},
          {"Seconds a query against its length",
           "tokens of prompt and response (4 : 1)",
           "cost_of_length",
           {160, 320, 640, 960, 1280},
           [](int64_t t) { return Workload{Method::kSami, 2, t / 5 * 4, t / 5, kVocab, ModelSize::kSmall}; }}};
}

struct Points {
  std::vector<double> x, seconds;
  void Add(double at, double value) {
    x.push_back(at);
    seconds.push_back(value);
  }
  analysis::LineSeries Series(const std::string& name) const {
    analysis::LineSeries series;
    series.name = x.size() < 2 ? name : absl::StrFormat("%s (exponent %.2f)", name, FitPowerLaw(x, seconds).exponent);
    for (size_t i = 0; i < x.size(); ++i) series.points.push_back({x[i], seconds[i]});
    return series;
  }
  base::OrderedJson Json() const {
    base::OrderedJson json = {{"x", x}, {"seconds_per_query", seconds}};
    if (x.size() >= 2) json["exponent"] = FitPowerLaw(x, seconds).exponent;
    return json;
  }
};

absl::Status Draw(const Curve& curve, const std::string& folder, base::OrderedJson& json) {
  Points ours, naive;
  for (const int64_t x : curve.x) {
    const Workload workload = curve.workload(x);
    PairedOptions options;
    options.repetitions = absl::GetFlag(FLAGS_repetitions);
    options.naive_memory_bytes = absl::GetFlag(FLAGS_naive_memory_gib) * (1 << 30);
    options.with_peaks = false;
    options.with_naive = NaiveFits(workload, options.naive_memory_bytes);
    const PairedTimes times = MeasurePaired(workload, options);
    ours.Add(x, times.SecondsPerQuery());
    if (options.with_naive) naive.Add(x, Median(times.naive_seconds_per_query));
    std::cout << absl::StreamFormat("%-60s %.3f s", workload.name(), ours.seconds.back());
    if (options.with_naive) std::cout << absl::StreamFormat(", naive %.3f s", naive.seconds.back());
    std::cout << std::endl;
  }
  analysis::LineChart chart;
  chart.title = curve.title;
  const std::string first = curve.workload(curve.x.front()).name(), last = curve.workload(curve.x.back()).name();
  chart.subtitle = absl::StrCat(first, " to ", last);
  chart.x_label = curve.x_label;
  chart.y_label = "seconds a query (medians)";
  chart.series = {ours.Series("ours"), naive.Series("naive")};
  json[curve.file] = {{"first", first}, {"last", last}, {"ours", ours.Json()}, {"naive", naive.Json()}};
  return base::WriteFileAtomically(absl::StrCat(folder, "/", curve.file, ".svg"), analysis::ToSvg(chart));
}

absl::Status Run() {
  if (absl::GetFlag(FLAGS_out).empty()) return absl::InvalidArgumentError("--out: name a folder for the results");
  const std::string folder = base::UserPath(absl::GetFlag(FLAGS_out));
  RETURN_IF_ERROR(base::CheckOutputFile(folder + "/cost_curves.json", {}, "\"seconds_per_query\""));
  for (const Curve& curve : Curves()) {
    RETURN_IF_ERROR(base::CheckOutputFile(absl::StrCat(folder, "/", curve.file, ".svg"), {}, "<svg"));
  }
  base::OrderedJson json;
  for (const Curve& curve : Curves()) RETURN_IF_ERROR(Draw(curve, folder, json));
  return base::WriteFileAtomically(folder + "/cost_curves.json", json.dump(2) + "\n");
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  base::Progress::SetQuiet(true);
  return base::RunMain(argc, argv,
                       "Times a SAMI query against n and its length, as JSON and two figures.\n\n"
                       "Usage: sami bench cost-curves --out=DIR\n\n"
                       "Ours beside the naive implementation, with fitted exponents.",
                       benchmarks::Run);
}
