// AlpacaEval's files: annotations as its own numbers need them, and df_gamed.csv.
#ifndef ANALYSIS_COMMANDS_ALPACA_EVAL_FILE_H_
#define ANALYSIS_COMMANDS_ALPACA_EVAL_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analysis/commands/rows.h"
#include "analysis/leaderboards/alpaca_length_control.h"

namespace analysis {

// All annotations of one model against one baseline by one annotator, in the order of the file.
struct AlpacaEvalRows {
  std::string model;     // generator_2
  std::string baseline;  // generator_1
  std::string annotator;
  std::vector<AlpacaRow> rows;
  std::vector<std::string> datasets;  // of each; "" where the rows name none
};

// Rows: generator_1, generator_2, preference, and optionally annotator, dataset, index, output_1 and output_2, whose
// lengths are counted in Unicode characters (0 for an empty one), or in their place length_1 and length_2. A row's
// instruction is its `index`, without that its place among the rows of its model, as AlpacaEval has it. A model against
// itself is read.
class AlpacaEvalReader {
 public:
  // kInvalidArgument, naming the row: a missing or other value.
  absl::Status Add(const Row& row);
  std::vector<AlpacaEvalRows> Finish() { return std::move(groups_); }

 private:
  std::map<std::string, size_t> index_;
  std::vector<AlpacaEvalRows> groups_;
};

// The preference of a row: NaN where it is missing. kInvalidArgument where it is no number.
absl::StatusOr<double> AlpacaPreference(const Row& row);
// The length of output_1 or output_2 (`which` "1", "2"); NaN where there is none.
absl::StatusOr<double> AlpacaOutputLength(const Row& row, const std::string& which);

// df_gamed.csv: preference (already less 1), index, std_delta_len, instruction_difficulty, not_gamed_baseline. Row k is
// instruction k's, as far as each row names another index than those before. kInvalidArgument, naming the row.
absl::StatusOr<AlpacaDifficulties> ReadAlpacaDifficulties(const std::string& path);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ALPACA_EVAL_FILE_H_
