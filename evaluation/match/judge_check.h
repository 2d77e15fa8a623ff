// The report on judges: a row for each and each measure, one of the panel that they make, and one of the people.
#ifndef EVALUATION_MATCH_JUDGE_CHECK_H_
#define EVALUATION_MATCH_JUDGE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/single_judgments.h"
#include "evaluation/match/human_votes.h"
#include "evaluation/match/judge_measures.h"

namespace evaluation {

struct CheckedJudge {
  std::string name;
  std::vector<PairJudgment> judgments;  // in one setting; of a judge that rates, what its ratings come to
  std::vector<SingleJudgment> ratings;  // of a judge that rates single answers
};

struct JudgeCheckFiles {
  std::vector<std::string> judgments;  // FastChat's judgments, of pairs or single answers; each may hold several judges
  std::string votes;                   // ReadHumanVotes; empty: none
  std::vector<std::string> answers;    // FastChat's model_answer, for lengths
  std::string setting;                 // empty: the only one
};

struct JudgeCheckInputs {
  std::vector<CheckedJudge> judges;  // by file, in their order there; prompts of one judge together
  std::vector<HumanVote> votes;
  AnswerLengths lengths;
  std::vector<std::string> notes;  // what is not used, for people
};

// kInvalidArgument for what the readers refuse, a file in several settings of which none is chosen, or no judgments.
absl::StatusOr<JudgeCheckInputs> ReadJudgeCheckInputs(const JudgeCheckFiles& files);

struct JudgeCheckReport {
  analysis::Table measures;   // (measure, judge): shares with intervals
  analysis::Table agreement;  // (judge, judge): share and Cohen's kappa with intervals, of the games that both have
  analysis::Table ratings;    // (judge, model, turn): mean ratings with intervals over questions
  std::vector<std::string> warnings;  // "gpt-4: prefers ..."
};
absl::StatusOr<JudgeCheckReport> CheckJudges(const JudgeCheckInputs& inputs, double level);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_JUDGE_CHECK_H_
