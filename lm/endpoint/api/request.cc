#include "lm/endpoint/api/request.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lm/endpoint/api/lenient_json.h"

namespace lm {
namespace {

// Without messages of the system: each goes before the next user's, with a blank line between.
std::vector<ChatMessage> WithoutSystem(const std::vector<ChatMessage>& messages) {
  std::vector<ChatMessage> folded;
  std::string system;
  for (const ChatMessage& message : messages) {
    if (message.role == "system") {
      absl::StrAppend(&system, message.content, "\n\n");
    } else {
      folded.push_back(message);
      if (message.role == "user") folded.back().content.insert(0, std::exchange(system, ""));
    }
  }
  if (!system.empty()) folded.push_back({"user", system});
  return folded;
}

}  // namespace

absl::string_view RequestPath(const ChatRequest& request) {
  return request.messages.empty() ? "/completions" : "/chat/completions";
}

base::Json RequestJson(const ChatRequest& request, const std::string& model, const base::Json& extra) {
  // top_p always: a server's own default may be another.
  base::Json body = {{"model", model},
                     {"temperature", request.temperature},
                     {"top_p", request.top_p},
                     {"max_tokens", request.max_tokens}};
  if (request.messages.empty()) body["prompt"] = request.prompt;
  const bool folds = Member(extra, kFoldSystem) == true;
  for (const ChatMessage& message : folds ? WithoutSystem(request.messages) : request.messages) {
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
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
  body.erase(kFoldSystem);
  return body;
}

std::string RequestBody(const ChatRequest& request, const std::string& model, const base::Json& extra) {
  return Dump(RequestJson(request, model, extra));
}

}  // namespace lm
