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

absl::StatusOr<std::vector<Message>> GetPromptMessages(const base::JsonLine& line, Notes& notes) {
  if (!IsList(line, "prompt")) {
    ASSIGN_OR_RETURN(std::string text, GetText(line, "prompt"));
    return std::vector<Message>{{"user", std::move(text)}};
  }
  ASSIGN_OR_RETURN(std::vector<Message> messages, GetMessages(line, "prompt", notes));
  RETURN_IF_ERROR(CheckPromptMessages(messages, absl::StrCat(line.where, ": prompt")));
  return messages;
}

}  // namespace

absl::StatusOr<PromptAndReply> GetPromptAndReply(const base::JsonLine& line, const char* reply_key, Notes& notes) {
  PromptAndReply row;
  if (IsList(line, reply_key)) {
    ASSIGN_OR_RETURN(std::vector<Message> reply, GetMessages(line, reply_key, notes));
    RETURN_IF_ERROR(CheckReplyMessages(reply, absl::StrCat(line.where, ": ", reply_key)));
    row.reply = std::move(reply);
    ASSIGN_OR_RETURN(row.prompt, GetPromptMessages(line, notes));
    return row;
  }
  ASSIGN_OR_RETURN(row.reply, GetAnyText(line, reply_key));
  if (IsList(line, "prompt")) {
    return InvalidAt(line.where, absl::StrCat("\"prompt\" is messages and \"", reply_key, "\" a text: write ",
                                              "[{\"role\": \"assistant\", \"content\": ...}]"));
  }
  ASSIGN_OR_RETURN(row.prompt, GetText(line, "prompt"));
  return row;
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
