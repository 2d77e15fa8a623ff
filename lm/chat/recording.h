// Recording of a chat model's replies: each is on disk as soon as it is there, so that nothing is paid for twice and a
// run can be repeated without the model.
//
// A file of exchanges (exchange.h), one a line, appended. Only replies are written: neither failures, nor API keys, nor
// where the model runs. Of several servers (ChatReply::server) the one that answered is in a file beside it,
// NAME.servers.jsonl, a line {"id", "server"} an exchange, which changes no result and is read by nobody here.
// Anybody's lines may be put together in one file; of several with one id the first counts.
#ifndef LM_CHAT_RECORDING_H_
#define LM_CHAT_RECORDING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/exchange.h"

namespace lm {

class Recording {
 public:
  struct Counts {
    int64_t recorded = 0;                              // replies that were on disk
    int64_t asked = 0;                                 // replies that the model gave
    int64_t unanswered = 0;                            // inquiries that got no reply
    int64_t prompt_tokens = 0, completion_tokens = 0;  // of the asked
  };

  // What to do while another process records in the file.
  enum class Busy { kRefuse, kWait };  // to wait is said on stderr

  // Asks `model`, which must outlive this, what the file lacks, and appends what it says. A file is made where there is
  // none; a last line that was broken off is cut (note()). kInvalidArgument, with file:line, for any other line that is
  // no exchange or does not fit its id; kFailedPrecondition when another process records in the file and `busy`
  // refuses; kUnavailable when it cannot be read or written.
  static absl::StatusOr<std::unique_ptr<Recording>> Open(const std::string& path, ChatModel* model,
                                                         Busy busy = Busy::kRefuse);

  // Answers from the file alone, which is not changed. An empty `model` stands for the one that the file names;
  // kInvalidArgument when it names several.
  static absl::StatusOr<std::unique_ptr<Recording>> Replay(const std::string& path, const std::string& model);

  ~Recording();

  const std::string& model() const { return model_name_; }
  int64_t size() const { return replies_.size(); }

  // kFailedPrecondition, naming line and member, when the file has replies to other inquiries than these.
  absl::Status CheckHoldsOnly(absl::Span<const Inquiry> inquiries) const;

  // Whether Ask would answer it from the file.
  bool Holds(const Inquiry& inquiry) const { return replies_.count(ExchangeId(model_name_, inquiry)) > 0; }

  // One reply an inquiry, in their order; equal inquiries are asked once. An error of one: the model's, or kNotFound,
  // naming prompt and id, where a replayed file lacks it. An error of all: kUnavailable or kResourceExhausted when the
  // file cannot be written; what was written stays. Not thread-safe.
  absl::StatusOr<std::vector<absl::StatusOr<ChatReply>>> Ask(absl::Span<const Inquiry> inquiries);

  // The file that says which servers have answered, beside one of exchanges.
  static std::string ServersFile(absl::string_view path);

  // Of the progress line, and of the line before it that says what asking will take (ChatModel::Forecast): its title,
  // and at its end what asking has cost so far; none: the tokens.
  void ShowProgress(const std::string& title, std::function<std::string()> cost) {
    title_ = title;
    cost_ = std::move(cost);
  }

  const Counts& counts() const { return counts_; }

  // Of all replies in the file, whoever asked for them.
  struct Totals {
    int64_t replies = 0;
    int64_t without_counts = 0;  // replies of which the server told no tokens
    int64_t prompt_tokens = 0, completion_tokens = 0;
  };
  Totals totals() const;

  // What a user should know of the file; empty as a rule.
  const std::string& note() const { return note_; }

 private:
  // A reply on file.
  struct Line {
    ChatReply reply;
    int64_t number;  // from 1
  };

  explicit Recording(const std::string& path) : path_(path) {}
  absl::Status OpenAndLock(Busy busy);
  absl::Status Load();
  absl::Status CutLastLine(size_t begin);
  absl::Status Append(const std::string& line);
  // Notes which server has answered.
  absl::Status AppendServer(const std::string& id, const std::string& server);
  absl::Status Sync(absl::Time now);
  // Adds to `failures` the errors of inquiries that got no reply, by id.
  absl::Status AskModel(const std::vector<std::pair<std::string, const Inquiry*>>& missing,
                        std::map<std::string, absl::Status>* failures);

  const std::string path_;
  std::string model_name_, note_;
  ChatModel* model_ = nullptr;  // null: replay
  int file_ = -1;               // -1: replay
  int servers_file_ = -1;       // -1: none yet
  absl::Time synced_ = absl::InfinitePast();
  int64_t lines_ = 0;                      // in the file
  std::map<std::string, Line> replies_;    // by id
  std::map<std::string, int64_t> models_;  // exchanges on file, by model
  std::string title_ = "replies";
  std::function<std::string()> cost_;
  bool is_forecast_told_ = false;
  Counts counts_;
};

}  // namespace lm

#endif  // LM_CHAT_RECORDING_H_
