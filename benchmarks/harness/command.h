// Command lines of the benchmarks that Google Benchmark runs: its flags (--benchmark_*) beside the program's own.
#ifndef BENCHMARKS_HARNESS_COMMAND_H_
#define BENCHMARKS_HARNESS_COMMAND_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace benchmarks {

// Google Benchmark's flags, then base::InitProgram with `usage` and a line about them. kInvalidArgument for an argument
// that is no flag.
absl::Status InitBenchmark(int argc, char** argv, absl::string_view usage);

// Runs what is registered and passes --benchmark_filter. kInvalidArgument when nothing does.
absl::Status RunBenchmarks();

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_COMMAND_H_
