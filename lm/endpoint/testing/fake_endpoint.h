// A fake endpoint for tests: a server that speaks OpenAI's API on this machine, and injects faults on demand.
//
//   POST /v1/chat/completions, POST /openai/deployments/d/chat/completions, POST /v1/completions, GET /v1/models
//
// `max_tokens` and `stop` are obeyed; a token is a word. Replies tell how many there were.
#ifndef LM_ENDPOINT_TESTING_FAKE_ENDPOINT_H_
#define LM_ENDPOINT_TESTING_FAKE_ENDPOINT_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lm/endpoint/testing/faults.h"
#include "lm/endpoint/testing/replies.h"

namespace lm {

struct FakeEndpointOptions {
  int port = 0;  // 0: any that is free
  bool tls = false;
  std::string key;          // refuse others with 401; empty: do not ask for one
  std::string model;        // refuse others with 404; empty: take any
  std::string redirect_to;  // answer everything with a redirect to here; empty: do not
  bool tells_usage = true;
  Responder responder = Echo();

  FaultRates faults{};
  uint64_t seed = 0;
  int storm = 1;  // so many requests in a row get a 429 once one does, whatever they are
  int retry_after_s = 1;
  absl::Duration stall = absl::Seconds(30);
  absl::Duration drip = absl::Milliseconds(100);  // between two bytes
  int64_t huge_bytes = 64 << 20;
};

class FakeEndpoint {
 public:
  // Listens on 127.0.0.1 when this returns. kUnavailable: the port is taken.
  static absl::StatusOr<std::unique_ptr<FakeEndpoint>> Start(const FakeEndpointOptions& options);
  // Ends the replies that are on their way.
  ~FakeEndpoint();

  int port() const;
  // "http://127.0.0.1:<port>/v1"
  std::string url() const;
  // With tls: the PEM file's content by which the server can be trusted.
  std::string certificate() const;

  // What was asked so far.
  struct Seen {
    int64_t requests = 0;
    std::array<int64_t, kFaults> faults{};
    std::map<std::string, int64_t> bodies;  // a request's body, and how often it came
    std::set<std::string> authorizations;   // values of that header; of api-key with its name before
    std::set<std::string> targets;          // paths with their queries
    int64_t most_at_once = 0;
  };
  Seen seen() const;

 private:
  class Server;

  explicit FakeEndpoint(std::unique_ptr<Server> server);

  const std::unique_ptr<Server> server_;
};

}  // namespace lm

#endif  // LM_ENDPOINT_TESTING_FAKE_ENDPOINT_H_
