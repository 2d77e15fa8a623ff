// paper_tables: which of the papers' win rates follow from the verdicts that their authors released.

#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/table.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/released/released.h"
#include "datasets/sources/pinned.h"
#include "experiments/paper_tables/paper_table.h"
#include "experiments/paper_tables/reported.h"

ABSL_FLAG(std::string, format, "text", "text, markdown, csv, latex or json");

namespace experiments {
namespace {

constexpr char kReported[] = "experiments/paper_tables/reported.json";
constexpr double kLevel = 0.95;

// Empty when nothing was released.
absl::StatusOr<std::vector<double>> ReleasedScores(const ReportedComparison& comparison) {
  std::vector<double> scores;
  if (!comparison.released.has_value()) return scores;
  ASSIGN_OR_RETURN(const std::string path, datasets::PinnedFile(*comparison.released));
  ASSIGN_OR_RETURN(const std::vector<datasets::ReleasedVerdict> verdicts, datasets::ReadReleasedVerdicts(path));
  for (const datasets::ReleasedVerdict& verdict : verdicts) scores.push_back(verdict.score);
  return scores;
}

absl::StatusOr<std::string> Render(const analysis::Table& table, const std::string& format) {
  if (format == "text") return analysis::ToText(table);
  if (format == "markdown") return analysis::ToMarkdown(table);
  if (format == "csv") return analysis::ToCsv(table);
  if (format == "latex") return analysis::ToLatex(table);
  if (format == "json") return analysis::JsonText(analysis::ToJson(table));
  return absl::InvalidArgumentError(
      absl::StrCat("--format must be text, markdown, csv, latex or json, not \"", format, "\""));
}

absl::Status Run() {
  const std::string format = absl::GetFlag(FLAGS_format);
  RETURN_IF_ERROR(Render({}, format).status());
  ASSIGN_OR_RETURN(const std::string json, base::ReadFile(base::Runfile(kReported)));
  ASSIGN_OR_RETURN(const ReportedTable reported, ParseReportedTable(json, kReported));
  std::vector<PaperCell> cells;
  for (const ReportedComparison& comparison : reported.comparisons) {
    ASSIGN_OR_RETURN(const std::vector<double> scores, ReleasedScores(comparison));
    ASSIGN_OR_RETURN(const std::vector<PaperCell> more, CompareWithPaper(reported, comparison, scores, kLevel));
    cells.insert(cells.end(), more.begin(), more.end());
  }
  ASSIGN_OR_RETURN(const std::string text, Render(ToTable(reported, cells), format));
  std::cout << text << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Prints the win rates of arXiv 2410.01704 beside those that the released verdicts give, with 95% "
                    "intervals.\n\n  bazel run //experiments:paper_tables -- --format=json");
  return base::ReportAndExitCode(experiments::Run());
}
