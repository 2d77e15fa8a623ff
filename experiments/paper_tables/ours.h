// Our numbers beside a paper's, from a run folder.
#ifndef EXPERIMENTS_PAPER_TABLES_OURS_H_
#define EXPERIMENTS_PAPER_TABLES_OURS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "analysis/statistics/estimate.h"
#include "base/jsonl.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

class OurRun {
 public:
  // kNotFound when there is no run in the folder, kInvalidArgument when its files cannot be understood. Spec fields
  // that this version does not know are passed over.
  static absl::StatusOr<OurRun> Open(const std::string& folder, const std::vector<ReportedTable>& tables);

  // The number that corresponds to the table's row and category; undefined where this run has none.
  analysis::Estimate Find(const ReportedTable& table, const ReportedRow& row, const std::string& category) const;

 private:
  base::Json spec_;                           // the canonical spec, fields by their names
  std::map<std::string, base::Json> tables_;  // by file: those that the run has
};

// The number at a path of names, "data.sampling.top_p"; "arms[sami]" is the entry of a list whose "name" is sami. NaN
// where there is none.
double NumberAt(const base::Json& value, absl::string_view path);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_OURS_H_
