// Answers whose right reading is known, and how the rules read them.
#ifndef EVALUATION_EXTRACTION_LABELLED_ANSWERS_H_
#define EVALUATION_EXTRACTION_LABELLED_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "analysis/figures/table.h"
#include "evaluation/extraction/rules.h"

namespace evaluation {

struct LabelledAnswer {
  std::string text;
  absl::optional<std::string>
      number;        // what a reader takes for its answer, as GSM-8K writes it; nothing where none is given
  std::string kind;  // may be empty
};

// JSON Lines of {"text": str, "answer": str or null, "kind": str}. kInvalidArgument, with file:line, for another line
// or a number that is none; and for a file without lines.
absl::StatusOr<std::vector<LabelledAnswer>> ReadLabelledAnswers(const std::string& path);

// What a rule makes of labelled answers; the counts add up to their number.
struct Confusion {
  int64_t right = 0;            // the number, by the rule's own comparison
  int64_t none = 0;             // no answer where there is none
  int64_t wrong_number = 0;     // another number
  int64_t number_for_none = 0;  // a number where there is none
  int64_t none_for_number = 0;  // no answer where there is one
};
Confusion Confuse(AnswerRule rule, const std::vector<LabelledAnswer>& answers);

// A row a rule.
analysis::Table ConfusionTable(const std::vector<LabelledAnswer>& answers, const std::vector<AnswerRule>& rules);

// A row an answer that at least one of the rules reads otherwise than its label, `show` of them at most, or all where
// it is negative.
analysis::Table MisreadTable(const std::vector<LabelledAnswer>& answers, const std::vector<AnswerRule>& rules,
                             int64_t show);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_LABELLED_ANSWERS_H_
