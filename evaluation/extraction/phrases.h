// The phrases by which solutions announce, correct and refuse answers. Use cues.h.
#ifndef EVALUATION_EXTRACTION_PHRASES_H_
#define EVALUATION_EXTRACTION_PHRASES_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

enum class Phrase {
  kNone,
  kFinalAnswer,
  kAnswer,
  kCorrection,  // where a clause begins
  kCorrectionAnywhere,
  kCorrectionToNumber,  // where a clause begins and a number follows
  kRefusal,
  kCannotBe,
  kConclusion
};

// The phrase at the beginning of `text`, which begins with a word of plain text. O(1).
Phrase PhraseAt(absl::string_view text);
size_t PhraseLength(absl::string_view text);

// Length of a word that connects "answer" with its number ("is", "equals", "lautet"), at the beginning; 0 for none.
size_t ConnectorLength(absl::string_view text);

// "found", "obtained", "given": behind "the answer is", it tells the way and not the number; behind kCannotBe, it
// refuses.
bool IsParticiple(absl::string_view word);

}  // namespace evaluation

#endif  // EVALUATION_EXTRACTION_PHRASES_H_
