#include "lm/endpoint/batch.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"
#include "lm/endpoint/address.h"
#include "lm/endpoint/api/lenient_json.h"
#include "lm/endpoint/api/request.h"
#include "lm/endpoint/statistics.h"
#include "lm/endpoint/try_result.h"

namespace lm {
namespace {

// An answer as if it had come over HTTP. A line with an error and no response is one that never reached a model.
absl::StatusOr<HttpResult> AnswerOf(const base::Json& line, const std::string& where) {
  constexpr int kNeverAnswered = 500;
  const base::Json& response = Member(line, "response");
  const base::Json& error = Member(line, "error");
  HttpResult result;
  if (response.is_object()) {
    const base::Json& body = Member(response, "body");
    const base::Json& status = Member(response, "status_code");
    result.status = status.is_number_integer() ? status.get<int>() : 200;
    result.body = body.is_string() ? body.get<std::string>() : Dump(body);
    return result;
  }
  if (error.is_null()) {
    return absl::InvalidArgumentError(
        absl::StrCat(where, ": neither \"response\" nor \"error\"; is it a batch's output file?"));
  }
  result.status = kNeverAnswered;
  result.body = Dump({{"error", error}});
  return result;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BatchModel>> BatchModel::Make(const EndpointOptions& options,
                                                             const std::vector<std::string>& files) {
  if (options.model.empty()) return absl::InvalidArgumentError("endpoint: the model's name is missing");
  ASSIGN_OR_RETURN(const ApiAddress address, ParseApiAddress(options.base_url));
  std::unique_ptr<BatchModel> batch(new BatchModel(options));
  batch->url_begin_ = address.is_azure ? "" : "/v1";  // whatever the server's own path is
  for (const std::string& file : files) RETURN_IF_ERROR(batch->ReadAnswers(file));
  return batch;
}

absl::Status BatchModel::ReadAnswers(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  int64_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::string where = absl::StrCat(path, ":", ++number);
    line = absl::StripSuffix(line, "\r");
    if (base::IsBlank(line)) continue;
    ASSIGN_OR_RETURN(const base::Json json, ParseLenientJson(line, where));
    const std::string id = StringOf(Member(json, "custom_id"));
    if (id.empty()) return absl::InvalidArgumentError(absl::StrCat(where, ": \"custom_id\" must be a string"));
    ASSIGN_OR_RETURN(HttpResult answer, AnswerOf(json, where));
    answers_[id].push_back({std::move(answer), where});
  }
  return absl::OkStatus();
}

absl::Status BatchModel::Check(const ChatRequest& request) const {
  if (request.prompt_ids.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("prompt_ids are of one tokenizer, and the API takes texts; give \"prompt\"");
}

absl::StatusOr<ChatReply> BatchModel::Choose(const ChatRequest& request, const std::vector<Answer>& answers) {
  const TryContext context{"batch", "", "", options_.retry_empty, options_.model, options_.extra};
  absl::StatusOr<ChatReply> chosen = absl::InternalError("no answer");
  for (const Answer& answer : answers) {
    TryResult read = Interpret(request, answer.result, context);
    if (!chosen.ok()) {
      chosen = read.reply.ok() ? absl::StatusOr<ChatReply>(std::move(read.reply->reply)) : read.reply.status();
    } else if (read.reply.ok()) {
      const bool is_same = read.reply->reply.text == chosen->text;
      ++(is_same ? counts_.repeated : counts_.contradicting);
      if (!is_same && counts_.first_contradicting.empty()) counts_.first_contradicting = answer.where;
    }
  }
  return chosen;
}

void BatchModel::Complete(absl::Span<const ChatRequest> requests,
                          absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) {
  for (size_t i = 0; i < requests.size(); ++i) {
    const ChatRequest& request = requests[i];
    SAMI_CHECK(!request.id.empty()) << "requests of a batch are told apart by their ids";
    absl::StatusOr<ChatReply> reply = absl::UnavailableError("not asked yet: no batch file answers it");
    const auto answers = answers_.find(request.id);
    if (answers != answers_.end()) reply = Choose(request, answers->second);
    const bool is_known = answers != answers_.end();
    ++(reply.ok() ? counts_.answered : is_known ? counts_.failed : counts_.open);
    if (is_known && !reply.ok() && counts_.first_failure.empty())
      counts_.first_failure = std::string(reply.status().message());
    asked_[request.id] = reply.ok();
    if (!reply.ok()) open_.push_back(request);
    if (!done(i, std::move(reply))) return;
  }
}

BatchModel::Counts BatchModel::counts() const {
  Counts counts = counts_;
  for (const auto& [id, answers] : answers_) counts.others += asked_.count(id) == 0;
  return counts;
}

std::string BatchModel::Report(const std::string& written_to) const {
  constexpr size_t kMostOfAFile = 50000;  // of OpenAI's
  const Counts counts = this->counts();
  std::string text;
  if (!answers_.empty()) {
    absl::StrAppend(&text, counts.answered, " replies of the batch are recorded now; ", counts.failed,
                    " of its answers are no replies, ", counts.others, " are to requests that are not open here.\n");
  }
  if (counts.repeated + counts.contradicting > 0) {
    absl::StrAppend(&text, counts.repeated + counts.contradicting,
                    " replies are to requests that had one before: ", counts.repeated, " the same, ",
                    counts.contradicting, " another");
    if (counts.contradicting > 0) absl::StrAppend(&text, ", where the first counts (", counts.first_contradicting, ")");
    text += ".\n";
  }
  if (counts.failed > 0) absl::StrAppend(&text, "The first that is none: ", counts.first_failure, "\n");
  absl::StrAppend(&text, open_.size(), " requests are open");
  if (open_.empty()) return text + ".\n";
  absl::StrAppend(&text, ": ", lm::Forecast(open_, options_.prices), ".\n");
  if (!written_to.empty()) absl::StrAppend(&text, "They are in ", written_to, " now.\n");
  if (!written_to.empty() && open_.size() > kMostOfAFile) {
    absl::StrAppend(&text, "OpenAI takes ", kMostOfAFile, " in one file: split it by lines.\n");
  }
  return text;
}

absl::Status BatchModel::WriteRequests(const std::string& path) const {
  std::vector<base::OrderedJson> lines;
  for (const ChatRequest& request : open_) {
    lines.push_back({{"custom_id", request.id},
                     {"method", "POST"},
                     {"url", absl::StrCat(url_begin_, RequestPath(request))},
                     {"body", RequestJson(request, options_.model, options_.extra)}});
  }
  return base::WriteJsonLines(path, lines);
}

}  // namespace lm
