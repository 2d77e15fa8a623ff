// Judgments from a data file: verdicts of judges, as comparisons of two models by one judge.
#ifndef ANALYSIS_COMMANDS_JUDGMENTS_H_
#define ANALYSIS_COMMANDS_JUDGMENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/commands/alpaca_eval_file.h"
#include "analysis/commands/row_format.h"
#include "analysis/measures/win_rate.h"

namespace analysis {

// All verdicts of one judge on one pair of models, from the point of view of model_a: the first-named model of the
// first row about the two. Rows that name them the other way round are turned.
struct JudgedPair {
  std::string model_a, model_b;
  std::string judge;                        // "" where the rows name none
  std::vector<QuestionVerdicts> questions;  // games turn by turn, in the order in which the file first has them
  Verdicts verdicts = Verdicts::kDiscrete;
  // Of each question's games; empty where all are 1.
  std::vector<std::vector<double>> weights;
  // Length of model_a's answer minus that of model_b's, in the file's unit, averaged over the games; of each question.
  // Empty unless all rows have lengths.
  std::vector<double> length_differences;
};

struct JudgmentFile {
  RowFormat format = RowFormat::kOther;
  std::vector<JudgedPair> pairs;
  std::vector<AlpacaEvalRows> alpaca_eval;  // of annotations: what AlpacaEval's own numbers need
  // One line each: which format the file was read as, and what was counted otherwise than as a plain verdict.
  std::vector<std::string> notes;
};

// Rows (analysis/commands/rows.h) in one of these forms, all of one:
//   ours        question_id, model_a, model_b, verdict, and optionally category, order, turn, judge, repeat, weight,
//               length_a and length_b. verdict is 1, 0.5, 0 or a number between (graded), "a", "b" or "tie", or a
//               model's name; null or empty is a missing verdict.
//   votes       the same with `winner` ("model_a", "model_b", "tie", "tie (bothbad)", "tie (inconsistent)", a model's
//               name) for verdict: MT-Bench's human judgments.
//   FastChat    question_id, model_1, model_2, g1_winner, g2_winner, and optionally judge, turn, category, repeat,
//               weight: two games a row, winners "model_1", "model_2", ties as above, a model's name; "error", null or
//               empty is missing. A judge's prompts for reference answers and second turns are one
//               judge's with the general one (PromptFamily).
//   AlpacaEval  instruction, generator_1, generator_2, preference, and optionally annotator, dataset, repeat, weight,
//               output_1, output_2 (lengths in characters): generator_2 is model_a, and its verdict preference - 1; 0
//               is a tie; null, NaN and values outside 1 to 2 are missing. An instruction that stands in several rows
//               is counted in each.
//   Arena-Hard  uid or question_id, model, games [{score}, {score}], and optionally baseline, judge, category: the
//   model
//               is B in the first game and A in the second; A>>B counts three times as much as A>B.
// A question's planned games are, in each turn that it has, those that any question of the pair has: a game that only
// some rows give is missing for the others. A vote on what the same judge voted on before is one more of that question.
// Judges are never mixed: each has its own pairs. Rows without a category are in "all". Memory grows
// with the number of different questions and games: about 300 bytes each. kInvalidArgument, naming the row: a missing
// or other value, a winner of no known name, a weight that is not above 0, a model against itself, a game given twice,
// a question in two categories, a row of another format.
absl::StatusOr<JudgmentFile> ReadJudgments(const std::string& path);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_JUDGMENTS_H_
