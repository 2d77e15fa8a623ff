// A report of one run folder or two: see kUsage.
#include "base/main/main.h"

#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "analysis/page/page.h"
#include "base/file.h"
#include "base/flags/repeated_flag.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"
#include "experiments/report/report.h"

struct RunTag;
ABSL_FLAG(base::RepeatedFlag<RunTag>, run, {}, "a run folder; given twice, the second is set beside the first");
ABSL_FLAG(std::string, out, "report.html", "the page to write");
ABSL_FLAG(std::string, figures, "", "a folder, absent or empty, for the first run's figures as SVG and PDF");
ABSL_FLAG(std::string, costs, "", "what `sami bench cost-curves` wrote, for a figure of time against n");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Makes report.html of a run folder, or of two side by side.\n\n"
    "Usage: sami report --run=DIR [--run=DIR2] [--out=FILE] [--figures=DIR] [--costs=FILE]\n\n"
    "One self-contained page: claims with intervals, tables, figures, every sample with its verdicts, and provenance. "
    "An\n"
    "experiment leaves such a page in its run folder; this one adds wall times, host and commit.";

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
  for (const std::string& warning : report.warnings) {
    std::fprintf(stderr, "warning: %s\n", base::OneLine(warning).c_str());
  }
  RETURN_IF_ERROR(base::WriteFileAtomically(out, report.html));
  if (!figures.empty()) RETURN_IF_ERROR(WriteFigures(report.figures, figures));
  std::printf("%s\n", out.c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
