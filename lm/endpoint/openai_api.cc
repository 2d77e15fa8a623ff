#include "lm/endpoint/openai_api.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "lm/endpoint/one_line.h"

namespace lm {
namespace {

bool IsChat(const ChatRequest& request) { return !request.messages.empty(); }

absl::Status WrongReply(absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat("reply: ", what)); }

// The member of an object, or null where there is none.
const base::Json& Member(const base::Json& object, const char* name) {
  static const base::Json* const null = new base::Json();
  if (!object.is_object()) return *null;
  const auto found = object.find(name);
  return found == object.end() ? *null : *found;
}

std::string StringOr(const base::Json& value, absl::string_view otherwise) {
  return value.is_string() ? value.get<std::string>() : std::string(otherwise);
}

// The choice's text: of a chat in choice.message.content, else in choice.text.
absl::StatusOr<std::string> TextOf(const base::Json& choice, bool chat) {
  const base::Json& message = Member(choice, "message");
  if (chat && !message.is_object()) return WrongReply("choices[0].message is missing");
  if (chat && message.contains("content") && message["content"].is_null()) return "";
  const base::Json& text = chat ? Member(message, "content") : Member(choice, "text");
  if (text.is_string()) return text.get<std::string>();
  return WrongReply(
      absl::StrCat("choices[0].", chat ? "message.content" : "text", " must be a string, and is a ", text.type_name()));
}

// The choice with index 0. Servers that send one choice may leave its index out.
absl::StatusOr<base::Json> FirstChoice(const base::Json& reply, bool chat) {
  const base::Json& choices = Member(reply, "choices");
  if (!choices.is_array() || choices.empty()) {
    const std::string message = ParseError(reply.dump(-1, ' ', false, base::Json::error_handler_t::replace)).message;
    return WrongReply(absl::StrCat("no \"choices\" in ", OneLine(message)));
  }
  const base::Json* first = nullptr;
  for (const base::Json& choice : choices) {
    const base::Json& index = Member(choice, "index");
    const bool is_first = index.is_null() ? choices.size() == 1 : index == 0;
    if (!is_first) continue;
    if (first != nullptr) {
      ASSIGN_OR_RETURN(const std::string before, TextOf(*first, chat));
      ASSIGN_OR_RETURN(const std::string now, TextOf(choice, chat));
      if (before != now) return WrongReply("two choices have the index 0 and different texts");
    }
    if (first == nullptr) first = &choice;
  }
  if (first == nullptr) return WrongReply("no choice has the index 0");
  return *first;
}

absl::StatusOr<std::string> FinishReason(const base::Json& choice) {
  const base::Json& value = Member(choice, "finish_reason");
  const std::string reason = StringOr(value, "");
  if (reason == "length" || reason == "max_tokens") return "length";
  for (const char* stop : {"stop", "eos", "eos_token", "end_turn", "stop_sequence"}) {
    if (reason == stop) return "stop";
  }
  if (reason == "content_filter") {
    return absl::PermissionDeniedError("the server withholds the text (finish_reason content_filter)");
  }
  return WrongReply(absl::StrCat("finish_reason ", OneLine(value.dump()), " is neither \"stop\" nor \"length\""));
}

// Token counts of a reply, unless they are missing or absurd.
void ReadUsage(const base::Json& reply, ApiReply& result) {
  const base::Json& usage = Member(reply, "usage");
  const base::Json &prompt = Member(usage, "prompt_tokens"), &completion = Member(usage, "completion_tokens");
  constexpr uint64_t kMost = uint64_t{1} << 40;
  const auto is_count = [](const base::Json& value) { return value.is_number_unsigned() && value <= kMost; };
  if (!is_count(prompt) || !is_count(completion)) return;
  result.has_usage = true;
  result.reply.prompt_tokens = prompt.get<int64_t>();
  result.reply.completion_tokens = completion.get<int64_t>();
}

}  // namespace

absl::string_view RequestPath(const ChatRequest& request) {
  return IsChat(request) ? "/chat/completions" : "/completions";
}

std::string RequestBody(const ChatRequest& request, const std::string& model, const base::Json& extra) {
  // top_p always: a server's own default may be another.
  base::Json body = {{"model", model},
                     {"temperature", request.temperature},
                     {"top_p", request.top_p},
                     {"max_tokens", request.max_tokens}};
  if (IsChat(request)) {
    for (const ChatMessage& message : request.messages) {
      body["messages"].push_back({{"role", message.role}, {"content", message.content}});
    }
  } else {
    body["prompt"] = request.prompt;
  }
  if (!request.stop.empty()) body["stop"] = request.stop;
  const auto add = [&body](const char* name, const auto& value) {
    if (value.has_value()) body[name] = *value;
  };
  add("seed", request.seed);
  // vLLM, SGLang and llama.cpp's server know these.
  add("top_k", request.top_k);
  add("min_p", request.min_p);
  add("repetition_penalty", request.repetition_penalty);
  body.merge_patch(extra);
  return body.dump(-1, ' ', /*ensure_ascii=*/false, base::Json::error_handler_t::replace);
}

absl::StatusOr<ApiReply> ParseReply(const ChatRequest& request, absl::string_view body) {
  ASSIGN_OR_RETURN(const base::Json reply, base::ParseJson(body, "reply"));
  ASSIGN_OR_RETURN(const base::Json choice, FirstChoice(reply, IsChat(request)));
  ApiReply result;
  ASSIGN_OR_RETURN(result.reply.finish_reason, FinishReason(choice));
  ASSIGN_OR_RETURN(result.reply.text, TextOf(choice, IsChat(request)));
  result.reply.model = StringOr(Member(reply, "model"), "");
  ReadUsage(reply, result);
  return result;
}

ApiError ParseError(absl::string_view body) {
  const auto json = base::ParseJson(body, "");
  if (!json.ok()) return {std::string(body), ""};
  // OpenAI and most: {"error": {"message", "code"}}; vLLM once and FastAPI: {"message"}, {"detail"}, {"error": "..."}.
  const base::Json& error = Member(*json, "error");
  for (const base::Json* value :
       {&Member(error, "message"), &error, &Member(*json, "message"), &Member(*json, "detail")}) {
    if (value->is_string()) return {value->get<std::string>(), StringOr(Member(error, "code"), "")};
  }
  return {std::string(body), ""};
}

}  // namespace lm
