// Rule judges: the checkers of the suites instead of a language model. Exact, free, and the same in both orders.
#ifndef EVALUATION_JUDGES_RULE_JUDGE_H_
#define EVALUATION_JUDGES_RULE_JUDGE_H_

#include <cstdint>
#include <map>
#include <memory>

#include "datasets/embedded/questions.h"
#include "evaluation/judges/judge.h"

namespace evaluation {

// How many of the constitution's clauses the answer follows: it shows the side that is asked for, of the embedded
// suite's style (datasets/embedded/style.h) or of the principle for real text (evaluation/principles/suite.h) that has
// the id of the clause's principle; what shows neither side follows neither. kInvalidArgument names a principle without
// a checker.
absl::StatusOr<int> CountFollowed(const datasets::Constitution& constitution, absl::string_view answer);

// OK when every principle has a checker; else kInvalidArgument names one that has none, or that has the id of a
// principle for real text and another wording: somebody else's principle, which that checker doesn't read.
absl::Status KnowsPrinciples(const std::vector<datasets::Principle>& principles);

// "principle": prefers the answer that follows more of the constitution's clauses; a tie when both follow as many. An
// answer without a letter or digit follows nothing.
std::unique_ptr<Judge> MakePrincipleJudge();

// "content": prefers the right answer; a tie when both are right or both are wrong. kNotFound for a question that has
// no answer key.
std::unique_ptr<Judge> MakeContentJudge(std::map<int64_t, embedded::AnswerKey> answer_keys);

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_RULE_JUDGE_H_
