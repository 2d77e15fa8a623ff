// The reader of judges' replies: from a reply to the verdict that its grammar allows, or to why there is none.
#ifndef EVALUATION_REPLIES_READER_H_
#define EVALUATION_REPLIES_READER_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "evaluation/replies/grammar.h"
#include "evaluation/replies/verdict.h"

namespace evaluation {

// The last verdict outside of thinking (thinking.h) counts, as in FastChat's PR 3921, for a judge may repeat what it
// was told before it decides. Taken for the instruction's or for a quotation, not for a verdict:
//   - words that a condition follows: [[A]] if assistant A is better, [[C]] for a tie;
//   - words of which two or more are explained: [[A]]: A is better, [[B]]: B is;
//   - words in quotation marks, where others stand without; where all are in marks, they must all say the same.
// A last verdict that differs from the one before, with nothing but a line's end, "or", "/", "not", "is better than" or
// the like between, is none: which of the two decides is not to be seen.
//
// `shown` are the texts that the judge was shown, question and answers. Where they hold such words themselves, the
// judge may quote them: then all of the reply's words, wherever they stand, must say the same, and one outside of
// marks.
//
// A reply that was cut (`finish_reason` is "length", or its thinking has no end) has a verdict only if that is
// complete: it stands last, and begins a line or a sentence or stands behind a label such as "My verdict:"; or it is
// the reply's only one, on a line of its own.
//
// Without a verdict, a reply that came as a refusal (`finish_reason` "refusal") is one by the model, whose words stand
// in `why`; "content_filter" is one by the server.
//
// Any bytes will do. Time and memory grow as the texts.
Reading ReadReply(const Grammar& grammar, absl::string_view reply, absl::string_view finish_reason,
                  absl::Span<const absl::string_view> shown);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_READER_H_
