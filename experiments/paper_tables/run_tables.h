// What the tables of a run folder say over all of its seeds: win rates with their judges told apart, and claims.
#ifndef EXPERIMENTS_PAPER_TABLES_RUN_TABLES_H_
#define EXPERIMENTS_PAPER_TABLES_RUN_TABLES_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/statistics/estimate.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/run_files.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Who judged, by what the run's spec says of it.
struct RunJudge {
  std::string name;
  bool is_rule = false;     // else a language model
  bool principles = false;  // asked which answer follows the constitution
};

// Nothing where the evaluation has no judge of this name.
std::optional<RunJudge> FindJudge(const sami_harness::EvaluationSpec& evaluation, const std::string& name);

struct RunWinRate {
  std::string comparison, category, evaluation, setting;
  RunJudge judge;
  int64_t seeds = 1;
  analysis::Estimate estimate;  // a fraction
};

// One seed's rates are left out where there are several: what tables/results has over all of them counts, which has no
// categories. A judge that the spec does not know is left out with a warning of the run.
std::vector<RunWinRate> ReadWinRates(const RunFiles& run);

// accuracy/accuracy of every arm and difference ("sft - base"), those over several seeds from tables/results and
// claims.
std::vector<AccuracyRow> ReadAccuracies(const RunFiles& run);

struct RunClaim {
  std::string metric, arm, against;  // as experiments/claims/claims.h has them
  std::string setting, evaluation;   // may be empty; evaluation: what asked
  std::optional<RunJudge> judge;     // of win rates
  int64_t seeds = 1;
  analysis::Estimate estimate;  // arm less against; of a win rate, less a half
};

// Of tables/claims.json. A win rate by a judge that the spec does not know is left out with a warning.
std::vector<RunClaim> ReadClaims(const RunFiles& run);

// Differences in the tokens of an answer between both arms of each pair, paired by seed and question, from the answers
// themselves: tables/claims.json has none. By evaluation and setting; of pairs that an evaluation asked. metric:
// kTokens.
std::vector<RunClaim> TokenClaims(const RunFiles& run, const std::set<std::pair<std::string, std::string>>& pairs);

// The arm of this name, or the first of its seeds; null where the spec has neither.
const sami_harness::Arm* FindArm(const sami_harness::ExperimentSpec& spec, const std::string& name);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_RUN_TABLES_H_
