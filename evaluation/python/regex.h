// Keywords, markers and dividers of instructions, which the published scorer takes for regular expressions.
#ifndef EVALUATION_PYTHON_REGEX_H_
#define EVALUATION_PYTHON_REGEX_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "evaluation/python/text.h"

namespace ifeval {

// Whether a text has a character that means something else than itself in a regular expression. None of the benchmark's
// has.
bool IsExpression(View text);

// How often an expression matches, without overlaps, by PCRE2 with Unicode's classes, ignoring case where asked. The
// classes differ from Python's in a few characters. kInvalidArgument for an expression that PCRE2 does not take, or
// that takes too long.
absl::StatusOr<int64_t> CountMatches(View text, View expression, bool ignore_case);

// The same of a literal or expression, ignoring case, between word borders where `whole_words`.
absl::StatusOr<int64_t> CountKeyword(View text, View keyword, bool whole_words);

}  // namespace ifeval

#endif  // EVALUATION_PYTHON_REGEX_H_
