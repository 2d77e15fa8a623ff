// The default answer extraction rule, ours. Use it through rules.h.
#ifndef EVALUATION_EXTRACTION_DEFAULT_RULE_H_
#define EVALUATION_EXTRACTION_DEFAULT_RULE_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// The value of the final answer:
//   1. Thinking is removed (evaluation/replies/thinking.h), and the text brought into plain dress
//      (evaluation/numbers/plain_text.h). Run-on text is cut (cues.h).
//   2. Cues are ranked: "####"; "\boxed{...}"; "final answer is" or ":"; "answer is", "answer:" and the like, also in
//   other languages, or "A:" at the start of a line that is not the first. The last cue of the highest rank that states
//   a number gives the answer (statement.h says which number a statement states). Behind "####", which is also a
//   heading, the number must come first. What follows a colon may be a whole solution: then "answer:" is a heading, and
//   gives none.
//   3. What stands before a correction ("wait", "actually", "scratch that", "I made a mistake", "no,") does not count,
//   if a number of its own follows; a remark about the answer ("Actually, that is 2 more than 16") corrects nothing.
//   4. Without such a cue: the last statement with a number that is no remark ("Note that ..."). None where the text
//   says that there is none ("cannot be determined", "the answer is unknown", also in other languages). Of a text that
//   breaks off ("16 - 7 =") what stands before its last sentence, and nothing where that was a further step ("Then we
//   multiply 42 by").
// How numbers are read is said in evaluation/numbers/number.h. Nothing where there is none. O(length).
absl::optional<double> DefaultAnswer(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_DEFAULT_RULE_H_
