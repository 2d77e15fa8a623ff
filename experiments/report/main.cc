// A report of one run folder or two: see kUsage.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "analysis/page/page.h"
#include "base/file.h"
#include "base/program.h"
#include "base/repeated_flag.h"
#include "base/status.h"
#include "experiments/report/report.h"

struct RunTag;
ABSL_FLAG(base::RepeatedFlag<RunTag>, run, {}, "a run folder; given twice, the second is set beside the first");
ABSL_FLAG(std::string, out, "report.html", "the page to write");
ABSL_FLAG(std::string, figures, "", "a folder, absent or empty, for the first run's figures as SVG and PDF");
ABSL_FLAG(std::string, costs, "", "what //benchmarks:cost_curves wrote, for a figure of time against n");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "A run folder, or two side by side, as one self-contained HTML page: claims with intervals, tables, figures, "
    "every\n"
    "sample with its verdicts, and provenance. An experiment leaves such a page in its run folder; this one adds wall\n"
    "times, host and commit.\n\n"
    "  bazel run //experiments:report -- --run=DIR [--run=DIR2] [--out=FILE] [--figures=DIR] [--costs=FILE]\n\n"
    "Exit codes: 0 done, 1 the page cannot be written, 2 the flags are wrong or DIR is no run folder.";

absl::Status Main(const std::vector<std::string>& arguments) {
  std::vector<std::string> folders;
  for (const std::string& folder : absl::GetFlag(FLAGS_run).values) folders.push_back(base::UserPath(folder));
  if (folders.empty() || folders.size() > 2 || !arguments.empty()) {
    return absl::InvalidArgumentError("name one run folder or two: --run=DIR [--run=DIR2]; --help says more");
  }
  ReportOptions options;
  if (!absl::GetFlag(FLAGS_costs).empty()) options.costs_file = base::UserPath(absl::GetFlag(FLAGS_costs));
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_out));
  const std::string figures = base::UserPath(absl::GetFlag(FLAGS_figures));
  // In a run's folder only its own page may be replaced, which the mark tells from its other files.
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(out, {options.costs_file}, analysis::kPageMark), "--out"));
  if (!figures.empty()) RETURN_IF_ERROR(base::Annotate(base::CheckOutputFolder(figures, {}), "--figures"));
  ASSIGN_OR_RETURN(const Report report, MakeReport(folders, options));
  RETURN_IF_ERROR(base::WriteFileAtomically(out, report.html));
  if (!figures.empty()) RETURN_IF_ERROR(WriteFigures(report.figures, figures));
  std::printf("%s\n", out.c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = base::InitProgram(argc, argv, experiments::kUsage);
  return base::ReportAndExitCode(experiments::Main(arguments));
}
