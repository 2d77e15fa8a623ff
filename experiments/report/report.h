// HTML report of a run folder, or of two, which people read: what was found and how sure it is, tables, figures, every
// sample, and where it all comes from. Reads the run folder's files alone.
#ifndef EXPERIMENTS_REPORT_REPORT_H_
#define EXPERIMENTS_REPORT_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/report/figures.h"
#include "experiments/run/run_files.h"

namespace experiments {

struct ReportOptions {
  // Whether to say what record.textproto has: times, host, commit and libraries. Without it the same spec gives the
  // same bytes, and a file that is there and cannot be read is an error.
  bool with_record = true;
  // What //benchmarks:cost_curves wrote; empty for none.
  std::string costs_file;
};

struct Report {
  std::string html;
  std::vector<NamedFigure> figures;  // of the first run
  // What of the folders was changed, is missing or cannot be read: RunFiles::warnings() of each, with the folder.
  std::vector<std::string> warnings;
};

// One or two run folders. A section whose files are missing says so. // kInvalidArgument: not a run folder.
absl::StatusOr<Report> MakeReport(const std::vector<std::string>& folders, const ReportOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_REPORT_H_
