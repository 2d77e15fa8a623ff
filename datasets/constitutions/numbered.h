// Numbered lists of principles: a constitution as one text, each principle on a line of its own with its number.
//
//   1. Answer politely.
//   2. Show every step.
#ifndef DATASETS_CONSTITUTIONS_NUMBERED_H_
#define DATASETS_CONSTITUTIONS_NUMBERED_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace datasets {

// Takes "<digits>. " (or "<digits>." at the line's end) off the front; the digits, or nothing where there is no number.
absl::string_view TakeNumber(absl::string_view& line);

// "1. first\n2. second", without a line break at the end.
std::string NumberPrinciples(absl::Span<const std::string> principles);

// The principles of such a text, without numbers and surrounding white space. A line without a number continues the
// principle above it. kInvalidArgument unless the numbers are 1, 2, 3, ..., or where a principle is empty.
absl::StatusOr<std::vector<std::string>> SplitPrinciples(absl::string_view text);

}  // namespace datasets

#endif  // DATASETS_CONSTITUTIONS_NUMBERED_H_
