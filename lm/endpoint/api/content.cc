#include "lm/endpoint/api/content.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "lm/endpoint/api/lenient_json.h"

namespace lm {
namespace {

// A text as such, as {"value": "..."}, or as a list of parts with a text each.
std::string TextWithin(const base::Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) {
    const std::string text = StringOf(Member(value, "text"));
    return text.empty() ? StringOf(Member(value, "value")) : text;
  }
  std::string all;
  if (value.is_array()) {
    for (const base::Json& part : value) {
      if (!part.is_array()) all += TextWithin(part);
    }
  }
  return all;
}

void AddPart(const base::Json& part, Content& content) {
  if (part.is_string()) {
    content.text += part.get<std::string>();
    return;
  }
  const std::string type = StringOf(Member(part, "type"));
  content.refusal += StringOf(Member(part, "refusal"));
  if (absl::StrContains(type, "thinking") || absl::StrContains(type, "reasoning")) {
    for (const char* name : {"thinking", "reasoning", "text", "content", "summary"}) {
      const std::string text = TextWithin(Member(part, name));
      content.reasoning += text;
      if (!text.empty()) return;
    }
    return;
  }
  content.text += TextWithin(Member(part, "text"));
}

}  // namespace

void AddContent(const base::Json& message, Content& content) {
  if (!message.is_object()) return;
  const base::Json& said = Member(message, "content");
  if (said.is_string()) content.text += said.get<std::string>();
  if (said.is_object()) AddPart(said, content);
  if (said.is_array()) {
    for (const base::Json& part : said) AddPart(part, content);
  }
  // Servers that name it twice say the same.
  for (const char* name : {"reasoning_content", "reasoning", "thinking", "reasoning_details"}) {
    const std::string text = TextWithin(Member(message, name));
    content.reasoning += text;
    if (!text.empty()) break;
  }
  content.refusal += StringOf(Member(message, "refusal"));
  const bool is_content =
      message.contains("content") && (said.is_null() || said.is_string() || said.is_array() || said.is_object());
  content.is_there = content.is_there || is_content || !content.reasoning.empty() || !content.refusal.empty() ||
                     !Member(message, "tool_calls").is_null() || !Member(message, "function_call").is_null();
}

}  // namespace lm
