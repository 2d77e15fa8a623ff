#include "lm/endpoint/api/reply.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/endpoint/api/content.h"
#include "lm/endpoint/api/error.h"
#include "lm/endpoint/api/event_stream.h"
#include "lm/endpoint/api/lenient_json.h"
#include "lm/endpoint/api/one_line.h"

namespace lm {
namespace {

bool IsChat(const ChatRequest& request) { return !request.messages.empty(); }

absl::Status WrongReply(absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat("reply: ", what)); }

// What the choice says: of a chat in choice.message, else in choice.text.
absl::StatusOr<Content> ContentOf(const base::Json& choice, bool chat) {
  Content content;
  const base::Json& message = Member(choice, "message");
  if (chat && !message.is_object()) return WrongReply("choices[0].message is missing");
  if (chat) AddContent(message, content);
  const base::Json& text = chat ? Member(message, "content") : Member(choice, "text");
  if (!chat && text.is_string()) {
    content.text = text.get<std::string>();
    content.is_there = true;
  }
  if (content.is_there) return content;
  return WrongReply(absl::StrCat("choices[0].", chat ? "message.content" : "text",
                                 " must be a string or parts, and is a ", text.type_name()));
}

// The choice with index 0, which some servers write as text. Servers that send one choice may leave its index out.
absl::StatusOr<const base::Json*> FirstChoice(const base::Json& reply, bool chat) {
  const base::Json& choices = Member(reply, "choices");
  if (!choices.is_array() || choices.empty()) {
    const bool is_ollamas = Member(reply, "message").is_object() && reply.contains("done");
    const std::string said = ReadError(reply).message, whole = Dump(reply);
    if (said != whole) return absl::InvalidArgumentError(absl::StrCat("the server says: ", OneLine(said)));
    return WrongReply(absl::StrCat("no \"choices\" in ", OneLine(whole),
                                   is_ollamas ? "; that is Ollama's own API, its OpenAI API is at /v1" : ""));
  }
  const base::Json* first = nullptr;
  for (const base::Json& choice : choices) {
    const base::Json& index = Member(choice, "index");
    const bool is_first = index.is_null() ? choices.size() == 1 : index == 0 || index == "0";
    if (!is_first) continue;
    if (first != nullptr) {
      ASSIGN_OR_RETURN(const Content before, ContentOf(*first, chat));
      ASSIGN_OR_RETURN(const Content now, ContentOf(choice, chat));
      if (before.text != now.text) return WrongReply("two choices have the index 0 and different texts");
    }
    if (first == nullptr) first = &choice;
  }
  if (first == nullptr) return WrongReply("no choice has the index 0");
  return first;
}

// Servers' words, in lower case, for the five ends that are told apart; and two that say that there is no whole reply.
absl::string_view EndMeant(const std::string& word) {
  static constexpr struct {
    absl::string_view end;
    std::initializer_list<absl::string_view> words;
  } kEnds[] = {
      {"stop",
       {"stop", "eos", "eos_token", "end_turn", "stop_sequence", "end_of_turn", "completed", "complete", "done",
        "finished"}},
      {"length",
       {"length", "max_tokens", "model_length", "max_length", "max_output_tokens", "max_new_tokens", "token_limit",
        "context_length", "model_context_window_exceeded", "incomplete"}},
      {"tool", {"tool_calls", "tool_call", "tool_use", "function_call"}},
      {"filter",
       {"content_filter", "content_filtered", "safety", "recitation", "blocklist", "prohibited_content",
        "guardrail_intervened", "sensitive"}},
      {"stop", {"refusal"}},
      {"broken", {"error", "abort", "aborted", "cancelled", "canceled"}},
  };
  for (const auto& [end, words] : kEnds) {
    for (const absl::string_view known : words) {
      if (word == known) return end;
    }
  }
  return "unknown";
}

absl::Status ReadEnd(const base::Json& choice, ApiReply& result) {
  const base::Json& value = Member(choice, "finish_reason");
  const std::string word = StringOf(value), shown = OneLine(value.is_string() ? word : Dump(value), "", 40);
  const absl::string_view end = EndMeant(absl::AsciiStrToLower(word));
  if (end == "filter") {
    return absl::PermissionDeniedError(absl::StrCat("the server withholds the text (finish_reason ", shown, ")"));
  }
  if (end == "broken") {
    return absl::AbortedError(absl::StrCat("the server gave the reply up (finish_reason ", shown, ")"));
  }
  result.reply.finish_reason = std::string(end);
  if (end == "tool" || end == "unknown") {
    result.remarks.push_back(absl::StrCat("finish_reason ", word.empty() && value.is_string() ? "\"\"" : shown));
  }
  return absl::OkStatus();
}

// A count of tokens, also as 12.0 or "12"; nullopt where it is none, or absurd.
std::optional<int64_t> Count(const base::Json& usage, const char* name, const char* other_name) {
  constexpr double kMost = 1e12;
  const base::Json& value = Member(usage, Member(usage, name).is_null() ? other_name : name);
  double count = -1;
  if (value.is_number()) count = value.get<double>();
  if (value.is_string() && !absl::SimpleAtod(value.get<std::string>(), &count)) return std::nullopt;
  if (!(count >= 0 && count <= kMost) || count != std::floor(count)) return std::nullopt;
  return static_cast<int64_t>(count);
}

// Token counts of a reply, unless they are missing or absurd.
void ReadUsage(const base::Json& reply, ApiReply& result) {
  const base::Json& usage = Member(reply, "usage");
  const auto prompt = Count(usage, "prompt_tokens", "input_tokens");
  auto completion = Count(usage, "completion_tokens", "output_tokens");
  const auto total = Count(usage, "total_tokens", "total_tokens");
  if (prompt && !completion && total && *total >= *prompt) completion = *total - *prompt;
  if (!prompt || !completion) return;
  result.has_usage = true;
  result.reply.prompt_tokens = *prompt;
  result.reply.completion_tokens = *completion;
}

// The first token's alternatives: of a chat logprobs.content[0].top_logprobs, a list of objects; of a text
// logprobs.top_logprobs[0], an object. What is no finite log-probability is left out, as servers write -Infinity and
// null for tokens that cannot be.
std::vector<Alternative> FirstAlternatives(const base::Json& choice) {
  std::vector<Alternative> alternatives;
  const auto add = [&alternatives](const std::string& token, const base::Json& log_prob) {
    if (!log_prob.is_number() || !std::isfinite(log_prob.get<double>())) return;
    alternatives.push_back({token, log_prob.get<double>()});
  };
  const base::Json& log_probs = Member(choice, "logprobs");
  const base::Json& tokens = Member(log_probs, "content");
  if (tokens.is_array() && !tokens.empty()) {
    for (const base::Json& top : Member(tokens[0], "top_logprobs"))
      add(StringOf(Member(top, "token")), Member(top, "logprob"));
    return alternatives;
  }
  const base::Json& texts = Member(log_probs, "top_logprobs");
  if (!texts.is_array() || texts.empty() || !texts[0].is_object()) return alternatives;
  for (const auto& [token, log_prob] : texts[0].items()) add(token, log_prob);
  return alternatives;
}

}  // namespace

