// Games row by row, put together as judged pairs: what ReadJudgments does with a file's games.
#ifndef ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_
#define ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "analysis/commands/judgments.h"
#include "analysis/commands/rows.h"
#include "analysis/commands/verdict_rows.h"

namespace analysis {

class PairCollector {
 public:
  // kInvalidArgument, naming the row: a model against itself, a game given twice, a question in two categories.
  absl::Status Add(const Row& row, Game game);
  // Games that some rows gave and others did not are missing there.
  std::vector<JudgedPair> Finish();

 private:
  struct Entry {
    JudgedPair pair;
    absl::flat_hash_map<std::string, size_t> questions, games;
    absl::flat_hash_map<std::pair<size_t, size_t>, double> weights;  // of a question's game, where it is not 1
    std::vector<std::pair<double, int>> lengths;                     // sum and number, of each question
    bool has_lengths = true;
  };

  // The game's pair; the game is turned where the pair was first named the other way round.
  Entry& Find(Game* game);

  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, size_t> index_;
};

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_
