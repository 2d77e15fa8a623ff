#include "benchmarks/harness/command.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "benchmark/benchmark.h"

namespace benchmarks {

absl::Status InitBenchmark(int argc, char** argv, absl::string_view usage) {
  // Google Benchmark would show its own help, and end the program.
  const bool help =
      std::any_of(argv + 1, argv + argc, [](const char* argument) { return absl::StartsWith(argument, "--help"); });
  if (!help) benchmark::Initialize(&argc, argv);
  const std::vector<std::string> rest =
      base::InitProgram(argc, argv,
                        absl::StrCat(usage, "\n\nGoogle Benchmark's flags are taken, too: --benchmark_filter=REGEX, ",
                                     "--benchmark_list_tests,\n--benchmark_out=FILE, --benchmark_out_format=json."));
  if (rest.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("\"", rest[0], "\" is not a flag; --help lists them"));
}

absl::Status RunBenchmarks() {
  if (benchmark::RunSpecifiedBenchmarks() > 0) return absl::OkStatus();
  return absl::InvalidArgumentError("no benchmark passes --benchmark_filter; --benchmark_list_tests lists them");
}

}  // namespace benchmarks
