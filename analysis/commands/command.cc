#include "analysis/commands/command.h"

#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "analysis/commands/format.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"

ABSL_FLAG(double, level, 0.95, "confidence level of the intervals, in (0, 1)");
ABSL_FLAG(int64_t, resamples, 10000, "bootstrap resamples, where an interval or a test needs them");
ABSL_FLAG(uint64_t, seed, 42, "seed of the resamples");
ABSL_FLAG(int, threads, 2, "threads; no influence on results");

namespace analysis {
namespace {

// A key of JSON and CSV as people read it.
std::string TitleOf(const std::string& key) {
  if (key == "p_value") return "p-value";
  if (key == "holm_p") return "p-value (Holm)";
  return absl::StrReplaceAll(key, {{"_", " "}});
}

}  // namespace

Table EstimateTable(const std::string& caption, const std::vector<NamedEstimate>& lines,
                    std::vector<std::string> notes) {
  Table table;
  table.caption = caption;
  table.notes = std::move(notes);
  table.columns = {{"name", "name"},
                   {"category", "category"},
                   {"n", "n"},
                   {"estimate", "estimate", NumberFormat::kFixed, 4},
                   {"standard_error", "standard error", NumberFormat::kFixed, 4},
                   {"ci_low", "CI low", NumberFormat::kFixed, 4},
                   {"ci_high", "CI high", NumberFormat::kFixed, 4},
                   {"level", "level", NumberFormat::kFixed, 3},
                   {"method", "method"},
                   {"missing", "missing"}};
  if (!lines.empty()) {
    for (const auto& [key, cell] : lines[0].more) table.columns.push_back({key, TitleOf(key), NumberFormat::kFixed, 4});
  }
  for (const NamedEstimate& line : lines) {
    const Estimate& e = line.estimate;
    table.rows.push_back(
        {line.name, line.category, e.n, e.value, e.standard_error, e.low, e.high, e.level, e.method, line.missing});
    for (const auto& [key, cell] : line.more) table.rows.back().push_back(cell);
  }
  return table;
}

absl::StatusOr<std::string> Formatted(const Table& table) {
  ASSIGN_OR_RETURN(const Format format, FormatFromFlags());
  // These two have no place for notes, and nothing is left out without a word.
  if (format == Format::kCsv || format == Format::kJson) {
    for (const std::string& note : table.notes) std::fprintf(stderr, "%s\n", base::OneLine(note).c_str());
  }
  return Formatted(table, format);
}

absl::StatusOr<BootstrapOptions> OptionsFromFlags() {
  BootstrapOptions options;
  options.level = absl::GetFlag(FLAGS_level);
  options.resamples = absl::GetFlag(FLAGS_resamples);
  options.seed = absl::GetFlag(FLAGS_seed);
  options.threads = absl::GetFlag(FLAGS_threads);
  RETURN_IF_ERROR(Validate(options));
  return options;
}

absl::StatusOr<std::string> InputPath(const std::string& value, const std::string& flag) {
  if (value.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("name a file with --", flag, "=FILE (\"-\" for standard input)"));
  }
  return value == "-" ? value : base::UserPath(value);
}

absl::Status NoArguments(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("unexpected argument \"", absl::StrJoin(arguments, " "), "\"; see --help"));
}

int RunCommand(int argc, char** argv, absl::string_view usage,
               absl::FunctionRef<absl::StatusOr<std::string>(const std::vector<std::string>&)> body) {
  return base::RunMain(argc, argv, usage, [&](const base::Arguments& arguments) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string text, body(arguments));
    std::fwrite(text.data(), 1, text.size(), stdout);
    return absl::OkStatus();
  });
}

}  // namespace analysis
