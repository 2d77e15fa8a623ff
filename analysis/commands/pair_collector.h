// Games row by row, put together as judged pairs: what ReadJudgments does with a file's games.
#ifndef ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_
#define ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
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
  // Games that some rows gave and others did not are missing there, in each of a question's turns.
  std::vector<JudgedPair> Finish();
  // Votes on what the same judge had voted on before.
  int64_t votes_again() const { return votes_again_; }

 private:
  // A game of a question, by the numbers of its turn and its name.
  struct Given {
    size_t turn, name;
    double verdict, weight;
  };
  struct Entry {
    JudgedPair pair;
    absl::flat_hash_map<std::string, size_t> questions, turns, names;
    std::vector<std::vector<Given>> given;                               // of each question
    absl::flat_hash_map<std::tuple<size_t, size_t, size_t>, int> times;  // by question, turn and name
    bool is_weighted = false;
    std::vector<std::pair<double, int>> lengths;  // sum and number, of each question
    bool has_lengths = true;
  };

  // The game's pair; the game is turned where the pair was first named the other way round.
  Entry& Find(Game* game);
  static void Plan(Entry* entry);

  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, size_t> index_;
  int64_t votes_again_ = 0;
};

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_PAIR_COLLECTOR_H_
