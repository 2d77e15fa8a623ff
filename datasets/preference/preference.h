// Preference pairs, in TRL's standard explicit-prompt format, one a line:
//
//   {"prompt": "The sky is", "chosen": " blue.", "rejected": " green."}
//
// A completion carries its own leading space. TRL's other forms (lists of messages, no prompt) are refused.
#ifndef DATASETS_PREFERENCE_PREFERENCE_H_
#define DATASETS_PREFERENCE_PREFERENCE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace datasets {

struct PreferencePair {
  std::string prompt;    // not empty
  std::string chosen;    // the preferred completion; may be empty
  std::string rejected;  // differs from `chosen`; may be empty
};

// kInvalidArgument "<where>: ..." for a pair without a prompt or with two equal completions.
absl::Status CheckPreferencePair(const PreferencePair& pair, absl::string_view where);

// In the order of the file. kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key, or a
// pair that CheckPreferencePair refuses; and for a file without pairs.
absl::StatusOr<std::vector<PreferencePair>> ReadPreferencePairs(const std::string& path);

// The same pairs always give the same bytes. kInvalidArgument, and no file, for a pair that CheckPreferencePair
// refuses.
absl::Status WritePreferencePairs(const std::string& path, absl::Span<const PreferencePair> pairs);

}  // namespace datasets

#endif  // DATASETS_PREFERENCE_PREFERENCE_H_
