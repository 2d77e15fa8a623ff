// The reader of judges' replies: from a reply to the verdict that its grammar allows, or to why there is none.
#ifndef EVALUATION_REPLIES_READER_H_
#define EVALUATION_REPLIES_READER_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "evaluation/replies/grammar.h"
#include "evaluation/replies/verdict.h"

namespace evaluation {

// The verdict outside of thinking (thinking.h) that is given as one counts, the last where several are, for a judge may
// repeat what it was told before it decides, and correct itself. What a mention is there for is told by the words and
// marks around it, in some twenty languages (uses.h); no verdicts are
//   - the instruction's words: conditions before or behind (if A is better: [[A]]; [[C]] for a tie), clauses that
//   differ
//     by a letter, and all choices one behind the other, in any language (recitals.h);
//   - words of which two or more are explained: [[A]]: A is better, [[B]]: B is;
//   - what is denied, asked, or would have been: not [[A]]; should I say [[A]]?; [[A]] is wrong;
//   - words in quotation marks, where others stand without; where all are in marks, they must all say the same;
//   - what stands behind the end of the judge's own turn (run_on.h): [[A]]</s>[[B]].
// Of others a decision (behind "verdict:", "so", "wait,", or alone on the last line) outranks a statement of its own,
// that the end of the text, that what is said in passing (because [[B]] fails, [[B]] has its merits). Where those of
// the highest rank differ and none corrects the others, there is no verdict, as where the last two have nothing between
// but a line's end, "or", "/", "not", "is better than" or the like.
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
