#include "evaluation/judges/exchanges.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "evaluation/judges/exchange_record.h"

namespace evaluation {
namespace {

absl::Status CannotWrite(const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": cannot be written: ", std::strerror(error),
                                           "; what was recorded stays, run again to go on");
  return error == ENOSPC || error == EDQUOT ? absl::ResourceExhaustedError(message) : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Exchanges>> Exchanges::Open(const std::string& path, lm::ChatModel* model) {
  std::unique_ptr<Exchanges> exchanges(new Exchanges(path));
  exchanges->model_ = model;
  exchanges->model_name_ = model->name();
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty()) RETURN_IF_ERROR(base::MakeFolders(folder));
  if (base::FileExists(path)) RETURN_IF_ERROR(exchanges->Load(/*repair=*/true));
  exchanges->file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (exchanges->file_ < 0) return CannotWrite(path, errno);
  return exchanges;
}

absl::StatusOr<std::unique_ptr<Exchanges>> Exchanges::Replay(const std::string& path, const std::string& model) {
  std::unique_ptr<Exchanges> exchanges(new Exchanges(path));
  RETURN_IF_ERROR(exchanges->Load(/*repair=*/false));
  exchanges->model_name_ = model;
  if (!model.empty()) return exchanges;
  if (exchanges->models_.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": ", exchanges->models_.empty() ? "has no exchange" : "has exchanges with several models, name one: ",
        absl::StrJoin(exchanges->models_, ", ", [](std::string* out, const auto& entry) { *out += entry.first; })));
  }
  exchanges->model_name_ = exchanges->models_.begin()->first;
  return exchanges;
}

Exchanges::~Exchanges() {
  if (file_ >= 0) close(file_);
}

absl::Status Exchanges::Load(bool repair) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path_));
  int64_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    const bool whole = end != std::string::npos;
    const absl::string_view line(text.data() + begin, (whole ? end : text.size()) - begin);
    ++number;
    if (line.find_first_not_of(" \t\r") != absl::string_view::npos) {
      absl::StatusOr<ExchangeRecord> record = ParseExchange(line, absl::StrCat(path_, ":", number));
      if (!record.ok() && whole) return record.status();
      if (!record.ok()) {
        note_ = absl::StrCat(path_, ":", number, ": the last line was broken off and is ",
                             repair ? "cut" : "passed over", "; ", number - 1, " lines are kept");
        if (!repair) return absl::OkStatus();
        std::error_code error;
        std::filesystem::resize_file(path_, begin, error);
        return error ? CannotWrite(path_, error.value()) : absl::OkStatus();
      }
      ++models_[record->model];
      replies_.emplace(std::move(record->id), std::move(record->reply));
    }
    if (!whole && repair) {
      // A whole exchange, without its line break.
      file_ = open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
      const absl::Status status = file_ < 0 ? CannotWrite(path_, errno) : Append("\n");
      if (file_ >= 0) close(file_);
      file_ = -1;
      return status;
    }
    begin = whole ? end + 1 : text.size();
  }
  return absl::OkStatus();
}

absl::Status Exchanges::Append(const std::string& line) {
  // As a rule one write, so that processes that share a file do not mix their lines.
  for (absl::string_view rest = line; !rest.empty();) {
    const ssize_t written = write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotWrite(path_, errno);
    rest.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status Exchanges::AskModel(const std::vector<std::pair<std::string, const Inquiry*>>& missing,
                                 std::map<std::string, absl::Status>* failures) {
  std::vector<lm::ChatRequest> requests;
  for (const auto& [id, inquiry] : missing) requests.push_back(inquiry->request);
  base::Progress progress("judge", requests.size(), "replies");
  absl::Status status;
  const auto take = [&](size_t i, absl::StatusOr<lm::ChatReply> reply) {
    const auto& [id, inquiry] = missing[i];
    if (!reply.ok()) {
      failures->emplace(id, reply.status());
      progress.Add(1);
      return true;
    }
    lm::ChatReply recorded = AsRecorded(*std::move(reply));
    status = Append(FormatExchange(model_name_, *inquiry, recorded));
    if (!status.ok()) return false;
    ++counts_.asked;
    counts_.prompt_tokens += recorded.prompt_tokens;
    counts_.completion_tokens += recorded.completion_tokens;
    replies_.emplace(id, std::move(recorded));
    progress.Add(1, detail_ ? detail_() : absl::StrCat(counts_.prompt_tokens + counts_.completion_tokens, " tokens"));
    return true;
  };
  model_->Complete(requests, take);
  if (status.ok() && fsync(file_) != 0) status = CannotWrite(path_, errno);
  return status;
}

absl::StatusOr<std::vector<absl::StatusOr<lm::ChatReply>>> Exchanges::Ask(absl::Span<const Inquiry> inquiries) {
  std::vector<std::string> ids;
  std::map<std::string, absl::Status> failures;
  std::vector<std::pair<std::string, const Inquiry*>> missing;  // in their order, each id once
  std::map<std::string, const Inquiry*> asked;
  for (const Inquiry& inquiry : inquiries) {
    ids.push_back(ExchangeId(model_name_, inquiry));
    if (replies_.count(ids.back()) > 0 || !asked.emplace(ids.back(), &inquiry).second) continue;
    missing.emplace_back(ids.back(), &inquiry);
  }
  if (model_ != nullptr && !missing.empty()) RETURN_IF_ERROR(AskModel(missing, &failures));
  std::vector<absl::StatusOr<lm::ChatReply>> replies;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto reply = replies_.find(ids[i]);
    const auto failure = failures.find(ids[i]);
    counts_.recorded += reply != replies_.end() && asked.count(ids[i]) == 0;
    counts_.unanswered += reply == replies_.end();
    if (reply != replies_.end()) {
      replies.push_back(reply->second);
    } else if (failure != failures.end()) {
      replies.push_back(failure->second);
    } else if (model_ == nullptr) {
      replies.push_back(absl::NotFoundError(absl::StrCat(path_, ": lacks the exchange ", ids[i], " of model ",
                                                         model_name_, " with prompt ", inquiries[i].judge)));
    } else {
      replies.push_back(absl::CancelledError("not asked: the model was stopped before"));
    }
  }
  return replies;
}

}  // namespace evaluation
