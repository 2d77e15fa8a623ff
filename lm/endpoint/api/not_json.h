// Bodies that are no JSON, as people can be told of them.
#ifndef LM_ENDPOINT_API_NOT_JSON_H_
#define LM_ENDPOINT_API_NOT_JSON_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace lm {

// "reply: not valid JSON", the headers that say what it was to be, its first bytes, escaped, and its size; where it
// begins as JSON, also where it stops being some. nullopt: it is JSON (lenient_json.h), or a web page or an event
// stream, of which ParseReply tells. `headers` by name in lower case; `secret` is as in OneLine.
std::optional<std::string> WhatIsNoJson(absl::string_view body, const std::map<std::string, std::string>& headers,
                                        absl::string_view secret);

}  // namespace lm

#endif  // LM_ENDPOINT_API_NOT_JSON_H_
