// What a mention of a verdict is there for, by the words and marks around it.
#ifndef EVALUATION_REPLIES_USES_H_
#define EVALUATION_REPLIES_USES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/replies/clause.h"
#include "evaluation/replies/mentions.h"

namespace evaluation {

struct Use {
  // Ascending: the higher decides.
  enum class Weight {
    kAside,      // "because [[A]]", "at first [[A]]", "[[A]] has its merits"
    kProse,      // in the midst of a sentence
    kEnding,     // the same, with which the reply ends
    kStatement,  // a sentence of its own, or behind a colon
    kDecision,   // behind "Verdict:", "so", "I choose", "wait,", or alone on the last line
  };
  Clause clause;
  Weight weight = Weight::kProse;
  bool is_recited = false;    // the instruction's words: "if A is better: [[A]]", "[[A]] if A is better"
  bool is_dropped = false;    // "not [[A]]", "should I say [[A]]?", "it would have been [[A]]", "[[A]] is wrong"
  bool is_concluded = false;  // behind "so", "wait,", "on reflection"
  bool is_labelled = false;   // behind "verdict", "winner"
};

// One for each mention. Words that no list has make no mention recited or dropped, but for lists of all choices
// (recitals.h). Of forms whose mentions are whole statements in themselves, only conditions count. O(length).
std::vector<Use> FindUses(const Grammar& grammar, absl::string_view text, const std::vector<Mention>& mentions);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_USES_H_
