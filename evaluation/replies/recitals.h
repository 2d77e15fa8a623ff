// Lists of what may be said, told by their form: in any language.
#ifndef EVALUATION_REPLIES_RECITALS_H_
#define EVALUATION_REPLIES_RECITALS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/replies/mentions.h"
#include "evaluation/replies/uses.h"

namespace evaluation {

// Sets is_recited of mentions that stand closely one behind the other
//   - in clauses that differ by one letter or digit, as the verdicts do: "A jobb: [[A]]; B jobb: [[B]]", and of those
//     that follow in a similar clause;
//   - and name both sides and a tie, each once, each with words of its own.
// What a label, a conclusion or a correction leads to is in no list, unless its clause is like the others. O(length).
void MarkRecitals(const Grammar& grammar, absl::string_view text, const std::vector<Mention>& mentions,
                  std::vector<Use>* uses);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_RECITALS_H_
