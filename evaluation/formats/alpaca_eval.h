// AlpacaEval format: pair judgments as its annotations.json, which its leaderboard and analyses read.
//
//   [{"instruction", "generator_1", "output_1", "generator_2", "output_2", "annotator", "preference", "raw_completion",
//     "question_id", "dataset", "turn", "repeat"}]
//
// AlpacaEval's generator_2 is the evaluated model and generator_1 its baseline, so our model_1 is generator_2.
// `preference` is 2 where generator_2 won, 1 where generator_1 did, 1.5 for a tie, null for no verdict; of a judge
// whose probabilities are known, 1 + the mean of both games' preferences for generator_2.
#ifndef EVALUATION_FORMATS_ALPACA_EVAL_H_
#define EVALUATION_FORMATS_ALPACA_EVAL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "evaluation/formats/fastchat.h"

namespace evaluation {

// A judgment with what was judged. Texts of the turn that the judgment is on.
struct Annotation {
  PairJudgment judgment;
  std::string instruction;
  std::string output_1;  // of judgment.model_1
  std::string output_2;  // of judgment.model_2
};

// One row a judgment, in order: both games by FastChat's rule (BothGames), as AlpacaEval has one verdict an
// instruction. The category is the row's "dataset".
absl::Status WriteAnnotations(const std::string& path, absl::Span<const Annotation> annotations);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_ALPACA_EVAL_H_
