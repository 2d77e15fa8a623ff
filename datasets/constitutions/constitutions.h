// Constitutions: principles that a model may be asked to follow, and their antitheses. Both papers' file formats, and
// simpler ones for one's own.
//
// Principles to choose from, by category; one's own, as JSON or as lines (own_forms.h):
//   [{"principle": "Be brief.", "antithesis": "Be long.", "categories": ["math"]}, ...], or {"principles": the same}
//   Be brief. | Be long. | math
// the later paper's, and what sami write-principles writes:
//   {"math.1": {"weak": str, "strong": str, "antithesis": str, "relevant_for": [category, ...]}, ...}
//   {"math.1": {"definition": str, "paraphrases": [str, ...], "paraphrases_antithesis": [str, ...]}, ...}
// A whole constitution and its opposite (arXiv:2404.14313), each numbered principles in one text:
//   {"positive": str, "negative": str, "identifiers": {"positive": [id, ...], "negative": [id, ...]}}
#ifndef DATASETS_CONSTITUTIONS_CONSTITUTIONS_H_
#define DATASETS_CONSTITUTIONS_CONSTITUTIONS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "datasets/constitutions/principle.h"

namespace datasets {

// In the order of the file, in any of the formats of principles, known by content; the later paper's two may be mixed.
// kInvalidArgument, with file and principle, for malformed JSON, a repeated id, a missing, empty or mistyped key, or an
// unknown key; for one's own forms also what own_forms.h says.
absl::StatusOr<std::vector<Principle>> ReadPrinciples(const std::string& path);

// kInvalidArgument for a key of `line` that is not in `known`: a misspelt one would drop what it says, and a principle
// without its "relevant_for" is asked for everywhere.
absl::Status CheckKnownKeys(const base::JsonLine& line, absl::Span<const char* const> known);

// Those of `principles` that a question of `category` may be answered by, in order. kFailedPrecondition when there are
// none.
absl::StatusOr<std::vector<Principle>> RelevantPrinciples(absl::Span<const Principle> principles,
                                                          absl::string_view category);

// One side of a constitution pair, as it is written in a file.
struct WrittenConstitution {
  std::string text;                     // as in the file: numbered principles
  std::vector<std::string> principles;  // the same without numbers
  std::vector<std::string> ids;         // "pos concise", "neg comprehensive"; one a principle
};

struct ConstitutionPair {
  WrittenConstitution positive;
  WrittenConstitution negative;  // at least one principle turned into its opposite
};

// Whether a text is meant as such a pair: a JSON object with "positive" or "negative" on the outside.
bool IsConstitutionPair(absl::string_view text);

// kInvalidArgument, with the file, for malformed JSON, a missing or mistyped key, texts whose numbers do not run 1, 2,
// ..., sides or identifiers of unequal lengths, or equal sides.
absl::StatusOr<ConstitutionPair> ReadConstitutionPair(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_CONSTITUTIONS_H_
