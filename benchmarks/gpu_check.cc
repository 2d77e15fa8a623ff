// Whether a device computes what it should, and how fast: recorded models, steps of SAMI, DPO and SFT and decoding at
// the shapes of models of 1 to 8 billion parameters with random weights.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "benchmarks/device/agreement.h"
#include "benchmarks/device/device_steps.h"
#include "benchmarks/device/shapes.h"
#include "lm/runtime/device.h"
#include "third_party/torch/any_version.h"

ABSL_FLAG(std::string, device, "cuda", "cuda, cuda:N, or cpu, on which its logic can be tried at --size=tiny.");
ABSL_FLAG(std::string, size, "1b,8b", "Shapes, separated by commas: tiny, 1b, 3b, 8b.");
ABSL_FLAG(
    double, peak_tflops, 0,
    "What the device can do in bfloat16, in TFLOP/s, as its maker states it: 989 of an H100 or H200, 312 of an A100. "
    "0: not known, and no share of it is told.");
ABSL_FLAG(double, minutes, 9, "What has not begun by then is left out, and said to be.");
ABSL_FLAG(std::string, golden_dir, "", "Folder of recorded models; by default the repository's own.");

namespace benchmarks {
namespace {

using ::analysis::Cell;
using ::analysis::NumberFormat;
using Clock = std::chrono::steady_clock;

constexpr int kNoDevice = 3;  // commands/exit_codes.txt
constexpr double kGibi = 1 << 30, kTera = 1e12;

analysis::Table AgreementTable(const std::vector<Agreement>& agreements) {
  analysis::Table table;
  table.caption = "Recorded models, in float32";
  table.columns = {{"model", "model"},
                   {"logits", "logits off by", NumberFormat::kGeneral},
                   {"gradients", "gradients off by", NumberFormat::kGeneral},
                   {"tokens", "greedy tokens"},
                   {"ties", "ties"},
                   {"differ", "differ"},
                   {"agrees", "agrees"}};
  for (const Agreement& a : agreements) {
    table.rows.push_back({a.model, a.logits, a.gradients, a.tokens, a.ties, a.differ, a.agrees() ? "yes" : "NO"});
  }
  table.notes = {
      absl::StrFormat("Logits to the recorded ones, at most %g; gradients to the CPU's, of the largest, at most %g;",
                      Agreement::kMostLogits, Agreement::kMostGradients),
      "greedy texts of batched decoding to the CPU's row by row, ties of two logits excepted."};
  return table;
}

struct Case {
  std::string name;
  std::function<absl::StatusOr<Measured>()> measure;
};

// All weights where they fit into the devices of today, adapters where they do not.
std::vector<Case> CasesOf(const std::string& size, const std::string& device) {
  std::vector<Case> cases;
  const bool is_tiny = size == "tiny";
  for (const bool has_lora : {false, true}) {
    if (size == "8b" && !has_lora) continue;
    if (size == "1b" && has_lora) continue;
    for (const Method method : {Method::kSami, Method::kDpo, Method::kSft}) {
      StepPlan plan;
      plan.size = size;
      plan.method = method;
      plan.has_lora = has_lora;
      plan.computes_in_bfloat16 = device != "cpu";
      if (is_tiny) {
        plan.prompt_tokens = 16;
        plan.response_tokens = 8;
      }
      cases.push_back({plan.name(), [plan, device] { return MeasureSteps(plan, device); }});
    }
  }
  cases.push_back({absl::StrCat(size, " decoding"), [size, device] { return MeasureDecoding(size, device); }});
  return cases;
}

class Report {
 public:
  explicit Report(double peak_tflops) : peak_tflops_(peak_tflops) {
    table_.caption = "Steps, and decoding";
    table_.columns = {{"case", "case"},
                      {"seconds", "seconds", NumberFormat::kFixed, 3},
                      {"tokens", "tokens/s", NumberFormat::kFixed, 0},
                      {"tflops", "TFLOP/s", NumberFormat::kFixed, 1},
                      {"mfu", "MFU %", NumberFormat::kPercent, 1},
                      {"peak", "peak GiB", NumberFormat::kFixed, 2},
                      {"reads", "host reads", NumberFormat::kFixed, 1},
                      {"note", "note"}};
    table_.notes = {
        "Seconds of a step, or of all new tokens. TFLOP/s: the arithmetic that no implementation can avoid; MFU: its "
        "share of",
        peak_tflops > 0
            ? absl::StrFormat("%g TFLOP/s, as --peak_tflops says. Peak: tensors, by torch's allocator.", peak_tflops)
            : "--peak_tflops, which is not given. Peak: tensors, by torch's allocator.",
        "Host reads, of a step or a new token: how often a number was waited for, beside those that a step ends with."};
  }

