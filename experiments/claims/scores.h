// Scores of a run, question by question: what the comparison of two runs is computed from.
#ifndef EXPERIMENTS_CLAIMS_SCORES_H_
#define EXPERIMENTS_CLAIMS_SCORES_H_

#include <map>
#include <string>
#include <vector>

#include "experiments/run/run_files.h"

namespace experiments {

// Measures.
inline constexpr char kWinRate[] = "win rate";
inline constexpr char kFollowed[] = "followed";                        // the share of the constitution's principles
inline constexpr char kRight[] = "right";                              // whether an answer is
inline constexpr char kGreedyAttempt[] = "right at temperature 0";     // of the accuracy
inline constexpr char kSampledAttempt[] = "right, a sampled attempt";  // and "pass@10", of each reported k
inline constexpr char kInformation[] = "information";
inline constexpr char kBeyondLength[] = "information beyond length";  // at most: sami/leaks/length_information.h
inline constexpr char kKl[] = "KL";  // of the arm's samples, from the model that it was trained from; nats a response
inline constexpr char kTokens[] = "tokens";  // of an answer
// The setting of what is measured on the information's own samples, at temperature 1.
inline constexpr char kSampled[] = "T=1";

struct ScoreSet {
  std::string measure;
  std::string arm, against;  // against: of win rates; else empty
  std::string subject;       // "sami_vs_sft", "sft"
  std::string setting;       // may be empty
  std::string judge;         // of win rates: its name, as several may have one prompt; else empty
  std::string asked;         // by what, where the run has several of its kind; else empty
  // Whether every score is in [0, 1]: shares, shown in percent. Else in their own unit.
  bool is_share = true;
  std::map<std::string, double> by_question;  // id -> score
};

// In the order: followed and right (where rules know them), accuracy, the information I(Y; C | X) in nats and what its
// samples follow, win rates (the mean of a question's games; none where a game is missing), tokens an answer.
std::vector<ScoreSet> QuestionScores(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_SCORES_H_
