// The machine's limits: multiply-adds of its vector units, what each library's matrix products make of them, and
// memory.
//
//   bazel run //benchmarks:limit_benchmark
//
// What docs/objectives.md calls the hardware's limit, and why lm::ChooseProducts takes the kernels that it takes.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "analysis/figures/table.h"
#include "base/main/main.h"
#include "base/status.h"
#include "benchmarks/harness/gemm_peak.h"
#include "benchmarks/harness/hardware_limit.h"
#include "benchmarks/harness/read_bandwidth.h"
#include "lm/arithmetic/arithmetic.h"
#include "lm/arithmetic/processor.h"
#include "lm/arithmetic/products.h"

ABSL_FLAG(int32_t, threads, 0, "Threads that work at once; 0: one a core.");
ABSL_FLAG(double, seconds, 0.5,
          "Time for each product, beside what is measured in any case; longer finds quieter moments.");
ABSL_FLAG(double, memory_gib, 1, "Buffer that is read, in GiB: more than all caches.");

constexpr char kUsage[] =
    "Measures the machine's limits: multiply-adds, products, memory.\n\n"
    "Usage: sami bench limit [--threads=N] [--seconds=0.5]";

namespace benchmarks {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;

constexpr double kGiga = 1e9, kGibi = 1 << 30;

// Of the medium model's training (width 512, 8 heads of 64, rows of 768 tokens) and one that is large.
const std::vector<ProductShape>& Shapes() {
  static const auto* shapes = new std::vector<ProductShape>{
      {"1024^3", 1024, 1024, 1024}, {"layer", 768, 512, 1408}, {"attention", 768, 64, 768}, {"head", 256, 512, 32768}};
  return *shapes;
}

// Returns the most operations a second in float32 on all threads.
double PrintUnits(int threads) {
  analysis::Table table;
  table.caption = "Vector units: loops of nothing but multiply-adds";
  table.columns = {{"unit", "unit"},
                   {"per_cycle", "a cycle", NumberFormat::kFixed, 2},
                   {"ghz", "GHz", NumberFormat::kFixed, 2},
                   {"one", "GFLOP/s, 1 thread", NumberFormat::kFixed, 0},
                   {"all", absl::StrCat(threads, " threads"), NumberFormat::kFixed, 0}};
  table.notes = {"A multiply-add is two operations. A cycle: instructions of a core. GHz: the clock meanwhile.",
                 "bfloat16: products of bfloat16 numbers, summed in float32."};
  double best = 0;
  for (const VectorUnit unit : AvailableUnits()) {
    const UnitLimit one = MeasureLimit(unit, 1), all = MeasureLimit(unit, threads);
    if (unit != VectorUnit::kAvx512Bf16) best = std::max(best, all.flops);
    table.rows.push_back({NameOf(unit), one.per_cycle, one.hertz / kGiga, one.flops / kGiga, all.flops / kGiga});
  }
  if (table.rows.empty()) table.notes = {"This processor's vector units are not known here; shares are left out."};
  std::printf("%s\n", analysis::ToText(table).c_str());
  return best;
}

void PrintProducts(int threads, double limit) {
  analysis::Table table;
  table.caption = absl::StrCat("Matrix products in float32, GFLOP/s, ", threads, " threads a product each");
  table.columns = {{"arithmetic", "--arithmetic"}, {"by", "computed by"}};
  for (const ProductShape& shape : Shapes()) {
    table.columns.push_back({shape.name, shape.name, NumberFormat::kFixed, 0});
    table.columns.push_back({shape.name + "_share", "%", NumberFormat::kPercent, 0});
    table.notes.push_back(absl::StrFormat("%s: [%d, %d] times [%d, %d]", shape.name, shape.rows, shape.inputs,
                                          shape.inputs, shape.outputs));
  }
  table.notes.push_back(
      "%: of the vector units' limit in float32. The best of many products: other work does not count.");
  for (const std::string& choice : lm::ProductChoices()) {
    if (!lm::ChooseProducts(choice).ok()) continue;  // named, and yet libtorch cannot
    const lm::Products products = lm::ProductsInUse();
    std::vector<Cell> row = {choice, absl::StrCat(products.library, ", ", products.kernels)};
    for (const ProductShape& shape : Shapes()) {
      const double flops = MeasureProducts(shape, threads, absl::GetFlag(FLAGS_seconds));
      row.push_back(flops / kGiga);
      row.push_back(limit > 0 ? Cell(flops / limit) : Cell());
    }
    table.rows.push_back(std::move(row));
  }
  std::printf("%s\n", analysis::ToText(table).c_str());
}

absl::Status Main() {
  int threads = absl::GetFlag(FLAGS_threads);
  if (threads < 0 || threads > 1024) return absl::InvalidArgumentError("--threads must be at least 0 and at most 1024");
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  const double seconds = absl::GetFlag(FLAGS_seconds), gib = absl::GetFlag(FLAGS_memory_gib);
  if (!(seconds > 0 && seconds <= 60)) return absl::InvalidArgumentError("--seconds must be above 0 and at most 60");
  if (!(gib > 0 && gib <= 1024)) return absl::InvalidArgumentError("--memory_gib must be above 0 and at most 1024");
  const lm::Processor& processor = lm::ThisProcessor();
  std::printf("%s: %s\ntorch %s\n\n", processor.name.c_str(), absl::StrJoin(processor.features, " ").c_str(),
              lm::ThisArithmetic("cpu").torch.c_str());
  PrintProducts(threads, PrintUnits(threads));
  const int64_t bytes = static_cast<int64_t>(gib * kGibi);
  std::printf("Memory, reading %g GiB: %.1f GB/s by 1 thread, %.1f GB/s by %d\n", gib,
              MeasureReadBandwidth(bytes, 1) / kGiga, MeasureReadBandwidth(bytes, threads) / kGiga, threads);
  return absl::OkStatus();
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) { return base::RunMain(argc, argv, kUsage, benchmarks::Main); }
