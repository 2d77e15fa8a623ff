// Our numbers beside a paper's, from a run folder.
#ifndef EXPERIMENTS_PAPER_TABLES_OURS_H_
#define EXPERIMENTS_PAPER_TABLES_OURS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/statistics/estimate.h"
#include "base/jsonl.h"
#include "experiments/paper_tables/reported.h"
#include "experiments/paper_tables/run_tables.h"
#include "experiments/run/accuracy_files.h"

namespace experiments {

struct OurNumber {
  std::string run;    // the spec's name
  std::string model;  // from which the compared arm comes: its folder, or its name at a server; of win rates
  std::string comparison, evaluation, setting;  // of win rates
  RunJudge judge;                               // of win rates
  int64_t seeds = 1;
  analysis::Estimate estimate;
};

class OurRun {
 public:
  // kInvalidArgument when there is no run in the folder.
  static absl::StatusOr<OurRun> Open(const std::string& folder);

  // The numbers that correspond to the table's row and category, none where this run has none. Of win rates one for
  // each comparison and judge: a language model if it is asked what the table's are, and any rule.
  std::vector<OurNumber> Find(const ReportedTable& table, const ReportedRow& row, const std::string& category) const;

  // The spec's name.
  const std::string& name() const { return files_.spec().name(); }
  // Where an arm's weights come from, as the spec says: a folder, or a name at a server; empty for an unknown arm.
  std::string ModelOf(const std::string& arm) const;
  const RunFiles& files() const { return files_; }
  // What of the folder could not be read, or was changed after the run.
  const std::vector<std::string>& warnings() const { return files_.warnings(); }

 private:
  explicit OurRun(RunFiles files) : files_(std::move(files)) {}
  std::vector<OurNumber> FindWinRates(const OurSource& source, const ReportedRow& row,
                                      const std::string& category) const;

  RunFiles files_;
  base::Json spec_;  // the canonical spec, fields by their names
  std::vector<RunWinRate> win_rates_;
  std::vector<AccuracyRow> accuracies_;
};

// The number at a path of names, "data[contrastive].sampling.top_p"; "arms[sami]" is the entry of a list whose "name"
// is sami, or the last of its seeds. NaN where there is none.
double NumberAt(const base::Json& value, absl::string_view path);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_OURS_H_
