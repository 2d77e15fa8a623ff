#include "datasets/records/messages.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;

bool IsRole(absl::string_view role) { return role == "system" || role == "user" || role == "assistant"; }

absl::StatusOr<Message> ParseMessage(const JsonLine& line, Notes& notes) {
  const Json& value = line.value;
  if (!value.is_object()) {
    return InvalidAt(line.where,
                     absl::StrCat("a message must be {\"role\": ..., \"content\": ...}, and is ", TypeName(value)));
  }
  if (!Has(line, "role") && Has(line, "from")) {
    return InvalidAt(line.where,
                     "\"from\" and \"value\" are not read: write \"role\" (system, user or assistant) and \"content\"");
  }
  Message message;
  ASSIGN_OR_RETURN(message.role, GetText(line, "role"));
  if (!IsRole(message.role)) {
    return InvalidAt(
        line.where, absl::StrCat("\"role\" must be system, user or assistant, and is \"", Excerpt(message.role), "\""));
  }
  for (const auto& item : value.items()) {
    const std::string& key = item.key();
    if (key == "role" || key == "content" || item.value().is_null()) continue;
    if ((key == "tool_calls" || key == "function_call") && !item.value().empty()) {
      return InvalidAt(line.where, absl::StrCat("\"", key, "\": tools are not supported; take the row out"));
    }
    notes.Add(absl::StrCat("the key \"", Excerpt(key), "\" of messages is passed over"), line.where);
  }
  ASSIGN_OR_RETURN(message.content, GetAnyText(line, "content"));
  return message;
}

// Whether roles alternate, `outer` first and last.
absl::Status CheckTurns(absl::Span<const Message> messages, size_t first, absl::string_view outer,
                        absl::string_view inner, absl::string_view where) {
  for (size_t i = first; i < messages.size(); ++i) {
    const absl::string_view expected = (i - first) % 2 == 0 ? outer : inner;
    if (messages[i].role != expected) {
      return InvalidAt(where, absl::StrCat("message ", i + 1, " must be the ", expected, "'s, and is the ",
                                           messages[i].role, "'s: user and assistant take turns",
                                           outer == "user" ? ", after at most one system message" : ""));
    }
  }
  if ((messages.size() - first) % 2 == 0) {
    return InvalidAt(
        where, absl::StrCat("the last message must be the ", outer, "'s",
                            messages.size() == first ? ", and there is none"
                                                     : absl::StrCat(", and is the ", messages.back().role, "'s")));
  }
  return absl::OkStatus();
}

}  // namespace

bool operator==(const Message& a, const Message& b) { return a.role == b.role && a.content == b.content; }

absl::StatusOr<std::vector<Message>> GetMessages(const JsonLine& line, const char* key, Notes& notes) {
  const auto found = line.value.find(key);
  if (found == line.value.end() || !found->is_array()) {
    return InvalidAt(line.where,
                     absl::StrCat("\"", key, "\" must be a list of messages",
                                  found == line.value.end() ? "" : absl::StrCat(", and is ", TypeName(*found))));
  }
  if (found->empty()) return InvalidAt(line.where, absl::StrCat("\"", key, "\" must have at least one message"));
  std::vector<Message> messages;
  for (const Json& value : *found) {
    ASSIGN_OR_RETURN(Message message,
                     ParseMessage({value, absl::StrCat(line.where, ": ", key, "[", messages.size(), "]")}, notes));
    messages.push_back(std::move(message));
  }
  return messages;
}

absl::Status CheckPromptMessages(absl::Span<const Message> messages, absl::string_view where) {
  const size_t first = !messages.empty() && messages[0].role == "system" ? 1 : 0;
  RETURN_IF_ERROR(CheckTurns(messages, first, "user", "assistant", where));
  for (size_t i = 0; i < messages.size(); ++i) {
    if (base::IsBlank(messages[i].content)) return InvalidAt(where, absl::StrCat("message ", i + 1, " is empty"));
  }
  return absl::OkStatus();
}

absl::Status CheckReplyMessages(absl::Span<const Message> messages, absl::string_view where) {
  RETURN_IF_ERROR(CheckTurns(messages, 0, "assistant", "user", where));
  for (size_t i = 1; i < messages.size(); i += 2) {
    if (base::IsBlank(messages[i].content)) return InvalidAt(where, absl::StrCat("message ", i + 1, " is empty"));
  }
  return absl::OkStatus();
}

}  // namespace datasets
