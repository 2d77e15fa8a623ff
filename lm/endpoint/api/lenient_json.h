// Lenient JSON: what servers send for JSON, read as far as it is clear what was meant.
#ifndef LM_ENDPOINT_API_LENIENT_JSON_H_
#define LM_ENDPOINT_API_LENIENT_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

// Sound JSON as it stands. Of other text: a byte-order mark is left out, NaN and infinities become null, a control
// character in a string its escape, and what is no UTF-8, or half of a surrogate pair, U+FFFD. `repaired`, unless null,
// says whether characters were lost so. O(n). kInvalidArgument, beginning with `where`, for what is no JSON all the
// same.
absl::StatusOr<base::Json> ParseLenientJson(absl::string_view text, absl::string_view where, bool* repaired = nullptr);

// The member of an object, or null where there is none.
const base::Json& Member(const base::Json& object, const char* name);

// The string, or "" of anything else.
std::string StringOf(const base::Json& value);

// On one line of JSON; broken UTF-8 becomes U+FFFD.
std::string Dump(const base::Json& value);

}  // namespace lm

#endif  // LM_ENDPOINT_API_LENIENT_JSON_H_