  void Add(const std::string& name, const absl::StatusOr<Measured>& measured) {
    if (!measured.ok()) {
      Note(name, std::string(measured.status().message()).substr(0, 80));
      has_failed_ = has_failed_ || !absl::IsResourceExhausted(measured.status());
      return;
    }
    const double tflops = measured->flops / measured->seconds / kTera;
    table_.rows.push_back({name, measured->seconds, measured->tokens_per_second, tflops,
                           peak_tflops_ > 0 ? Cell(tflops / peak_tflops_) : Cell(),
                           measured->peak_bytes.has_value() ? Cell(*measured->peak_bytes / kGibi) : Cell(),
                           measured->host_reads, ""});
  }
  void Note(const std::string& name, const std::string& note) {
    table_.rows.push_back({name, Cell(), Cell(), Cell(), Cell(), Cell(), Cell(), note});
  }

  bool has_failed() const { return has_failed_; }
  const analysis::Table& table() const { return table_; }

 private:
  const double peak_tflops_;
  analysis::Table table_;
  bool has_failed_ = false;
};

std::string DeviceLine(const std::string& device) {
  const auto memory = torch_versions::MemoryOf(torch::Device(device));
  return absl::StrCat(
      "device ", device,
      memory.has_value() ? absl::StrFormat(", %.1f GiB", static_cast<double>(memory->total) / kGibi) : "",
      ", libtorch ", TORCH_VERSION, ", fused attention ",
      torch_versions::kHasFusedAttention && device != "cpu" ? "yes" : "no", "\n");
}

absl::StatusOr<bool> Check(const std::string& device, const std::vector<std::string>& sizes) {
  const Clock::time_point start = Clock::now();
  std::printf("%s\n", DeviceLine(device).c_str());
  std::string folder = base::UserPath(absl::GetFlag(FLAGS_golden_dir));
  if (folder.empty()) folder = base::Runfile("lm/testdata/models");
  if (folder.empty()) {
    return absl::NotFoundError(
        "lm/testdata/models is not beside this program; start it by bazel run, or give --golden_dir");
  }
  ASSIGN_OR_RETURN(const std::vector<Agreement> agreements, CompareRecorded(folder, device));
  std::printf("%s\n", analysis::ToText(AgreementTable(agreements)).c_str());
  std::fflush(stdout);
  Report report(absl::GetFlag(FLAGS_peak_tflops));
  for (const std::string& size : sizes) {
    for (const Case& c : CasesOf(size, device)) {
      const double minutes = std::chrono::duration<double>(Clock::now() - start).count() / 60;
      if (minutes >= absl::GetFlag(FLAGS_minutes)) {
        report.Note(c.name, "left out: no time");
        continue;
      }
      std::fprintf(stderr, "%s\n", c.name.c_str());
      report.Add(c.name, c.measure());
    }
  }
  std::printf("%s", analysis::ToText(report.table()).c_str());
  const bool agree = std::all_of(agreements.begin(), agreements.end(), [](const Agreement& a) { return a.agrees(); });
  const bool good = agree && !report.has_failed();
  std::printf("\n%s\n", good ? "The device computes what it should." : "The device does NOT compute what it should.");
  return good;
}

int Main(const std::vector<std::string>& rest) {
  if (!rest.empty()) {
    return base::ReportAndExitCode(absl::InvalidArgumentError(absl::StrCat("what is \"", rest[0], "\"?")));
  }
  const std::vector<std::string> sizes = absl::StrSplit(absl::GetFlag(FLAGS_size), ',');
  for (const std::string& size : sizes) {
    const absl::Status status = ShapeOf(size).status();
    if (!status.ok()) return base::ReportAndExitCode(base::Annotate(status, "--size"));
  }
  const std::string device = absl::GetFlag(FLAGS_device);
  const absl::Status usable = lm::CheckDevice(device);
  if (!usable.ok()) {
    base::ReportAndExitCode(usable);
    return absl::IsFailedPrecondition(usable) ? kNoDevice : 2;
  }
  const absl::StatusOr<bool> good = Check(device, sizes);
  if (!good.ok()) return base::ReportAndExitCode(good.status());
  return *good ? 0 : 1;
}

}  // namespace
}  // namespace benchmarks

int main(int argc, char** argv) {
  return benchmarks::Main(base::InitProgram(
      argc, argv,
      "Checks a GPU: recorded models, steps and decoding at 1 to 8 B parameters.\n\n"
      "Usage: sami gpu-check [--device=cuda] [--size=1b,8b] [--peak_tflops=989]\n\n"
      "Takes less than ten minutes. Exit code 0: all agrees; 1: something does not; 3: there is no such device."));
}
