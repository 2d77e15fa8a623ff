// Answer extraction rules: which number a text gives as its answer, by named rules, the field's and ours.
//
// Accuracy on GSM-8K depends on the rule, so a rule is always named beside a number, and the spread over rules is shown
// with it. The first four are exact copies of published behaviour, quirks included.
#ifndef EVALUATION_EXTRACTION_RULES_H_
#define EVALUATION_EXTRACTION_RULES_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

enum class AnswerRule {
  // "openai": openai/grade-school-math's. What follows the first "#### " that has a number behind it, without commas.
  // Right when equal, as text, to that of the reference.
  kOpenAi,
  // "lm-eval-strict": lm-evaluation-harness's strict-match of task gsm8k. The same number, its commas kept. Right by
  // exact_match: equal to the reference when both have lost commas, dollar signs, what stands before "#### " and a
  // final point.
  kLmEvalStrict,
  // "lm-eval-flexible": its flexible-extract. The last run of at least two of the characters $ 0-9 . , or of digits,
  // with a minus sign before it. Right by exact_match too.
  kLmEvalFlexible,
  // "sami-ext": SohamGovande/sami-extension's (arXiv 2410.01704). Of what follows the last '=', if there is one,
  // without
  // commas: the last run of decimal digits of any script, as a whole number. Signs and decimals are lost ("1.50" is
  // 50), also in the reference.
  kSamiExt,
  // "default": ours. See DefaultAnswer().
  kDefault,
  // "lm-eval-cot-strict": strict-match of its tasks gsm8k_cot, which share the name with gsm8k's: the number behind
  // "The
  // answer is " with one character more behind it, so that "The answer is 18" at a text's end is 1. None of
  // kAnswerRules: their examples end so, and other prompts' answers do not.
  kLmEvalCotStrict,
};

// Those by which everything is read.
constexpr std::array<AnswerRule, 5> kAnswerRules = {AnswerRule::kOpenAi, AnswerRule::kLmEvalStrict,
                                                    AnswerRule::kLmEvalFlexible, AnswerRule::kSamiExt,
                                                    AnswerRule::kDefault};

absl::string_view AnswerRuleName(AnswerRule rule);
// kInvalidArgument names the rules there are.
absl::StatusOr<AnswerRule> AnswerRuleFromName(absl::string_view name);

// What is extracted where a rule finds no answer, in other tools' files.
constexpr char kNoAnswer[] = "[invalid]";

// The answer as the rule's text; nothing where it finds none. O(length).
absl::optional<std::string> ExtractAnswer(AnswerRule rule, absl::string_view text);

// Whether the answer of `response` is that of `reference`, a GSM-8K answer whose last line is "#### N". A response
// without an answer is wrong.
bool IsRightAnswer(AnswerRule rule, absl::string_view response, absl::string_view reference);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_RULES_H_
