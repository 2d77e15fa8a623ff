// A prompt or a reply as users' files give it: a text as it stands, or messages for a chat template.
#ifndef DATASETS_PREFERENCE_PASSAGE_H_
#define DATASETS_PREFERENCE_PASSAGE_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "datasets/records/messages.h"
#include "datasets/records/notes.h"

namespace datasets {

using Passage = std::variant<std::string, std::vector<Message>>;

inline bool IsChat(const Passage& passage) { return std::holds_alternative<std::vector<Message>>(passage); }

// The member `key` of a line: a text, which may be empty, or messages that CheckReplyMessages accepts.
absl::StatusOr<Passage> GetReply(const base::JsonLine& line, const char* key, Notes& notes);

// The member "prompt", of the kind of the replies: a text that is not blank, or messages that CheckPromptMessages
// accepts. A text before replies that are messages is the user's message. kInvalidArgument also for messages before
// texts.
absl::StatusOr<Passage> GetPrompt(const base::JsonLine& line, bool chat, Notes& notes);

// Whether there is nothing in a reply: white space, or an assistant that says nothing at the end.
bool IsBlank(const Passage& reply);

// The text or the messages as JSON.
base::OrderedJson ToJson(const Passage& passage);

// Refuses a file that has texts in one row and messages in another: a chat template is for a whole data set.
class OneKind {
 public:
  absl::Status Add(const Passage& prompt, absl::string_view where);

 private:
  bool chat_ = false;
  std::string first_;  // the first row's place; empty before it
};

}  // namespace datasets

#endif  // DATASETS_PREFERENCE_PASSAGE_H_
