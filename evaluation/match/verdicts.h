// From pair judgments to the verdicts that win rates are computed from (analysis/measures/win_rate.h).
#ifndef EVALUATION_MATCH_VERDICTS_H_
#define EVALUATION_MATCH_VERDICTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "analysis/measures/win_rate.h"
#include "evaluation/formats/fastchat.h"

namespace evaluation {

// All that was judged of two models at one turn. A question's games are both orders of all its repeats, in the order
// of the judgments; questions without a category are in "all".
struct PairVerdicts {
  std::string model_1, model_2;
  int64_t turn = 1;
  std::vector<analysis::QuestionVerdicts> questions;
  analysis::Verdicts verdicts = analysis::Verdicts::kDiscrete;  // graded where a game's probability is known
};

// In the order of the first judgments. Judges and settings are not looked at: the judgments are of one each.
std::vector<PairVerdicts> GroupVerdicts(absl::Span<const PairJudgment> judgments);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_VERDICTS_H_
