// Demonstrations and labelled completions as JSON Lines, packed or plain, in TRL's forms.
//
//   {"prompt": "The sky is", "completion": " blue."}                         demonstrations, for SFT
//   {"prompt": [{"role": "user", ...}], "completion": [{"role": "assistant", ...}]}
//   {"messages": [{"role": "user", ...}, {"role": "assistant", ...}]}
//   {"prompt": ..., "completion": ..., "label": true}                        labelled completions, for KTO
#ifndef DATASETS_PREFERENCE_DEMONSTRATIONS_H_
#define DATASETS_PREFERENCE_DEMONSTRATIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/preference/passage.h"
#include "datasets/records/notes.h"

namespace datasets {

// Both are texts or both messages.
struct Demonstration {
  Passage prompt;      // not blank
  Passage completion;  // not blank
};

// How dialogues with several answers are noted.
inline constexpr char kEarlierAnswers[] =
    "dialogues with several answers: the last one is learned, the others are prompt";

// In the order of the file; keys that are not read are noted. Of {"messages"}, the last message, which must be the
// assistant's, is the completion. A row of {"text"} alone is refused: what in it is asked and what is to be learned
// cannot be told. kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key, messages that do
// not take turns, an empty completion, or texts in one row and messages in another; and for a file without rows.
absl::StatusOr<std::vector<Demonstration>> ReadDemonstrations(const std::string& path, Notes& notes);

struct LabelledCompletion {
  Passage prompt;      // not blank
  Passage completion;  // may be empty
  bool desirable = false;
};

// The same for {"prompt", "completion", "label"}; the label is true or false.
absl::StatusOr<std::vector<LabelledCompletion>> ReadLabelledCompletions(const std::string& path, Notes& notes);

}  // namespace datasets

#endif  // DATASETS_PREFERENCE_DEMONSTRATIONS_H_
