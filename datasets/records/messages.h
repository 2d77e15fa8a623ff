// Dialogues as lists of messages, as chat templates take them: [{"role": "user", "content": "Hello."}, ...]
#ifndef DATASETS_RECORDS_MESSAGES_H_
#define DATASETS_RECORDS_MESSAGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "datasets/records/notes.h"

namespace datasets {

struct Message {
  std::string role;  // "system", "user" or "assistant"
  std::string content;
};
bool operator==(const Message& a, const Message& b);
inline bool operator!=(const Message& a, const Message& b) { return !(a == b); }

// The member `key` of a line: a list of at least one {"role", "content"}, in any order of roles. Contents may be empty.
// Further keys of a message are noted. kInvalidArgument, with the message's place ("f:3: messages[1]"), for a message
// that is no object, another role, a content that is no string, or a tool's call.
absl::StatusOr<std::vector<Message>> GetMessages(const base::JsonLine& line, const char* key, Notes& notes);

// What a model is asked: an optional system message, then user and assistant in turn, the user first and last; no
// content is blank. kInvalidArgument "<where>: ..." names the first message that is out of turn.
absl::Status CheckPromptMessages(absl::Span<const Message> messages, absl::string_view where);

// What it says to that: assistant and user in turn, the assistant first and last. The assistant may say nothing.
absl::Status CheckReplyMessages(absl::Span<const Message> messages, absl::string_view where);

}  // namespace datasets

#endif  // DATASETS_RECORDS_MESSAGES_H_
