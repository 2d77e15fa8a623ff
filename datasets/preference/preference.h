// Preference pairs as JSON Lines, packed or plain. The forms, of TRL's and of HH-RLHF's files, are known by content:
//
//   {"prompt": "The sky is", "chosen": " blue.", "rejected": " green."}
//   {"prompt": [{"role": "user", "content": "Sky?"}], "chosen": [{"role": "assistant", "content": "Blue."}], ...}
//   {"chosen": [{"role": "user", ...}, {"role": "assistant", ...}], "rejected": [...]}    the prompt is what both share
//   {"chosen": "\n\nHuman: Sky?\n\nAssistant: Blue.", "rejected": "\n\nHuman: ..."}       the same of texts
//
// Of texts, prompt and completion are joined as they stand: a completion carries its own leading space.
#ifndef DATASETS_PREFERENCE_PREFERENCE_H_
#define DATASETS_PREFERENCE_PREFERENCE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "datasets/preference/passage.h"
#include "datasets/records/notes.h"

namespace datasets {

// All three are texts or all three messages.
struct PreferencePair {
  Passage prompt;    // not blank
  Passage chosen;    // the preferred completion; may be empty
  Passage rejected;  // differs from `chosen`; may be empty
};

// What rows without a preference are noted as: Notes::Count(kEqualCompletions) of them were left out.
inline constexpr char kEqualCompletions[] =
    "rows left out: \"chosen\" and \"rejected\" are equal, nothing is preferred";

// In the order of the file; rows whose completions are equal are left out and noted, as are keys that are not read.
//   Without "prompt" it is, of messages, the longest common beginning that ends with the user and leaves each side a
//   reply; of texts, which must be HH-RLHF's dialogues, SplitDialogues' (datasets/hh_rlhf/dialogue.h). Completions that
//   are messages may repeat the prompt, which must then be "prompt", or its last message where that is a text.
// kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key, messages that do not take turns,
// or texts in one row and messages in another; and for a file without pairs, or with equal completions only.
absl::StatusOr<std::vector<PreferencePair>> ReadPreferencePairs(const std::string& path, Notes& notes);

// In the first or second form. The same pairs always give the same bytes. kInvalidArgument, and no file, for a pair
// without a prompt or with equal completions.
absl::Status WritePreferencePairs(const std::string& path, absl::Span<const PreferencePair> pairs);

}  // namespace datasets

#endif  // DATASETS_PREFERENCE_PREFERENCE_H_
