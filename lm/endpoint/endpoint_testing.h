// What tests of the endpoint have in common: a server, an impatient client, questions and their answers.
#ifndef LM_ENDPOINT_ENDPOINT_TESTING_H_
#define LM_ENDPOINT_ENDPOINT_TESTING_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace lm {

using Code = absl::StatusCode;

inline auto Is(Code code, const std::string& text) { return base::StatusIs(code, ::testing::HasSubstr(text)); }

inline std::unique_ptr<FakeEndpoint> StartServer(const FakeEndpointOptions& options = {}) {
  auto server = FakeEndpoint::Start(options);
  EXPECT_OK(server);
  return *std::move(server);
}

// A client that does not wait long.
inline EndpointOptions Impatient(const std::string& url) {
  EndpointOptions options;
  options.base_url = url;
  options.model = "m";
  options.retry.first_delay = absl::Milliseconds(1);
  options.retry.max_delay = absl::Milliseconds(20);
  options.http.total_timeout = absl::Seconds(10);
  return options;
}

// What a client waits for, on a clock that such waits alone move on. Of one thread.
class Waits {
 public:
  explicit Waits(EndpointOptions& options) {
    options.now = [this] { return now_; };
    options.sleep = [this](absl::Duration duration) {
      now_ += duration;
      all_.push_back(duration);
    };
  }
  Waits(const Waits&) = delete;
  Waits& operator=(const Waits&) = delete;

  const std::vector<absl::Duration>& all() const { return all_; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1700000000);
  std::vector<absl::Duration> all_;
};

inline ChatRequest Ask(int i) {
  ChatRequest request;
  request.messages = {{"user", absl::StrCat("Question ", i)}};
  return request;
}

inline std::vector<ChatRequest> Questions(int n) {
  std::vector<ChatRequest> requests;
  for (int i = 0; i < n; ++i) requests.push_back(Ask(i));
  return requests;
}

using Answers = std::map<size_t, absl::StatusOr<ChatReply>>;

// All answers; fails when a request is answered twice, or two calls overlap.
inline Answers Collect(Endpoint& endpoint, const std::vector<ChatRequest>& requests) {
  Answers answers;
  int inside = 0;
  endpoint.Complete(requests, [&](size_t i, absl::StatusOr<ChatReply> reply) {
    EXPECT_EQ(++inside, 1);
    EXPECT_TRUE(answers.emplace(i, std::move(reply)).second) << i;
    --inside;
    return true;
  });
  return answers;
}

inline absl::StatusOr<ChatReply> AskOne(const EndpointOptions& options, const ChatRequest& request = Ask(0)) {
  auto endpoint = Endpoint::Make(options);
  if (!endpoint.ok()) return endpoint.status();
  return Collect(**endpoint, {request}).at(0);
}

}  // namespace lm

#endif  // LM_ENDPOINT_ENDPOINT_TESTING_H_
