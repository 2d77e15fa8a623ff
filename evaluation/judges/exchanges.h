// Every question to a judging model and its reply, on disk as soon as it is there: nothing is paid for twice, and a run
// can be repeated without the model.
//
// JSON Lines, one exchange a line, appended:
//   {"id", "judge", "model", "messages" | "prompt", "temperature", "top_p", "max_tokens", "stop", "seed", "repeat",
//    "attempt", "extra"?, "reply": {"text", "finish_reason", "model", "prompt_tokens", "completion_tokens"}}
// `id` is the SHA-256 of all but the reply: the same question to the same model has one address, wherever it is asked.
// Only replies are written: neither failures, nor keys, nor where the model runs. Anybody's lines may be put together
// in one file; of several with one id the first counts.
#ifndef EVALUATION_JUDGES_EXCHANGES_H_
#define EVALUATION_JUDGES_EXCHANGES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "lm/chat/chat_model.h"

namespace evaluation {

struct Inquiry {
  std::string judge;  // the name of its prompt
  lm::ChatRequest request;
  int64_t repeat = 0;   // which of several independent replies
  int64_t attempt = 0;  // 0, or which time it is asked again because the reply said nothing usable
  std::string extra;    // what else the server is told, as JSON; may be empty
};

// 64 hexadecimal digits.
std::string ExchangeId(const std::string& model, const Inquiry& inquiry);

class Exchanges {
 public:
  struct Counts {
    int64_t recorded = 0;                              // replies that were on disk
    int64_t asked = 0;                                 // replies that the model gave
    int64_t unanswered = 0;                            // inquiries that got no reply
    int64_t prompt_tokens = 0, completion_tokens = 0;  // of the asked
  };

  // Asks `model` what the file lacks, and appends what it says. A file is made where there is none; a last line that
  // was broken off is cut (note()). `model` must outlive this. kInvalidArgument, with file:line, for any other line
  // that is no exchange or does not fit its id; kUnavailable when the file cannot be read or written.
  static absl::StatusOr<std::unique_ptr<Exchanges>> Open(const std::string& path, lm::ChatModel* model);

  // Answers from the file alone, which is not changed. An empty `model` stands for the one that the file names;
  // kInvalidArgument when it names several.
  static absl::StatusOr<std::unique_ptr<Exchanges>> Replay(const std::string& path, const std::string& model);

  ~Exchanges();

  const std::string& model() const { return model_name_; }

  // One reply an inquiry, in their order; equal inquiries are asked once. An error of one: the model's, or kNotFound,
  // naming prompt and id, where a replayed file lacks it. An error of all: kUnavailable or kResourceExhausted when the
  // file cannot be written; what was written stays. Not thread-safe.
  absl::StatusOr<std::vector<absl::StatusOr<lm::ChatReply>>> Ask(absl::Span<const Inquiry> inquiries);

  // Appended to the progress line: what asking has cost so far.
  void set_progress_detail(std::function<std::string()> detail) { detail_ = std::move(detail); }

  const Counts& counts() const { return counts_; }
  // What a user should know of the file; empty as a rule.
  const std::string& note() const { return note_; }

 private:
  explicit Exchanges(const std::string& path) : path_(path) {}
  absl::Status Load(bool repair);
  absl::Status Append(const std::string& line);
  // The replies, or errors, to inquiries that are not recorded, by id.
  absl::Status AskModel(const std::vector<std::pair<std::string, const Inquiry*>>& missing,
                        std::map<std::string, absl::Status>* failures);

  const std::string path_;
  std::string model_name_, note_;
  lm::ChatModel* model_ = nullptr;  // null: replay
  int file_ = -1;
  std::map<std::string, lm::ChatReply> replies_;  // by id
  std::map<std::string, int64_t> models_;         // exchanges on file, by model
  std::function<std::string()> detail_;
  Counts counts_;
};

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_EXCHANGES_H_
