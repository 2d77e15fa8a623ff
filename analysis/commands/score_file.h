// Score files: one score an item from a data file, and two such files paired by item.
#ifndef ANALYSIS_COMMANDS_SCORE_FILE_H_
#define ANALYSIS_COMMANDS_SCORE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/seeds/seed_scores.h"

namespace analysis {

// "" for those that the file's format says: question_id and score of ours; of lm-eval's samples doc_id and the first
// metric; of human-eval's results task_id and passed; of AlpacaEval's annotations the instruction and preference - 1;
// of FastChat's ratings question and turn, the turns of a question being one cluster, and score, -1 being none.
struct ScoreColumns {
  std::string id;
  std::string score;
  std::string cluster;           // "" for none: every item is a unit of its own
  std::string category;          // "" for none
  std::string filter;            // of lm-eval's samples: see FilterChoice
  std::string model_a, model_b;  // of FastChat's ratings, where a file has several models
};

struct PairedScores {
  // Of the items of both files, in the order of a.
  std::vector<double> a, b;
  std::vector<int64_t> clusters;        // numbers; empty without a cluster column
  std::vector<std::string> categories;  // empty without a category column
  int64_t only_a = 0, only_b = 0;       // items of one file
  int64_t no_score = 0;                 // items of both, of which a score is null or empty in one
  std::vector<std::string> says;        // which format each file was read as, in one line
};

// A score beyond this has squares that no double holds: no interval could be had.
inline constexpr double kGreatestScore = 1e150;

// Memory: about 150 bytes an item.
// kInvalidArgument, naming the row: a missing column, a score that is not a finite number (null and empty are "no
// score") or beyond kGreatestScore, an item twice in a file, a second model where none was named, a row of another
// format, files that disagree on an item's cluster or category, no item in common.
absl::StatusOr<PairedScores> ReadPairedScores(const std::string& path_a, const std::string& path_b,
                                              const ScoreColumns& columns);

// One file's rows with their seeds, which the column `seed` names: for TabulateSeeds
// (analysis/seeds/seed_scores.h). Rows of a file that has no such column are of kNoSeed; a question several times
// under a seed are repeats. `model`: as ScoreColumns::model_a. Clusters and categories are not read. About 100 bytes a
// row. kInvalidArgument as above.
absl::StatusOr<std::vector<SeedScore>> ReadSeedScores(const std::string& path, const ScoreColumns& columns,
                                                      const std::string& seed, const std::string& model = "");

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_SCORE_FILE_H_
