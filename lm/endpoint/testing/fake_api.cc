#include "lm/endpoint/testing/fake_api.h"

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace lm {
namespace {

std::string Dump(const base::OrderedJson& json) {
  return json.dump(-1, ' ', false, base::OrderedJson::error_handler_t::replace);
}

int64_t Words(absl::string_view text) {
  const std::vector<absl::string_view> words = absl::StrSplit(text, absl::ByAnyChar(" \n\t"), absl::SkipEmpty());
  return words.size();
}

base::OrderedJson Choice(const FakeRequest& request, const FakeReply& reply) {
  base::OrderedJson choice = {{"index", 0}};
  if (request.is_chat) {
    choice["message"] = {{"role", "assistant"}, {"content", reply.text}};
  } else {
    choice["text"] = reply.text;
  }
  choice["finish_reason"] = reply.finish_reason;
  return choice;
}

// The text that is to be answered; null where there is none.
base::Json PromptOf(const FakeRequest& request) {
  const auto member = [](const base::Json& object, const char* name) {
    return object.is_object() ? object.value(name, base::Json()) : base::Json();
  };
  if (!request.is_chat) return member(request.body, "prompt");
  const base::Json messages = member(request.body, "messages");
  return messages.is_array() && !messages.empty() ? member(messages.back(), "content") : base::Json();
}

}  // namespace

absl::StatusOr<FakeRequest> ReadRequest(bool is_chat, absl::string_view body) {
  FakeRequest request;
  request.is_chat = is_chat;
  ASSIGN_OR_RETURN(request.body, base::ParseJson(body, "body"));
  const base::Json prompt = PromptOf(request);
  if (!prompt.is_string()) {
    return absl::InvalidArgumentError(is_chat ? "messages must end in a text" : "prompt must be a string");
  }
  request.prompt = prompt.get<std::string>();
  return request;
}

void LimitReply(const FakeRequest& request, FakeReply& reply) {
  for (const base::Json& stop : request.body.value("stop", base::Json::array())) {
    const size_t at = stop.is_string() ? reply.text.find(stop.get<std::string>()) : std::string::npos;
    if (at == std::string::npos) continue;
    reply.text.resize(at);
    reply.finish_reason = "stop";
  }
  const base::Json most = request.body.value("max_tokens", base::Json());
  if (!most.is_number_unsigned() || Words(reply.text) <= most.get<int64_t>()) return;
  std::vector<std::string> words = absl::StrSplit(reply.text, ' ');
  words.resize(std::min<size_t>(words.size(), most.get<size_t>()));
  reply.text = absl::StrJoin(words, " ");
  reply.finish_reason = "length";
}

std::string ReplyBody(const FakeRequest& request, const FakeReply& reply, int copies, bool tells_usage) {
  base::OrderedJson body = {{"id", "fake"},
                            {"object", request.is_chat ? "chat.completion" : "text_completion"},
                            {"model", request.body.value("model", base::Json())},
                            {"choices", base::OrderedJson::array()}};
  for (int i = 0; i < copies; ++i) body["choices"].push_back(Choice(request, reply));
  if (!tells_usage) return Dump(body);
  const int64_t prompt = Words(request.prompt), completion = Words(reply.text);
  body["usage"] = {{"prompt_tokens", prompt}, {"completion_tokens", completion}, {"total_tokens", prompt + completion}};
  return Dump(body);
}

std::string ErrorBody(absl::string_view message, absl::string_view code) {
  return Dump({{"error", {{"message", std::string(message)}, {"code", std::string(code)}}}});
}

std::string ModelsBody(absl::string_view model) {
  base::OrderedJson body = {{"object", "list"}, {"data", base::OrderedJson::array()}};
  body["data"].push_back({{"id", std::string(model)}, {"object", "model"}});
  return Dump(body);
}

}  // namespace lm
