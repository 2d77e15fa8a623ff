// The default answer extraction rule, ours. Use it through rules.h.
#ifndef EVALUATION_EXTRACTION_DEFAULT_RULE_H_
#define EVALUATION_EXTRACTION_DEFAULT_RULE_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace evaluation {

// The value of the first final answer:
//   1. Run-on text is cut: from a line on that opens another turn ("Q:", "Question:", "Problem:", "Human:", "User:")
//      behind some text, or from an end-of-text token ("</s>", "<|").
//   2. The first mark with a number behind it gives the answer: "####", "\boxed{", "answer is", "answer:" (in any case
//      of letters), or "A:" at the start of a line that is not the first. The number is looked for up to the end of the
//      sentence, or on the next line where nothing stands on the mark's; behind "####", which is also a heading, and
//      "\boxed{" it must come before any word. Of "12 + 3 = 15" it is the number behind the last '='.
//   3. Without such a mark: the last number of the text.
// How numbers are read is said in number.h. Nothing where there is none.
absl::optional<double> DefaultAnswer(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_DEFAULT_RULE_H_
