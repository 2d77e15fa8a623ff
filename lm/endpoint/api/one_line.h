// One-line, key-free form of a server's words, for messages to people.
#ifndef LM_ENDPOINT_API_ONE_LINE_H_
#define LM_ENDPOINT_API_ONE_LINE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace lm {

// `text` on one line that a terminal can show: runs of spaces and control characters become one space, broken UTF-8
// becomes U+FFFD, more than `max_bytes` are cut between characters and end in "...". `secret`, unless empty, becomes
// "***" wherever it occurs.
std::string OneLine(absl::string_view text, absl::string_view secret = "", size_t max_bytes = 300);

}  // namespace lm

#endif  // LM_ENDPOINT_API_ONE_LINE_H_
