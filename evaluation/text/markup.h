// Formats that a text may be in, whole or in part: bold, LaTeX, JSON, titles, postscripts.
#ifndef EVALUATION_TEXT_MARKUP_H_
#define EVALUATION_TEXT_MARKUP_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/text/characters.h"
#include "evaluation/text/layout.h"

namespace principles {

// How much of a format a text shows.
enum class Presence {
  kAbsent,
  kTraces,  // marks of it, from which nothing follows: "2**3", "$5"
  kPresent,
};

// **bold** or __bold__ on one line, not inside a word; traces: such marks alone.
Presence Bold(const Characters& text);

// Mathematics in $...$ on a line, $$...$$, \(...\) or \[...\], or \begin{...}; traces: another backslash before a
// letter. A dollar sign opens before anything but a space, and closes behind anything but a space and before anything
// but a digit, as Pandoc has it: "$5 and $10" has none, "$20 or 30$" has.
Presence Latex(const Characters& text);

// Present: the whole text, also in one Markdown fence, is one JSON object or array (RFC 8259). Traces: it begins with
// { or [, or with such a fence.
Presence Json(absl::string_view text);

// <<a title>> on one line, with something but white space between the outer marks of it; traces: other << or >>.
Presence AngularTitle(const Characters& text);

// A line, but not the first with a letter or digit, that begins with P.S., PS:, PS. or P.P.S. (in any case) and goes
// on; traces: p.s. elsewhere.
Presence Postscript(const Characters& text, const std::vector<Line>& lines);

}  // namespace principles

#endif  // EVALUATION_TEXT_MARKUP_H_
