// Words that say that there is no answer, beyond the English sentences of phrases.h. Use cues.h.
#ifndef EVALUATION_EXTRACTION_NO_ANSWER_H_
#define EVALUATION_EXTRACTION_NO_ANSWER_H_

#include "absl/strings/string_view.h"

namespace evaluation {

// Whether plain text that begins with a word, or in the middle of a Chinese or Japanese one, says in another language
// that something cannot be determined or is not known: "no se puede determinar", "kann nicht berechnet werden". That
// something cannot be bought says nothing. O(1).
bool SaysNoAnswer(absl::string_view text);

// Whether the word at the beginning of `text` says of an answer, which ends `before`, that there is none: "unknown"
// behind "the answer is" or "answer:"; not "the unknown is". O(1).
bool AnswersNothing(absl::string_view before, absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_NO_ANSWER_H_
