// What IFEval counts in a text's form: lists, highlights, sections, paragraphs, titles. Each is O(length), and equal to
// what the published scorer's regular expressions find.
#ifndef EVALUATION_IFEVAL_FORMS_H_
#define EVALUATION_IFEVAL_FORMS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "evaluation/python/text.h"

namespace ifeval {

// Runs of \w.
int64_t CountWords(View text);
// "* item" and "- item" lines; a lone "*" takes the next line for its item.
int64_t CountBullets(View text);
// *x* and **x** with something in them: **x** counts for the second alone, ***x*** twice.
int64_t CountHighlights(View text);
// [placeholders], none across a line's end.
int64_t CountPlaceholders(View text);
// A divider word and a number behind it.
absl::StatusOr<int64_t> CountSections(View text, View divider);
// Pieces between ***; nothing where one but the first and the last is blank.
std::optional<int64_t> CountParagraphs(View text);
// Whether the n-th piece between empty lines begins with a word (in lower case), and there are `count` that are not
// blank.
bool ParagraphBeginsWith(View text, int64_t n, int64_t count, View word);
// P.S. and P.P.S, anywhere; another marker is a regular expression.
absl::StatusOr<bool> HasPostscript(View text, View marker);
// <<title>>.
bool HasTitle(View text);
// Two that differ, divided by ******.
bool HasTwoResponses(View text);
// One JSON document, a fence around it taken away.
bool IsFencedJson(View text);

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_FORMS_H_
