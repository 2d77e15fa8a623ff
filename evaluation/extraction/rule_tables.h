// Accuracy of responses to GSM-8K's problems by each extraction rule, and the responses on which the rules disagree.
#ifndef EVALUATION_EXTRACTION_RULE_TABLES_H_
#define EVALUATION_EXTRACTION_RULE_TABLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "analysis/figures/table.h"
#include "datasets/gsm8k/gsm8k.h"
#include "evaluation/extraction/rules.h"

namespace evaluation {

struct ScoredResponses {
  std::vector<datasets::Gsm8kProblem> problems;
  std::vector<std::vector<std::string>> responses;  // of every problem (evaluation/extraction/responses_file.h)
  std::vector<size_t> questions;                    // the places of the problems that count, at least one
};

// Which problems count: all that have a response or, where `missing` is "wrong", all; `note` says in a sentence how
// many have none, and is empty where all have one. kInvalidArgument where one has none and `missing` is "refuse", or
// for another `missing` than these and "skip".
absl::Status ChooseQuestions(const std::string& missing, ScoredResponses* scored, std::string* note);

// A row a rule: the share of right responses with its 95% interval over questions and, where every question has the
// same number of several responses, any-of-n and majority-of-n; in the notes the least and the largest share.
absl::StatusOr<analysis::Table> RuleTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules);

// A row a response that some rules count as right and others do not, `show` of them at most, or all where it is
// negative: what each rule read, with a tick where that is right.
analysis::Table DisagreementTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules, int64_t show);

// A row and a column a rule: the number of responses that one of the two counts as right and the other does not.
analysis::Table PairTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_RULE_TABLES_H_
