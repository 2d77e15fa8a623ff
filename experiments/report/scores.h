// Scores of a run, question by question: what the comparison of two runs is computed from.
#ifndef EXPERIMENTS_REPORT_SCORES_H_
#define EXPERIMENTS_REPORT_SCORES_H_

#include <map>
#include <string>
#include <vector>

#include "experiments/run/run_files.h"

namespace experiments {

struct ScoreSet {
  std::string measure;  // "win rate", "right at temperature 0", "right, a sampled attempt", ...
  std::string subject;  // "sami_vs_sft", "sft"
  std::string setting;  // may be empty
  std::string judge;    // of win rates; else empty
  std::string asked;    // by what, where the run has several of its kind; else empty
  // Whether every score is in [0, 1]: shares, shown in percent. Else in their own unit.
  bool is_share = true;
  std::map<std::string, double> by_question;  // id -> score
};

// In the order: win rates (the mean of a question's games; none where a game is missing), accuracy, the bound on
// I(Y; C | X) in nats, tokens an answer.
std::vector<ScoreSet> QuestionScores(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_REPORT_SCORES_H_
