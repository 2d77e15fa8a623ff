// Command flags that the commands of this room share beyond --format (format.h): --level, --resamples, --seed and
// --threads, and the table of their estimates.
#ifndef ANALYSIS_COMMANDS_COMMAND_H_
#define ANALYSIS_COMMANDS_COMMAND_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// One line of a command's output.
struct NamedEstimate {
  std::string name;      // "pass@8", "sami_vs_sft"
  std::string category;  // "overall" unless the line is about a part
  Estimate estimate;
  int64_t missing = 0;  // planned items without a value: not in the estimate
  // Further numbers, the same keys in every line of a table.
  std::vector<std::pair<std::string, Cell>> more;
};

// Columns name, category, n, estimate, standard_error, ci_low, ci_high, level, method, missing, then `more`.
Table EstimateTable(const std::string& caption, const std::vector<NamedEstimate>& lines,
                    std::vector<std::string> notes);

// The table in the form that --format names; of CSV and JSON, which have none, the notes go to standard error.
// kInvalidArgument as FormatFromFlags.
absl::StatusOr<std::string> Formatted(const Table& table);

// --level, --resamples, --seed and --threads. kInvalidArgument when out of range.
absl::StatusOr<BootstrapOptions> OptionsFromFlags();

// The path of an input flag: as the user means it under `bazel run`, "-" for standard input.
// kInvalidArgument when empty.
absl::StatusOr<std::string> InputPath(const std::string& value, const std::string& flag);

// kInvalidArgument when there are arguments that are no flags.
absl::Status NoArguments(const std::vector<std::string>& arguments);

// main() of a command: prints the text that `body` makes of the arguments, or its error (base/main/main.h).
int RunCommand(int argc, char** argv, absl::string_view usage,
               absl::FunctionRef<absl::StatusOr<std::string>(const std::vector<std::string>&)> body);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_COMMAND_H_
