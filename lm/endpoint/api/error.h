// API errors: what a server says in the place of a reply, in whatever dress.
#ifndef LM_ENDPOINT_API_ERROR_H_
#define LM_ENDPOINT_API_ERROR_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

struct ApiError {
  std::string message;  // as it stands, of who answers and of who answered it; of a body that is no error, the body, or
                        // its title
  std::string code;     // "insufficient_quota", ..., or the error's type; empty: none
  std::string field;    // of the request, that the error is about; empty: it does not say
  int status = 0;       // HTTP's, as the error itself tells it or its code means; 0: neither
};

// Of a body that came with any status, 200 too, or a choice in one. Known are OpenAI's {"error": {...}}, {"error":
// "..."}, {"object": "error", ...}, {"detail": "..."} and {"detail": [{"loc", "msg"}]}, {"errors": [...]}, {"message"},
// each also in a list or in an event stream. `status`, where it is not 0, is the one that came.
ApiError ParseError(absl::string_view body, int status = 0);

// The same, of what has been read already.
ApiError ReadError(const base::Json& json);

}  // namespace lm

#endif  // LM_ENDPOINT_API_ERROR_H_
