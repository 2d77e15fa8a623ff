// Where a text ends because of what it says.
#ifndef LM_STOP_STRINGS_H_
#define LM_STOP_STRINGS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lm {

// The place of the first of the stop strings that occurs in the text; npos when none does.
inline size_t FindStop(absl::string_view text, const std::vector<std::string>& stops) {
  size_t first = absl::string_view::npos;
  for (const std::string& stop : stops) {
    const size_t at = text.find(stop);
    if (at < first) first = at;
  }
  return first;
}

}  // namespace lm

#endif  // LM_STOP_STRINGS_H_
