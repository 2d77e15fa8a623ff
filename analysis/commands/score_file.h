// Score files: one score an item from a data file, and two such files paired by item.
#ifndef ANALYSIS_COMMANDS_SCORE_FILE_H_
#define ANALYSIS_COMMANDS_SCORE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/seeds/seed_scores.h"

namespace analysis {

struct ScoreColumns {
  std::string id = "question_id";
  std::string score = "score";
  std::string cluster;   // "" for none: every item is a unit of its own
  std::string category;  // "" for none
  std::string filter;    // of lm-eval's samples: see FilterChoice
};

struct PairedScores {
  // Of the items of both files, in the order of a.
  std::vector<double> a, b;
  std::vector<int64_t> clusters;        // numbers; empty without a cluster column
  std::vector<std::string> categories;  // empty without a category column
  int64_t only_a = 0, only_b = 0;       // items of one file
  int64_t no_score = 0;                 // items of both, of which a score is null or empty in one
};

// Memory: about 150 bytes an item.
// kInvalidArgument, naming the row: a missing column, a score that is not a finite number (null and empty are "no
// score"), an item twice in a file, files that disagree on an item's cluster or category, no item in common.
absl::StatusOr<PairedScores> ReadPairedScores(const std::string& path_a, const std::string& path_b,
                                              const ScoreColumns& columns);

// One file's rows with their seeds, which the column `seed` names: for TabulateSeeds
// (analysis/seeds/seed_scores.h). Rows of a file that has no such column are of kNoSeed; a question several times
// under a seed are repeats. Clusters and categories are not read. About 100 bytes a row. kInvalidArgument as above.
absl::StatusOr<std::vector<SeedScore>> ReadSeedScores(const std::string& path, const ScoreColumns& columns,
                                                      const std::string& seed);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_SCORE_FILE_H_
