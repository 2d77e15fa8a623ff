// Event streams: replies that a server sends in pieces (text/event-stream), put together.
#ifndef LM_ENDPOINT_API_EVENT_STREAM_H_
#define LM_ENDPOINT_API_EVENT_STREAM_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

// Whether the text begins as event streams do.
bool IsEventStream(absl::string_view body);

// The reply as the API gives it in one piece; an event that is an error in its place, if there is one. `repaired` as in
// lenient_json.h. O(n). kInvalidArgument: an event is no JSON, or the stream ends without a finish_reason or "[DONE]".
absl::StatusOr<base::Json> JoinEventStream(absl::string_view body, bool* repaired);

}  // namespace lm

#endif  // LM_ENDPOINT_API_EVENT_STREAM_H_
