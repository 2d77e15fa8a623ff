// A mention's clause: what stands around it in its sentence.
#ifndef EVALUATION_REPLIES_CLAUSE_H_
#define EVALUATION_REPLIES_CLAUSE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/replies/mentions.h"

namespace evaluation {

// Views into the text, up to the next mentions and of at most some hundred bytes.
struct Clause {
  absl::string_view before, after;
  // The line above, where nothing stands before the mention on its own and that line may announce it: "Verdict:".
  absl::string_view heading;
  bool begins_sentence = false;  // `before` begins where a sentence or line does, or the text
  bool ends_sentence = false;    // behind the mention comes its sentence's end, its line's, or a new sentence
  bool ends_text = false;        // nothing but marks behind it
  bool trails_off = false;       // "[[A]]..."
  bool is_asked = false;         // its sentence ends in a question mark
};

// One for each mention. O(length).
std::vector<Clause> FindClauses(absl::string_view text, const std::vector<Mention>& mentions);

// Without white space and marks before it, and without the white space and opening marks with which it ends.
absl::string_view StripMarksAround(absl::string_view text);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_CLAUSE_H_
