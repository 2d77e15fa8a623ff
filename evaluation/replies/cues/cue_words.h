// Words around a verdict that say what it is there for, in the languages of judges.
//
// What no list has is told by the text's form alone (uses.h), or makes a reply unreadable.
#ifndef EVALUATION_REPLIES_CUES_CUE_WORDS_H_
#define EVALUATION_REPLIES_CUES_CUE_WORDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace evaluation {

enum class CueWord {
  kCondition,     // "if", "otherwise", "sonst"
  kWhen,          // "when", "als": a condition or a plain statement
  kStatement,     // "even if", "if i had to": looks like a condition and is none
  kMeaning,       // "means", "for a tie": behind a verdict, what it stands for
  kNegation,      // "not", "never", "kein"
  kNearNegation,  // "no", "without": only directly before a verdict
  kNoNegation,    // "not only", "no doubt"
  kUnreal,        // "would have", "hätte"
  kHypothetical,  // "would be", "könnte"
  kTentative,     // "at first", "considered", "says"
  kAside,         // "because", "whereas": opens a clause beside the decision
  kBreak,         // "but": what stood before does not hold for what follows
  kConclusion,    // "therefore", "wait", "on reflection"
  kSo,            // "so", "also", which conclude only behind a comma or directly before a verdict
  kChoice,        // "i choose", "i'd say"
  kLabel,         // "verdict", "winner"
  kFailing,       // behind a verdict: "is wrong", "fails"
  kWinning,       // behind a verdict: "wins", "it is"
  kReason,        // behind a verdict, not of it: "because", "as", "over"
  kQuestion,      // "か。": a question without its mark
  kMark,          // , : ; -
  kWord,          // any other word
};

// A word, phrase or mark: its place in Words::text. Of scripts without spaces, words that no list has are passed over.
struct FoundWord {
  CueWord cue = CueWord::kWord;
  size_t begin = 0, end = 0;
};

struct Words {
  std::string text;  // in lower case, one space between words and marks, without quotation marks and emphasis
  std::vector<FoundWord> found;  // in their order, none overlapping

  absl::string_view At(size_t i) const;
};

// Of a clause, a few hundred bytes at most. `behind`: it stands behind a verdict, whose words of kReason, kFailing,
// kWinning and kMeaning are sought, else none of them are. O(length).
Words FindCueWords(absl::string_view clause, bool behind);

// The lists: words of scripts with spaces, sought before and behind a verdict; behind one alone; and words of scripts
// without spaces and of Korean, whose words have endings. The last are found in the midst of others, and begin with a
// character of three bytes.
struct Phrases {
  CueWord cue;
  absl::string_view phrases;  // separated by "|", in lower case
};
absl::Span<const Phrases> CueLists();
absl::Span<const Phrases> CueListsBehind();
absl::Span<const Phrases> CueListsWithoutSpaces();

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_CUES_CUE_WORDS_H_
