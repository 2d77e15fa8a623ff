// Rows of each tool's judgments as games: what judgments.h's forms say.
#ifndef ANALYSIS_COMMANDS_VERDICT_ROWS_H_
#define ANALYSIS_COMMANDS_VERDICT_ROWS_H_

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/commands/row_format.h"
#include "analysis/commands/rows.h"

namespace analysis {

// A game that a row gave, though without a verdict; a game that no row gave is nullopt until the end.
inline constexpr double kGivenWithoutVerdict = std::numeric_limits<double>::quiet_NaN();

// One verdict of a row, from the point of view of its first model.
struct Game {
  std::string question_id, category, model_a, model_b, judge, turn, name;
  bool is_vote = false;  // of a person, who may vote on the same again
  double verdict = kGivenWithoutVerdict;
  double weight = 1;
  std::optional<double> length_difference;
};

// Reads the rows of one file.
class VerdictRows {
 public:
  // The games of a row. kInvalidArgument, naming the row, for what ReadJudgments refuses in a row by itself; for a
  // format that holds no comparisons, saying what to do with it.
  absl::StatusOr<std::vector<Game>> Games(const Row& row, RowFormat format);
  // What was counted in another way than as a plain verdict, one line each.
  std::vector<std::string> Notes() const;

 private:
  absl::StatusOr<std::vector<Game>> AlpacaEval(const Row& row);

  std::map<std::string, std::vector<size_t>> annotated_;  // rows' contents by model and instruction
  int64_t weighted_ = 0, repeated_ = 0, outside_ = 0;
};

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_VERDICT_ROWS_H_
