#include "sami/principles/exchange_file.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace sami {
namespace {

using ::base::JsonLine;
using ::base::OrderedJson;

OrderedJson RequestJson(const lm::ChatRequest& request) {
  OrderedJson json;
  json["messages"] = OrderedJson::array();
  for (const lm::ChatMessage& message : request.messages) {
    json["messages"].push_back(OrderedJson{{"role", message.role}, {"content", message.content}});
  }
  json["temperature"] = request.temperature;
  json["top_p"] = request.top_p;
  json["max_tokens"] = request.max_tokens;
  if (request.seed.has_value()) json["seed"] = *request.seed;
  return json;
}

// Equal requests have equal keys: members by name.
std::string Key(const base::Json& request) {
  return request.dump(-1, ' ', false, base::Json::error_handler_t::replace);
}

class RecordedModel : public lm::ChatModel {
 public:
  RecordedModel(std::string path, std::map<std::string, lm::ChatReply> replies)
      : path_(std::move(path)), replies_(std::move(replies)) {}

  std::string name() const override { return "recorded"; }

  void Complete(absl::Span<const lm::ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<lm::ChatReply>)> done) override {
    for (size_t i = 0; i < requests.size(); ++i) {
      const auto reply = replies_.find(Key(base::Json(RequestJson(requests[i]))));
      if (!done(i, reply != replies_.end() ? absl::StatusOr<lm::ChatReply>(reply->second) : Missing())) return;
    }
  }

 private:
  absl::Status Missing() const {
    return absl::NotFoundError(absl::StrCat(path_,
                                            ": holds no reply to this question; it was recorded with another "
                                            "task, other options or another wording of the question"));
  }

  const std::string path_;
  const std::map<std::string, lm::ChatReply> replies_;
};

}  // namespace

absl::Status WriteExchanges(const std::string& path, const std::vector<WriterExchange>& exchanges) {
  std::vector<OrderedJson> lines;
  for (const WriterExchange& exchange : exchanges) {
    OrderedJson line;
    line["request"] = RequestJson(exchange.request);
    line["reply"] = {{"text", exchange.reply.text},
                     {"finish_reason", exchange.reply.finish_reason},
                     {"model", exchange.reply.model}};
    line["added"] = exchange.added;
    line["problem"] = exchange.problem;
    lines.push_back(std::move(line));
  }
  return base::WriteJsonLines(path, lines);
}

absl::StatusOr<std::unique_ptr<lm::ChatModel>> ReadRecordedModel(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, base::ReadJsonLines(path));
  std::map<std::string, lm::ChatReply> replies;
  for (const JsonLine& line : lines) {
    const JsonLine reply_line{line.value.value("reply", base::Json()), absl::StrCat(line.where, ": reply")};
    if (!reply_line.value.is_object() || !line.value.contains("request")) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": must have \"request\" and \"reply\""));
    }
    lm::ChatReply reply;
    ASSIGN_OR_RETURN(reply.text, base::GetString(reply_line, "text"));
    ASSIGN_OR_RETURN(reply.finish_reason, base::GetString(reply_line, "finish_reason"));
    ASSIGN_OR_RETURN(reply.model, base::GetString(reply_line, "model"));
    replies.emplace(Key(line.value["request"]), std::move(reply));
  }
  return std::unique_ptr<lm::ChatModel>(std::make_unique<RecordedModel>(path, std::move(replies)));
}

}  // namespace sami
