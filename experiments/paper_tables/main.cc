// paper_tables: every number of the two papers, whether it follows from what their authors released, and ours.

#include "base/main/main.h"

#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/format.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/flags/repeated_flag.h"
#include "base/installation.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"
#include "experiments/paper_tables/expectation.h"
#include "experiments/paper_tables/ours.h"
#include "experiments/paper_tables/paper_claims.h"
#include "experiments/paper_tables/paper_table.h"
#include "experiments/paper_tables/recomputed.h"
#include "experiments/paper_tables/reported.h"

struct RunTag;
ABSL_FLAG(base::RepeatedFlag<RunTag>, run, {}, "a run folder, whose numbers stand beside the papers'; may be repeated");
ABSL_FLAG(bool, claims, false,
          "prints the claims of arXiv 2404.14313, each with a verdict on every run, and no tables");
ABSL_FLAG(bool, verify, false, "prints nothing; exits with 1 when a number or status is not as recorded in --expected");
ABSL_FLAG(std::string, expected, "",
          "with --verify: the --format=json of an earlier time, instead of the recorded one");

namespace experiments {
namespace {

constexpr char kReported[] = "experiments/paper_tables/reported.json";
constexpr char kClaims[] = "experiments/paper_tables/paper_claims.json";
constexpr char kExpected[] = "experiments/paper_tables/expected.json";
constexpr double kLevel = 0.95;

// People get a table after the other; programs one list of all cells.
std::string Render(const std::vector<analysis::Table>& tables, analysis::Format format) {
  analysis::Table all;
  std::string text;
  for (const analysis::Table& table : tables) {
    all.columns = table.columns;
    all.rows.insert(all.rows.end(), table.rows.begin(), table.rows.end());
    absl::StrAppend(&text, text.empty() ? "" : "\n", analysis::Formatted(table, format));
  }
  if (format == analysis::Format::kCsv || format == analysis::Format::kJson) return analysis::Formatted(all, format);
  return text;
}

absl::StatusOr<std::string> ReadShipped(const char* file) {
  ASSIGN_OR_RETURN(const std::string path, base::ShippedFile(file));
  return base::ReadFile(path);
}

absl::StatusOr<std::vector<ReportedTable>> ReadReported() {
  ASSIGN_OR_RETURN(const std::string json, ReadShipped(kReported));
  return ParseReportedTables(json, kReported);
}

absl::StatusOr<std::vector<OurRun>> OpenRuns(const std::vector<std::string>& folders) {
  std::vector<OurRun> runs;
  for (const std::string& folder : folders) {
    ASSIGN_OR_RETURN(OurRun run, OurRun::Open(base::UserPath(folder)));
    runs.push_back(std::move(run));
  }
  return runs;
}

// When all has been read.
void Warn(const std::vector<std::string>& folders, const std::vector<OurRun>& runs) {
  for (size_t i = 0; i < runs.size(); ++i) {
    for (const std::string& warning : runs[i].warnings()) {
      std::cerr << "warning: " << folders[i] << ": " << base::OneLine(warning) << "\n";
    }
  }
}

absl::StatusOr<analysis::Table> MakeClaims(const std::vector<std::string>& folders, analysis::Format format) {
  ASSIGN_OR_RETURN(const std::vector<ReportedTable> reported, ReadReported());
  ASSIGN_OR_RETURN(const std::string json, ReadShipped(kClaims));
  ASSIGN_OR_RETURN(const PaperClaims claims, ParsePaperClaims(json, kClaims, reported));
  ASSIGN_OR_RETURN(const std::vector<OurRun> runs, OpenRuns(folders));
  ASSIGN_OR_RETURN(const std::vector<ClaimRow> rows, ClaimRows(claims, reported, runs, kLevel));
  Warn(folders, runs);
  return ClaimPage(rows, format == analysis::Format::kCsv || format == analysis::Format::kJson);
}

absl::StatusOr<std::vector<analysis::Table>> MakeTables(const std::vector<std::string>& folders) {
  ASSIGN_OR_RETURN(const std::vector<ReportedTable> reported, ReadReported());
  ASSIGN_OR_RETURN(const std::vector<OurRun> runs, OpenRuns(folders));
  Warn(folders, runs);
  std::vector<analysis::Table> tables;
  for (const ReportedTable& table : reported) {
    std::vector<PaperCell> cells;
    for (const ReportedRow& row : table.rows) {
      ASSIGN_OR_RETURN(const Recomputed recomputed, RecomputeRow(table, row, kLevel));
      const std::vector<PaperCell> more = RowCells(table, row, recomputed, runs);
      cells.insert(cells.end(), more.begin(), more.end());
    }
    tables.push_back(ToTable(table, cells, runs.empty() ? Beside::kReleased : Beside::kOurs));
    analysis::Table rules = ToTable(table, cells, Beside::kRuleJudged);
    if (!rules.rows.empty()) tables.push_back(std::move(rules));
  }
  return tables;
}

absl::Status Verify() {
  const std::string given = absl::GetFlag(FLAGS_expected);
  std::string path = base::UserPath(given);
  if (given.empty()) {
    ASSIGN_OR_RETURN(path, base::ShippedFile(kExpected));
  }
  ASSIGN_OR_RETURN(const std::string expected, base::ReadFile(path));
  ASSIGN_OR_RETURN(const std::vector<analysis::Table> tables, MakeTables({}));
  base::OrderedJson cells = base::OrderedJson::array();
  for (const analysis::Table& table : tables) {
    for (const base::OrderedJson& cell : analysis::ToJson(table)) cells.push_back(cell);
  }
  return VerifyCells(cells, expected, given.empty() ? kExpected : given);
}

absl::Status Print(const std::string& text) {
  std::cout << text << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  const std::vector<std::string> folders = absl::GetFlag(FLAGS_run).values;
  if (absl::GetFlag(FLAGS_verify)) {
    if (!folders.empty() || absl::GetFlag(FLAGS_claims)) {
      return absl::InvalidArgumentError(
          "--verify is of the papers' numbers and the released ones; leave out --run and --claims");
    }
    return Verify();
  }
  if (absl::GetFlag(FLAGS_claims)) {
    ASSIGN_OR_RETURN(const analysis::Table claims, MakeClaims(folders, format));
    return Print(analysis::Formatted(claims, format));
  }
  ASSIGN_OR_RETURN(const std::vector<analysis::Table> tables, MakeTables(folders));
  return Print(Render(tables, format));
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::RunMain(
      argc, argv,
      "Prints every number of both papers beside the released ones and ours.\n\n"
      "Usage: sami paper-tables [--format=json] [--run=runs/mine --run=runs/gsm8k]\n"
      "       sami paper-tables --claims [--format=json] [--run=runs/mine]\n"
      "       sami paper-tables --verify [--expected=FILE]\n\n"
      "arXiv 2404.14313 and 2410.01704: each number, what the released answers and verdicts give for it "
      "with a\n95% interval, and what run folders of ours have.",
      experiments::Run);
}
