// Judgments from a data file: verdicts of judges, as comparisons of two models by one judge.
#ifndef ANALYSIS_COMMANDS_JUDGMENTS_H_
#define ANALYSIS_COMMANDS_JUDGMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/measures/win_rate.h"

namespace analysis {

// All verdicts of one judge on one pair of models, from the point of view of model_a: the first-named model of the
// first row about the two. Rows that name them the other way round are turned.
struct JudgedPair {
  std::string model_a, model_b;
  std::string judge;                        // "" where the rows name none
  std::vector<QuestionVerdicts> questions;  // games in the order of `games`, in order of first appearance
  std::vector<std::string> games;           // "order/repeat" of each planned game
  Verdicts verdicts = Verdicts::kDiscrete;
  // Length of model_a's answer minus that of model_b's, in the file's unit, averaged over the games; of each question.
  // Empty unless all rows have lengths.
  std::vector<double> length_differences;
};

// Rows (analysis/commands/rows.h) in one of three forms:
//   ours        question_id, model_a, model_b, verdict, and optionally category, order, judge, repeat, length_a and
//               length_b. verdict is 1, 0.5, 0 or a number between (graded), "a", "b" or "tie", or a model's name;
//               absent, null or empty is a missing verdict.
//   FastChat    question_id, model_1, model_2, g1_winner, g2_winner, and optionally judge, turn, category, repeat: two
//               games a row, winners "model_1", "model_2", "tie"; anything else ("error") is missing.
//   AlpacaEval  instruction, generator_1, generator_2, preference from 1 to 2, and optionally annotator, repeat,
//               output_1, output_2 (lengths in bytes): generator_2 is model_a, and its verdict preference - 1.
// A question's planned games are those that any question of the pair has: a game that only some rows give is missing
// for the others. Judges are never mixed: each has its own pairs. Rows without a category are in "all". Memory grows
// with the number of different questions and games: about 300 bytes each. kInvalidArgument, naming the row: a missing
// or other value, a model against itself, a game given twice, a question in two categories.
absl::StatusOr<std::vector<JudgedPair>> ReadJudgments(const std::string& path);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_JUDGMENTS_H_