absl::StatusOr<ApiReply> ReadReply(const ChatRequest& request, const base::Json& json) {
  const bool is_chat = IsChat(request);
  ASSIGN_OR_RETURN(const base::Json* const choice, FirstChoice(json, is_chat));
  const base::Json& error = Member(*choice, "error");
  if (!error.is_null()) return absl::AbortedError(absl::StrCat("reply: ", OneLine(ReadError(json).message)));
  ApiReply result;
  ASSIGN_OR_RETURN(Content content, ContentOf(*choice, is_chat));
  RETURN_IF_ERROR(ReadEnd(*choice, result));
  const bool says_refused = absl::AsciiStrToLower(StringOf(Member(*choice, "finish_reason"))) == "refusal";
  result.reply.refused = says_refused || !content.refusal.empty();
  result.reply.text = content.text.empty() ? content.refusal : std::move(content.text);
  result.reply.reasoning = std::move(content.reasoning);
  result.reply.alternatives = FirstAlternatives(*choice);
  result.reply.model = StringOf(Member(json, "model"));
  ReadUsage(json, result);
  const bool is_full = result.has_usage && result.reply.completion_tokens >= request.max_tokens;
  if (is_full && result.reply.finish_reason == "unknown") result.reply.finish_reason = "length";
  return result;
}

absl::StatusOr<ApiReply> ParseReply(const ChatRequest& request, absl::string_view body) {
  if (base::IsBlank(body)) return WrongReply("the body is empty");
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(body), "<")) {
    return WrongReply(absl::StrCat("not valid JSON: ", OneLine(ParseError(body).message)));
  }
  const bool is_stream = IsEventStream(body);
  bool repaired = false;
  ASSIGN_OR_RETURN(const base::Json json,
                   is_stream ? JoinEventStream(body, &repaired) : ParseLenientJson(body, "reply", &repaired));
  ASSIGN_OR_RETURN(ApiReply result, ReadReply(request, json));
  if (is_stream) result.remarks.push_back("an event stream");
  if (repaired) result.remarks.push_back("broken UTF-8");
  return result;
}

}  // namespace lm
