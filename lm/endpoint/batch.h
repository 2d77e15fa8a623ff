// Batch files: requests and replies of OpenAI's Batch API and of the servers that have it, as a chat model without a
// network. Whoever asks it gets the replies of files that were downloaded, and the requests that these lack can be
// written as a file to upload.
//
// A line to upload is {"custom_id", "method": "POST", "url", "body"}, one that was downloaded {"custom_id", "response":
// {"status_code", "body"}, "error"}. The custom_id is ChatRequest::id.
#ifndef LM_ENDPOINT_BATCH_H_
#define LM_ENDPOINT_BATCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"
#include "lm/endpoint/endpoint_options.h"
#include "lm/endpoint/http_client.h"

namespace lm {

class BatchModel : public ChatModel {
 public:
  struct Counts {
    int64_t answered = 0;             // requests with a reply
    int64_t failed = 0;               // requests whose answer is no reply
    int64_t open = 0;                 // requests without an answer
    int64_t others = 0;               // answers to what was not asked
    int64_t repeated = 0;             // replies to what had the same reply before
    int64_t contradicting = 0;        // replies to what had another one before, which counts
    std::string first_contradicting;  // "file:line" of the first of them
    std::string first_failure;        // why; empty: none failed
  };

  // Reads the files, any number. Of the options the model, `extra`, `retry_empty`, the prices and the form of the
  // address count; no key is needed. kInvalidArgument names the option, or file:line that is no answer; of several
  // answers to one request the first that is a reply counts; counts() tells of the others.
  static absl::StatusOr<std::unique_ptr<BatchModel>> Make(const EndpointOptions& options,
                                                          const std::vector<std::string>& files);

  std::string name() const override { return options_.model; }
  absl::Status Check(const ChatRequest& request) const override;

  // A request that no file answers gets kUnavailable, one whose answer is no reply the error that a server's would be
  // (try_result.h). CHECK-fails for a request without an id.
  void Complete(absl::Span<const ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) override;

  // Of all calls so far.
  Counts counts() const;

  // For a person: what the files answer, what is still to be asked, what that will take, and, where it was written, the
  // file.
  std::string Report(const std::string& written_to) const;

  // Writes what was asked so far and has no reply, in that order. kUnavailable when that fails.
  absl::Status WriteRequests(const std::string& path) const;

 private:
  struct Answer {
    HttpResult result;
    std::string where;  // "file:line"
  };

  explicit BatchModel(EndpointOptions options) : options_(std::move(options)) {}
  absl::Status ReadAnswers(const std::string& path);
  // The first reply among the answers, or the last error; counts the other replies.
  absl::StatusOr<ChatReply> Choose(const ChatRequest& request, const std::vector<Answer>& answers);

  const EndpointOptions options_;
  std::string url_begin_;                               // of the lines' "url"
  std::map<std::string, std::vector<Answer>> answers_;  // by custom_id
  std::map<std::string, bool> asked_;                   // whether it has a reply, by custom_id
  std::vector<ChatRequest> open_;                       // asked and without a reply
  Counts counts_;
};

}  // namespace lm

#endif  // LM_ENDPOINT_BATCH_H_
