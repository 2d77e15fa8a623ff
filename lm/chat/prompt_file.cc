#include "lm/chat/prompt_file.h"

#include <limits>
#include <unordered_set>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/status.h"

namespace lm {
namespace {

absl::Status Invalid(const base::JsonLine& line, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(line.where, ": ", problem));
}

absl::Status ReadIds(const base::JsonLine& line, const base::Json& ids, TokenIds& result) {
  if (!ids.is_array() || ids.empty()) return Invalid(line, "prompt_ids must be an array of token ids, one at least");
  for (const base::Json& id : ids) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() > std::numeric_limits<int32_t>::max()) {
      return Invalid(line, absl::StrCat("prompt_ids: ", id.dump(), " is no token id"));
    }
    result.push_back(id.get<int32_t>());
  }
  return absl::OkStatus();
}

absl::Status ReadMessages(const base::JsonLine& line, const base::Json& messages, std::vector<ChatMessage>& result) {
  const auto is_text = [](const base::Json& message, const char* name) {
    return message.is_object() && message.contains(name) && message[name].is_string();
  };
  if (!messages.is_array() || messages.empty()) return Invalid(line, "messages must be an array, one at least");
  for (const base::Json& message : messages) {
    if (!is_text(message, "role") || !is_text(message, "content")) {
      return Invalid(line, "messages: each must be {\"role\": \"...\", \"content\": \"...\"}");
    }
    result.push_back({message["role"].get<std::string>(), message["content"].get<std::string>()});
  }
  return absl::OkStatus();
}

absl::StatusOr<PromptLine> ParsePrompt(const base::JsonLine& line) {
  PromptLine prompt;
  prompt.where = line.where;
  prompt.id = line.value.value("id", base::Json());
  if (prompt.id.is_string()) {
    prompt.item = base::Id64(prompt.id.get<std::string>());
  } else if (prompt.id.is_number_unsigned()) {
    prompt.item = prompt.id.get<uint64_t>();
  } else {
    return Invalid(line, "id must be a string or an integer >= 0");
  }
  const auto has = [&](const char* name) { return line.value.contains(name); };
  if (has("prompt") + has("prompt_ids") + has("messages") != 1) {
    return Invalid(line, "give one of \"prompt\", \"prompt_ids\" and \"messages\"");
  }
  if (has("prompt")) {
    ASSIGN_OR_RETURN(prompt.prompt, base::GetString(line, "prompt"));
    if (prompt.prompt.empty()) return Invalid(line, "prompt is empty");
  } else if (has("prompt_ids")) {
    RETURN_IF_ERROR(ReadIds(line, line.value["prompt_ids"], prompt.prompt_ids));
  } else {
    RETURN_IF_ERROR(ReadMessages(line, line.value["messages"], prompt.messages));
  }
  return prompt;
}

}  // namespace

absl::StatusOr<std::vector<PromptLine>> ParsePrompts(absl::string_view text, absl::string_view path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, base::ParseJsonLines(text, path));
  std::vector<PromptLine> prompts;
  std::unordered_set<std::string> ids;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(prompts.emplace_back(), ParsePrompt(line));
    const std::string id = prompts.back().id.dump();
    if (!ids.insert(id).second) return Invalid(line, absl::StrCat("id ", id, " is a second time here"));
  }
  if (prompts.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": no prompts"));
  return prompts;
}

}  // namespace lm
