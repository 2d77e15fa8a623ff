#include "evaluation/judges/exchange_record.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace evaluation {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::base::OrderedJson;

std::string Dump(const OrderedJson& json) { return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

// All that a reply may depend on, in a fixed order: what the id is of.
OrderedJson Content(const std::string& model, const Inquiry& inquiry) {
  const lm::ChatRequest& request = inquiry.request;
  OrderedJson json;
  json["judge"] = inquiry.judge;
  json["model"] = model;
  if (request.messages.empty()) {
    json["prompt"] = request.prompt;
  } else {
    json["messages"] = OrderedJson::array();
    for (const lm::ChatMessage& message : request.messages) {
      json["messages"].push_back({{"role", message.role}, {"content", message.content}});
    }
  }
  json["temperature"] = request.temperature;
  json["top_p"] = request.top_p;
  json["max_tokens"] = request.max_tokens;
  json["stop"] = request.stop;
  json["seed"] = request.seed.has_value() ? OrderedJson(*request.seed) : OrderedJson();
  json["repeat"] = inquiry.repeat;
  json["attempt"] = inquiry.attempt;
  if (!inquiry.extra.empty()) json["extra"] = inquiry.extra;
  return json;
}

absl::StatusOr<lm::ChatReply> ParseReply(const Json& json, absl::string_view where) {
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": \"reply\" must be an object"));
  const JsonLine line{json, absl::StrCat(where, ": reply")};
  lm::ChatReply reply;
  ASSIGN_OR_RETURN(reply.text, base::GetString(line, "text"));
  ASSIGN_OR_RETURN(reply.finish_reason, base::GetString(line, "finish_reason"));
  ASSIGN_OR_RETURN(reply.model, base::GetString(line, "model"));
  ASSIGN_OR_RETURN(reply.prompt_tokens, base::GetInt(line, "prompt_tokens"));
  ASSIGN_OR_RETURN(reply.completion_tokens, base::GetInt(line, "completion_tokens"));
  return reply;
}

std::string ValidUtf8(const std::string& text) { return OrderedJson::parse(Dump(OrderedJson(text))); }

}  // namespace

std::string ExchangeId(const std::string& model, const Inquiry& inquiry) {
  return base::Sha256Hex(Dump(Content(model, inquiry)));
}

std::string FormatExchange(const std::string& model, const Inquiry& inquiry, const lm::ChatReply& reply) {
  OrderedJson json;
  json["id"] = ExchangeId(model, inquiry);
  json.update(Content(model, inquiry));
  json["reply"] = {{"text", reply.text},
                   {"finish_reason", reply.finish_reason},
                   {"model", reply.model},
                   {"prompt_tokens", reply.prompt_tokens},
                   {"completion_tokens", reply.completion_tokens}};
  return Dump(json) + "\n";
}

absl::StatusOr<ExchangeRecord> ParseExchange(absl::string_view text, absl::string_view where) {
  // First with the limits on depth, then in the line's own order, which the id depends on.
  JsonLine line;
  line.where = std::string(where);
  ASSIGN_OR_RETURN(line.value, base::ParseJson(text, where));
  if (!line.value.is_object()) return absl::InvalidArgumentError(absl::StrCat(where, ": a line must be a JSON object"));
  ExchangeRecord record;
  ASSIGN_OR_RETURN(record.id, base::GetString(line, "id"));
  ASSIGN_OR_RETURN(record.model, base::GetString(line, "model"));
  if (!line.value.contains("reply")) return absl::InvalidArgumentError(absl::StrCat(where, ": \"reply\" is missing"));
  ASSIGN_OR_RETURN(record.reply, ParseReply(line.value["reply"], where));
  OrderedJson content = OrderedJson::parse(text.begin(), text.end());
  content.erase("id");
  content.erase("reply");
  if (base::Sha256Hex(Dump(content)) != record.id) {
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": the exchange does not fit its id: it was changed since it was recorded; remove the line"));
  }
  return record;
}

lm::ChatReply AsRecorded(lm::ChatReply reply) {
  reply.text = ValidUtf8(reply.text);
  reply.finish_reason = ValidUtf8(reply.finish_reason);
  reply.model = ValidUtf8(reply.model);
  return reply;
}

}  // namespace evaluation
