// Scores of responses to problems whose answers are expressions, as in MATH (Hendrycks et al. 2021, arXiv:2103.03874).
#ifndef EVALUATION_MATH_MATH_SCORE_H_
#define EVALUATION_MATH_MATH_SCORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"
#include "datasets/gsm8k/gsm8k.h"
#include "evaluation/extraction/rule_tables.h"

namespace evaluation {

// JSON Lines of {"problem", "solution"}, whose answer is the solution's last box or, where there is one, "answer"; or
// of
// {"question", "answer"}, whose answer is that of MathAnswer (equivalence.h) or all of it. `gold` gets the answer.
// kInvalidArgument, with file:line, for another line, a solution without a box, and a file without problems.
absl::StatusOr<std::vector<datasets::Gsm8kProblem>> ReadMathProblems(const std::string& path);

// One row: the share of right responses with its 95% interval over questions, and how many of the responses are equal
// to the gold answer or not, by value or as text, or have none.
absl::StatusOr<analysis::Table> MathTable(const ScoredResponses& scored);

// A row a response that is not equal by value: `show` of them at most, or all where it is negative.
analysis::Table MathMismatches(const ScoredResponses& scored, int64_t show);

}  // namespace evaluation

#endif  // EVALUATION_MATH_MATH_SCORE_H_
