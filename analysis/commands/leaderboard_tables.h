// What the tool that a judgment file is for says of it: AlpacaEval's leaderboard, FastChat's show_result, Arena-Hard's
// leaderboard. Their rules, with their names; ours are in //analysis:win_rate's own table.
#ifndef ANALYSIS_COMMANDS_LEADERBOARD_TABLES_H_
#define ANALYSIS_COMMANDS_LEADERBOARD_TABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/commands/arena_hard_file.h"
#include "analysis/commands/judgments.h"
#include "analysis/figures/table.h"
#include "analysis/leaderboards/alpaca_length_control.h"
#include "analysis/statistics/bootstrap.h"

namespace analysis {

struct LeaderboardOptions {
  std::string baseline;  // FastChat's --baseline-model; "" for all pairs
  // AlpacaEval's length control.
  AlpacaModel model = AlpacaModel::kMinimal;
  const AlpacaDifficulties* difficulties = nullptr;
  std::optional<double> c;
  // Arena-Hard's answers; null: no style control.
  const AnswerStyles* styles = nullptr;
  StyleControl control = StyleControl::kBoth;
  BootstrapOptions bootstrap;
};

// kInvalidArgument: a file that no such tool has a table of, or what reading it (ReadJudgments) refuses; a model
// against itself is AlpacaEval's baseline, 50% at equal length. What cannot be computed is a dash, with a note that
// says why.
absl::StatusOr<Table> LeaderboardTable(const std::string& path, const LeaderboardOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_LEADERBOARD_TABLES_H_
