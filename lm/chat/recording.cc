#include "lm/chat/recording.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"

namespace lm {
namespace {

absl::Status CannotWrite(const std::string& path, int error) {
  const std::string message = absl::StrCat(path, ": cannot be written: ", std::strerror(error),
                                           "; what was recorded stays, run again to go on");
  return error == ENOSPC || error == EDQUOT ? absl::ResourceExhaustedError(message) : absl::UnavailableError(message);
}

absl::Status WriteAll(int file, absl::string_view text, const std::string& path) {
  for (absl::string_view rest = text; !rest.empty();) {
    const ssize_t written = write(file, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return CannotWrite(path, errno);
    rest.remove_prefix(written);
  }
  return absl::OkStatus();
}

// Whether the path leads to the file that is open: who held the lock before may have removed it.
bool IsAt(int file, const std::string& path) {
  struct stat open_file, named;
  return fstat(file, &open_file) == 0 && stat(path.c_str(), &named) == 0 && open_file.st_dev == named.st_dev &&
         open_file.st_ino == named.st_ino;
}

// Says the first member that differs, with both values, of those that the requests of one run have in common.
std::string Difference(const base::OrderedJson& before, const base::OrderedJson& now) {
  for (const char* name :
       {"model", "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "max_tokens", "stop", "extra"}) {
    const base::OrderedJson was = before.value(name, base::OrderedJson());
    const base::OrderedJson is = now.value(name, base::OrderedJson());
    if (was != is) return absl::StrCat(": ", name, " was ", was.dump(), " and is ", is.dump());
  }
  return "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Recording>> Recording::Open(const std::string& path, ChatModel* model, Busy busy) {
  std::unique_ptr<Recording> recording(new Recording(path));
  recording->model_ = model;
  recording->model_name_ = model->name();
  RETURN_IF_ERROR(recording->OpenAndLock(busy));
  RETURN_IF_ERROR(recording->Load());
  return recording;
}

absl::StatusOr<std::unique_ptr<Recording>> Recording::Replay(const std::string& path, const std::string& model) {
  std::unique_ptr<Recording> recording(new Recording(path));
  RETURN_IF_ERROR(recording->Load());
  recording->model_name_ = model;
  if (!model.empty()) return recording;
  if (recording->models_.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": ", recording->models_.empty() ? "has no exchange" : "has exchanges with several models, name one: ",
        absl::StrJoin(recording->models_, ", ", [](std::string* out, const auto& entry) { *out += entry.first; })));
  }
  recording->model_name_ = recording->models_.begin()->first;
  return recording;
}

Recording::~Recording() {
  if (servers_file_ >= 0) close(servers_file_);
  if (file_ >= 0) close(file_);  // and gives the lock back
}

absl::Status Recording::OpenAndLock(Busy busy) {
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  if (!folder.empty()) RETURN_IF_ERROR(base::MakeFolders(folder));
  do {
    if (file_ >= 0) close(file_);
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file_ < 0) return CannotWrite(path_, errno);
    int failed = flock(file_, LOCK_EX | LOCK_NB);
    if (failed != 0 && errno == EWOULDBLOCK && busy == Busy::kWait) {
      std::fprintf(stderr, "%s: waits for another process, which records in it\n", path_.c_str());
      do failed = flock(file_, LOCK_EX);
      while (failed != 0 && errno == EINTR);
    }
    if (failed != 0) {
      if (errno == EWOULDBLOCK) {
        return absl::FailedPreconditionError(
            absl::StrCat(path_, ": another process records in it; wait for its end, or choose another file"));
      }
      return absl::UnavailableError(
          absl::StrCat(path_, ": cannot lock: ", std::strerror(errno), "; choose a file on a local disk"));
    }
  } while (!IsAt(file_, path_));
  return absl::OkStatus();
}

absl::Status Recording::Load() {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path_));
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    const bool is_whole = end != std::string::npos;
    const absl::string_view line(text.data() + begin, (is_whole ? end : text.size()) - begin);
    ++lines_;
    if (line.find_first_not_of(" \t\r") != absl::string_view::npos) {
      absl::StatusOr<Exchange> exchange = ParseExchange(line, absl::StrCat(path_, ":", lines_));
      // Only what we wrote is ever cut.
      if (!exchange.ok() && (is_whole || !MayBeginExchange(line))) return exchange.status();
      if (!exchange.ok()) return CutLastLine(begin);
      ++models_[exchange->model];
      replies_.emplace(std::move(exchange->id), Line{std::move(exchange->reply), lines_});
      if (!is_whole && file_ >= 0) return Append("\n");
    }
    begin = is_whole ? end + 1 : text.size();
  }
  return absl::OkStatus();
}

absl::Status Recording::CutLastLine(size_t begin) {
  note_ = absl::StrCat(path_, ":", lines_, ": the last line was broken off and is ", file_ >= 0 ? "cut" : "passed over",
                       "; ", lines_ - 1, " lines are kept");
  --lines_;
  return file_ >= 0 && ftruncate(file_, begin) != 0 ? CannotWrite(path_, errno) : absl::OkStatus();
}

std::string Recording::ServersFile(absl::string_view path) {
  return absl::StrCat(absl::StripSuffix(path, ".jsonl"), ".servers.jsonl");
}

