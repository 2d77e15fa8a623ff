#include "lm/chat/exchange.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace lm {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;

std::string Dump(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

constexpr absl::string_view kBegin = "{\"id\":\"";

absl::StatusOr<ChatReply> ParseReply(const Json& json, absl::string_view where) {
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": \"reply\" must be an object"));
  const JsonLine line{json, absl::StrCat(where, ": reply")};
  ChatReply reply;
  ASSIGN_OR_RETURN(reply.text, base::GetString(line, "text"));
  ASSIGN_OR_RETURN(reply.finish_reason, base::GetString(line, "finish_reason"));
  ASSIGN_OR_RETURN(reply.model, base::GetString(line, "model"));
  ASSIGN_OR_RETURN(reply.prompt_tokens, base::GetInt(line, "prompt_tokens"));
  ASSIGN_OR_RETURN(reply.completion_tokens, base::GetInt(line, "completion_tokens"));
  if (json.contains("reasoning")) {
    ASSIGN_OR_RETURN(reply.reasoning, base::GetString(line, "reasoning"));
  }
  reply.refused = json.value("refused", Json()) == true;
  const auto alternatives = json.find("alternatives");
  if (alternatives == json.end()) return reply;
  const auto refused = [&line] {
    return absl::InvalidArgumentError(
        absl::StrCat(line.where, ": \"alternatives\" must be a list of [text, log-probability]"));
  };
  if (!alternatives->is_array()) return refused();
  for (const Json& pair : *alternatives) {
    const bool is_pair = pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_number();
    if (!is_pair) return refused();
    reply.alternatives.push_back({pair[0].get<std::string>(), pair[1].get<double>()});
  }
  return reply;
}

std::string ValidUtf8(const std::string& text) { return OrderedJson::parse(Dump(OrderedJson(text))); }

}  // namespace

OrderedJson InquiryJson(const std::string& model, const Inquiry& inquiry) {
  const ChatRequest& request = inquiry.request;
  OrderedJson json;
  const auto add = [&json](const char* name, const auto& value) {
    if (value.has_value()) json[name] = *value;
  };
  if (!inquiry.prompt_name.empty()) json["judge"] = inquiry.prompt_name;
  json["model"] = model;
  if (!request.messages.empty()) {
    json["messages"] = OrderedJson::array();
    for (const ChatMessage& message : request.messages) {
      json["messages"].push_back({{"role", message.role}, {"content", message.content}});
    }
  } else if (!request.prompt_ids.empty()) {
    json["prompt_ids"] = request.prompt_ids;
  } else {
    json["prompt"] = request.prompt;
  }
  json["temperature"] = request.temperature;
  json["top_p"] = request.top_p;
  add("top_k", request.top_k);
  add("min_p", request.min_p);
  add("repetition_penalty", request.repetition_penalty);
  json["max_tokens"] = request.max_tokens;
  json["stop"] = request.stop;
  json["seed"] = request.seed.has_value() ? OrderedJson(*request.seed) : OrderedJson();
  if (request.stream.has_value()) {
    const ReplyStream& stream = *request.stream;
    json["stream"] = {{"seed", stream.seed}, {"name", stream.name}, {"item", stream.item}, {"sample", stream.sample}};
  }
  if (request.allow_special_in_text) json["allow_special_in_text"] = true;
  json["repeat"] = inquiry.repeat;
  json["attempt"] = inquiry.round;
  if (!inquiry.extra.empty()) json["extra"] = inquiry.extra;
  return json;
}

std::string ExchangeId(const std::string& model, const Inquiry& inquiry) {
  return base::Sha256Hex(Dump(InquiryJson(model, inquiry)));
}

std::string FormatExchange(const std::string& model, const Inquiry& inquiry, const ChatReply& reply) {
  OrderedJson json;
  json["id"] = ExchangeId(model, inquiry);
  json.update(InquiryJson(model, inquiry));
  json["reply"] = {{"text", reply.text},
                   {"finish_reason", reply.finish_reason},
                   {"model", reply.model},
                   {"prompt_tokens", reply.prompt_tokens},
                   {"completion_tokens", reply.completion_tokens}};
  if (!reply.reasoning.empty()) json["reply"]["reasoning"] = reply.reasoning;
  if (reply.refused) json["reply"]["refused"] = true;
  for (const Alternative& alternative : reply.alternatives) {
    json["reply"]["alternatives"].push_back({alternative.text, alternative.log_prob});
  }
  return base::PrintJson(json) + "\n";
}

absl::StatusOr<Exchange> ParseExchange(absl::string_view text, absl::string_view where) {
  // First with the limits on depth, then in the line's own order, which the id depends on.
  JsonLine line;
  line.where = std::string(where);
  ASSIGN_OR_RETURN(line.value, base::ParseJson(text, where));
  if (!line.value.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": a line must be a JSON object"));
  Exchange exchange;
  ASSIGN_OR_RETURN(exchange.id, base::GetString(line, "id"));
  ASSIGN_OR_RETURN(exchange.model, base::GetString(line, "model"));
  if (!line.value.contains("reply")) return absl::InvalidArgumentError(absl::StrCat(where, ": \"reply\" is missing"));
  ASSIGN_OR_RETURN(exchange.reply, ParseReply(line.value["reply"], where));
  OrderedJson content = OrderedJson::parse(text.begin(), text.end());
  content.erase("id");
  content.erase("reply");
  if (base::Sha256Hex(Dump(content)) != exchange.id) {
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": the exchange does not fit its id: it was changed since it was recorded; remove the line"));
  }
  return exchange;
}

bool MayBeginExchange(absl::string_view text) {
  return absl::StartsWith(text, kBegin) || absl::StartsWith(kBegin, text);
}

ChatReply AsRecorded(ChatReply reply) {
  reply.text = ValidUtf8(reply.text);
  reply.finish_reason = ValidUtf8(reply.finish_reason);
  reply.model = ValidUtf8(reply.model);
  reply.reasoning = ValidUtf8(reply.reasoning);
  reply.server.clear();
  for (Alternative& alternative : reply.alternatives) alternative.text = ValidUtf8(alternative.text);
  return reply;
}

}  // namespace lm
