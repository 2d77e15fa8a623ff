// Judgments for tests: of one judge, on models "a" and "b".
#ifndef EVALUATION_MATCH_JUDGED_TESTING_H_
#define EVALUATION_MATCH_JUDGED_TESTING_H_

#include <cstdint>

#include "evaluation/formats/fastchat.h"

namespace evaluation {

inline PairJudgment Judged(int64_t question, Winner g1, Winner g2, int64_t repeat = 0) {
  PairJudgment judgment;
  judgment.question_id = question;
  judgment.model_1 = "a";
  judgment.model_2 = "b";
  judgment.g1_winner = g1;
  judgment.g2_winner = g2;
  judgment.repeat = repeat;
  judgment.judge_model = "m";
  judgment.judge_prompt = "p";
  return judgment;
}

}  // namespace evaluation

#endif  // EVALUATION_MATCH_JUDGED_TESTING_H_
