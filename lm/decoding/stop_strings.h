// Stop strings: texts before which a generated text ends.
#ifndef LM_DECODING_STOP_STRINGS_H_
#define LM_DECODING_STOP_STRINGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace lm {

// The place of the first of the stop strings that occurs in the text; npos when none does.
size_t FindStop(absl::string_view text, const std::vector<std::string>& stops);

// Stop strings as a flag gives them: one text as it stands, or, where it begins with "[", a JSON list of texts. Empty:
// none. kInvalidArgument when the list is not one, or holds an empty text.
absl::StatusOr<std::vector<std::string>> ParseStops(absl::string_view flag);

}  // namespace lm

#endif  // LM_DECODING_STOP_STRINGS_H_
