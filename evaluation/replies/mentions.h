// The places of a text in which a grammar's words stand, whatever they are there for.
#ifndef EVALUATION_REPLIES_MENTIONS_H_
#define EVALUATION_REPLIES_MENTIONS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "evaluation/replies/grammar.h"

namespace evaluation {

struct Mention {
  std::optional<Value> value;  // none: in the form of a verdict, and not one that is allowed, such as [[11]]
  size_t begin = 0, end = 0;   // bytes of the text
};

// In their order, none overlapping. kResourceExhausted where a user's expression takes too long (pattern.h). Time and
// memory grow as the text.
absl::StatusOr<std::vector<Mention>> FindMentions(const Grammar& grammar, absl::string_view text);

// Numbers, each of digits and perhaps a point and digits, `count` of them between the marks, separated by a comma and
// at most one white space: the published pattern \[\[(\d+\.?\d*),\s?(\d+\.?\d*)]]. In their order.
struct FoundNumbers {
  std::vector<double> numbers;
  size_t begin = 0, end = 0;
};
std::vector<FoundNumbers> FindNumbers(absl::string_view text, absl::string_view open, absl::string_view close,
                                      int count);

// Of two ratings: the higher one is better, and a difference of at most `tie` is none.
Verdict CompareRatings(double first, double second, double tie);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_MENTIONS_H_
