#include "datasets/preference/passage.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

bool IsList(const base::JsonLine& line, const char* key) {
  const auto found = line.value.find(key);
  return found != line.value.end() && found->is_array();
}

}  // namespace

absl::StatusOr<Passage> GetReply(const base::JsonLine& line, const char* key, Notes& notes) {
  if (!IsList(line, key)) return GetAnyText(line, key);
  ASSIGN_OR_RETURN(std::vector<Message> messages, GetMessages(line, key, notes));
  RETURN_IF_ERROR(CheckReplyMessages(messages, absl::StrCat(line.where, ": ", key)));
  return messages;
}

absl::StatusOr<Passage> GetPrompt(const base::JsonLine& line, bool chat, Notes& notes) {
  if (IsList(line, "prompt")) {
    if (!chat) {
      return InvalidAt(line.where,
                       "\"prompt\" is messages, and what is said to it a text: write [{\"role\": \"assistant\", "
                       "\"content\": ...}]");
    }
    ASSIGN_OR_RETURN(std::vector<Message> messages, GetMessages(line, "prompt", notes));
    RETURN_IF_ERROR(CheckPromptMessages(messages, absl::StrCat(line.where, ": prompt")));
    return messages;
  }
  ASSIGN_OR_RETURN(std::string text, GetText(line, "prompt"));
  if (!chat) return text;
  return std::vector<Message>{{"user", std::move(text)}};
}

bool IsBlank(const Passage& reply) {
  return IsChat(reply) ? base::IsBlank(std::get<std::vector<Message>>(reply).back().content)
                       : base::IsBlank(std::get<std::string>(reply));
}

base::OrderedJson ToJson(const Passage& passage) {
  if (!IsChat(passage)) return std::get<std::string>(passage);
  base::OrderedJson list = base::OrderedJson::array();
  for (const Message& message : std::get<std::vector<Message>>(passage)) {
    base::OrderedJson& json = list.emplace_back();
    json["role"] = message.role;
    json["content"] = message.content;
  }
  return list;
}

absl::Status OneKind::Add(const Passage& prompt, absl::string_view where) {
  if (first_.empty()) {
    first_ = std::string(where);
    chat_ = IsChat(prompt);
  }
  if (chat_ == IsChat(prompt)) return absl::OkStatus();
  const char* const kinds[] = {"texts", "messages"};
  return InvalidAt(where, absl::StrCat("this row is ", kinds[IsChat(prompt)], ", and ", first_, " ", kinds[chat_],
                                       ": give each kind a file of its own"));
}

}  // namespace datasets
