// Our numbers beside a paper's, from a run folder.
#ifndef EXPERIMENTS_PAPER_TABLES_OURS_H_
#define EXPERIMENTS_PAPER_TABLES_OURS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/measures/win_rate.h"
#include "analysis/statistics/estimate.h"
#include "base/jsonl.h"
#include "experiments/paper_tables/reported.h"
#include "experiments/run/accuracy_files.h"

namespace experiments {

class OurRun {
 public:
  // kInvalidArgument when there is no run in the folder.
  static absl::StatusOr<OurRun> Open(const std::string& folder);

  // The number that corresponds to the table's row and category; undefined where this run has none.
  analysis::Estimate Find(const ReportedTable& table, const ReportedRow& row, const std::string& category) const;

  // What of the folder could not be read, or was changed after the run.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  base::Json spec_;  // the canonical spec, fields by their names
  std::vector<analysis::WinRateRow> win_rates_;
  std::vector<AccuracyRow> accuracies_;
  std::vector<std::string> warnings_;
};

// The number at a path of names, "data[contrastive].sampling.top_p"; "arms[sami]" is the entry of a list whose "name"
// is sami. NaN where there is none.
double NumberAt(const base::Json& value, absl::string_view path);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_OURS_H_