absl::Status Recording::AppendServer(const std::string& id, const std::string& server) {
  const std::string path = ServersFile(path_);
  if (servers_file_ < 0) servers_file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (servers_file_ < 0) return CannotWrite(path, errno);
  return WriteAll(servers_file_, base::PrintJson({{"id", id}, {"server", server}}) + "\n", path);
}

absl::Status Recording::Append(const std::string& line) {
  RETURN_IF_ERROR(WriteAll(file_, line, path_));
  // A killed process loses nothing that was written; a machine without power what came within a second.
  const absl::Time now = absl::Now();
  return now - synced_ < absl::Seconds(1) ? absl::OkStatus() : Sync(now);
}

absl::Status Recording::Sync(absl::Time now) {
  synced_ = now;
  return fdatasync(file_) == 0 ? absl::OkStatus() : CannotWrite(path_, errno);
}

absl::Status Recording::CheckHoldsOnly(absl::Span<const Inquiry> inquiries) const {
  std::set<std::string> ids;
  for (const Inquiry& inquiry : inquiries) ids.insert(ExchangeId(model_name_, inquiry));
  int64_t other = 0;  // the first line's number
  for (const auto& [id, line] : replies_) {
    if (ids.count(id) == 0 && (other == 0 || line.number < other)) other = line.number;
  }
  if (other == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path_));
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const absl::string_view line = lines[other - 1];
  return absl::FailedPreconditionError(absl::StrCat(
      path_, ":", other, ": is the reply to another request",
      Difference(base::OrderedJson::parse(line.begin(), line.end()), InquiryJson(model_name_, inquiries[0])),
      "; go on with the settings that it was made with, or remove the file"));
}

absl::Status Recording::AskModel(const std::vector<std::pair<std::string, const Inquiry*>>& missing,
                                 std::map<std::string, absl::Status>* failures) {
  std::vector<ChatRequest> requests;
  for (const auto& [id, inquiry] : missing) {
    requests.push_back(inquiry->request);
    requests.back().id = id;
  }
  const std::string forecast = std::exchange(is_forecast_told_, true) ? "" : model_->Forecast(requests);
  if (!forecast.empty()) {
    std::fprintf(stderr, "%s: %zu to ask for, %zu recorded before; %s\n", title_.c_str(), requests.size(),
                 replies_.size(), forecast.c_str());
  }
  base::Progress progress(title_, requests.size(), "replies");
  absl::Status status;
  const auto take = [&](size_t i, absl::StatusOr<ChatReply> reply) {
    const auto& [id, inquiry] = missing[i];
    if (!reply.ok()) {
      failures->emplace(id, reply.status());
      progress.Add(1);
      return true;
    }
    const std::string server = reply->server;
    ChatReply recorded = AsRecorded(*std::move(reply));
    status = Append(FormatExchange(model_name_, *inquiry, recorded));
    if (status.ok() && !server.empty()) status = AppendServer(id, server);
    if (!status.ok()) return false;
    ++counts_.asked;
    counts_.prompt_tokens += recorded.prompt_tokens;
    counts_.completion_tokens += recorded.completion_tokens;
    replies_.emplace(id, Line{std::move(recorded), ++lines_});
    progress.Add(1, cost_ ? cost_() : absl::StrCat(counts_.prompt_tokens + counts_.completion_tokens, " tokens"));
    return true;
  };
  model_->Complete(requests, take);
  RETURN_IF_ERROR(status);
  return Sync(absl::Now());
}

absl::StatusOr<std::vector<absl::StatusOr<ChatReply>>> Recording::Ask(absl::Span<const Inquiry> inquiries) {
  std::vector<std::string> ids;
  std::map<std::string, absl::Status> failures;
  std::vector<std::pair<std::string, const Inquiry*>> missing;  // in their order, each id once
  std::set<std::string> asked;
  for (const Inquiry& inquiry : inquiries) {
    ids.push_back(ExchangeId(model_name_, inquiry));
    if (replies_.count(ids.back()) > 0 || !asked.insert(ids.back()).second) continue;
    missing.emplace_back(ids.back(), &inquiry);
  }
  if (model_ != nullptr && !missing.empty()) RETURN_IF_ERROR(AskModel(missing, &failures));
  std::vector<absl::StatusOr<ChatReply>> replies;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto line = replies_.find(ids[i]);
    const auto failure = failures.find(ids[i]);
    counts_.recorded += line != replies_.end() && asked.count(ids[i]) == 0;
    counts_.unanswered += line == replies_.end();
    if (line != replies_.end()) {
      replies.push_back(line->second.reply);
    } else if (failure != failures.end()) {
      replies.push_back(failure->second);
    } else if (model_ == nullptr) {
      const std::string& prompt = inquiries[i].prompt_name;
      replies.push_back(
          absl::NotFoundError(absl::StrCat(path_, ": lacks the exchange ", ids[i], " of model ", model_name_,
                                           prompt.empty() ? "" : absl::StrCat(" with prompt ", prompt))));
    } else {
      replies.push_back(absl::CancelledError("not asked: the model was stopped before"));
    }
  }
  return replies;
}

Recording::Totals Recording::totals() const {
  Totals totals;
  for (const auto& [id, line] : replies_) {
    ++totals.replies;
    totals.without_counts += line.reply.prompt_tokens == 0 && line.reply.completion_tokens == 0;
    totals.prompt_tokens += line.reply.prompt_tokens;
    totals.completion_tokens += line.reply.completion_tokens;
  }
  return totals;
}

}  // namespace lm
