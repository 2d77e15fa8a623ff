// Claims of a run: what its arms reach, and what differs between those that are compared, each with its interval over
// seeds and questions (analysis/seeds/crossed.h), what the two were given, and its sentence. What people are told
// anywhere (terminal, report, docs) is these sentences.
#ifndef EXPERIMENTS_CLAIMS_CLAIMS_H_
#define EXPERIMENTS_CLAIMS_CLAIMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "analysis/seeds/crossed.h"
#include "experiments/claims/given_to_arms.h"
#include "experiments/claims/grid.h"
#include "experiments/claims/scores.h"
#include "experiments/run/run_files.h"

namespace experiments {

// How an arm, or all seeds of a replicated one, does by one measure.
struct Result {
  std::string arm;
  std::string measure, setting, judge, asked;  // as ScoreSet's
  bool is_share = true;
  analysis::CrossedEstimate crossed;
};

struct Claim {
  std::string id;        // "sami-sft-followed-positive-e": stable over runs of the spec with other seeds
  std::string sentence;  // complete, with what the two arms were given that differs
  std::string metric, arm, against;
  std::string setting, judge, asked;  // as ScoreSet's
  std::string where;                  // "judge principle, steering"
  bool is_share = true;               // then the estimate is shown in points
  analysis::Estimate estimate;        // arm less against; of a win rate, less a half
  std::string helps;                  // what would make the interval exclude 0: more seeds, more questions
  int64_t seeds = 1, questions = 0;
  std::string differs;                              // what the two were given that is not the same; empty: matched
  absl::optional<GivenToArm> given, given_against;  // of the first seed; none: not trained
  // Holm's: of main claims over those, of others over all.
  double p = 1, adjusted_p = 1;
  bool is_main = false;  // the first of its pair of arms in what compares them: for the first screen
  // Whether the interval excludes 0.
  bool IsSignificant() const { return estimate.low > 0 || estimate.high < 0; }
};

struct Findings {
  std::vector<Result> results;  // by measure, then in the order of the arms
  std::vector<Claim> claims;    // by pair of arms, in the spec's order
  std::vector<GridPoint> grid;  // of a run that tries settings
};

// What cannot be claimed is left out with a warning of the run (RunFiles::Warn): arms that are compared without a
// question in common, a measure of which no question has an answer of every seed.
absl::StatusOr<Findings> FindClaims(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_CLAIMS_H_
