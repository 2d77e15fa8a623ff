// A run folder, or two, as one HTML page that people read: what was found and how sure it is, tables, figures, every
// sample, and where it all comes from. Reads the run folder's files alone.
#ifndef EXPERIMENTS_REPORT_REPORT_H_
#define EXPERIMENTS_REPORT_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/report/figures.h"

namespace experiments {

struct ReportOptions {
  // What //benchmarks:cost_curves wrote; empty for none.
  std::string costs_file;
};

struct Report {
  std::string html;
  std::vector<NamedFigure> figures;  // of the first run
};

// One or two run folders. A section whose files are missing says so. A folder whose run is not complete (no
// record.textproto) gives the same bytes whenever its other files are the same.
// kInvalidArgument: not a run folder.
absl::StatusOr<Report> MakeReport(const std::vector<std::string>& folders, const ReportOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_REPORT_H_
