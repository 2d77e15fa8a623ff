// HTTP client: one request and what came of it. Over libcurl; no retries, no redirects.
#ifndef LM_ENDPOINT_HTTP_CLIENT_H_
#define LM_ENDPOINT_HTTP_CLIENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"

namespace lm {

struct HttpLimits {
  absl::Duration connect_timeout = absl::Seconds(10);
  // From the first byte sent to the last one received, however slowly they come.
  absl::Duration total_timeout = absl::Minutes(10);
  int64_t max_reply_bytes = 48 << 20;
  std::string ca_file;  // PEM certificates to trust instead of the system's; empty: the system's
};

// Why there is no whole reply.
enum class HttpFailure {
  kNone,
  kUnreachable,  // no such host, nobody listens there, or no connection in time
  kUntrusted,    // its certificate
  kTimeout,
  kCut,       // the connection ended before the reply did
  kTooLarge,  // more than max_reply_bytes
  kNotHttp,
  kWrongScheme,  // https to a server that speaks http, or the other way round
  kEncoding,     // its compression cannot be undone
};

struct HttpResult {
  HttpFailure failure = HttpFailure::kNone;
  std::string problem;  // one line, where there is a failure
  // Where there is none:
  int status = 0;
  std::string body;                            // as it was before it was compressed
  std::map<std::string, std::string> headers;  // by name in lower case; of several with one name the last
};

// The key that a server is sent; an empty value: none.
struct HttpKey {
  std::string value;
  std::string header;  // "api-key"; empty: "Authorization: Bearer <value>"
};

// A new connection for each request; TLS sessions are resumed. Not thread-safe: one a thread.
class HttpClient {
 public:
  // CHECK-fails when libcurl cannot be set up.
  explicit HttpClient(const HttpLimits& limits);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // POSTs JSON. The key is sent to `url`'s host alone, and never is in the result unless the server repeats it.
  HttpResult Post(const std::string& url, const HttpKey& key, const std::string& body);

 private:
  struct Handle;

  const HttpLimits limits_;
  const std::unique_ptr<Handle> handle_;
};

}  // namespace lm

#endif  // LM_ENDPOINT_HTTP_CLIENT_H_
