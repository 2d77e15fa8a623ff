// Summary of a judge's verdicts, for people: win rates, agreement, position bias.
#ifndef EVALUATION_MATCH_JUDGE_SUMMARY_H_
#define EVALUATION_MATCH_JUDGE_SUMMARY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/single_judgments.h"
#include "evaluation/judges/language_model_judge.h"

namespace evaluation {

// Win rates with 95% intervals of every pair of models and turn (analysis/measures/win_rate.h), all repeats and both
// orders of a question being its games; FastChat's win rates beside; flips, agreement of repeats, warnings.
absl::StatusOr<std::string> SummarizePairs(absl::Span<const PairJudgment> judgments);

// FastChat's mean ratings with 95% intervals over questions, by turn and over both; a warning of one rating for all.
absl::StatusOr<std::string> SummarizeSingles(absl::Span<const SingleJudgment> judgments);

// Kappa with another file of pair judgments.
absl::StatusOr<std::string> SummarizeAgreement(absl::Span<const PairJudgment> judgments, const std::string& other_path);

// What was asked and what it took: replies, attempts, tokens.
std::string SummarizeAsking(const LanguageModelJudge& judge, const std::string& cost);

// The games without a verdict: how many, and the first ones; empty where there are none.
std::string SummarizeMissing(const std::vector<std::string>& missing);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_JUDGE_SUMMARY_H_
