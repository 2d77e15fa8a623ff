// Endpoint options: the server's address, the model, and how it is asked.
#ifndef LM_ENDPOINT_ENDPOINT_OPTIONS_H_
#define LM_ENDPOINT_ENDPOINT_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/jsonl.h"
#include "lm/endpoint/http_client.h"
#include "lm/endpoint/retry_policy.h"

namespace lm {

// Prices are in any one currency; the cost is in the same.
struct Prices {
  double prompt = 0;      // of a million tokens
  double completion = 0;  // of a million tokens
};

// 0: no limit.
struct Budget {
  int64_t tokens = 0;  // prompt and completion together
  double cost = 0;     // needs prices
};

struct EndpointOptions {
  // These name what is asked:
  std::string base_url;  // "http://localhost:8000/v1"; ParseApiAddress's forms
  // Further servers of the same model, which share the requests (servers.h). The key is sent to each.
  std::vector<std::string> more_urls;
  std::string model;  // as the server names it
  // Fields that the API does not know or that a server wants otherwise; RequestJson's `extra`.
  base::Json extra = base::Json::object();

  // Where the key is: an environment variable, or a file that holds nothing else; both empty: no key is sent. No
  // default: a key belongs to one server.
  std::string key_env, key_file;
  // The header that takes it; empty: Azure's "api-key" where the address is Azure's, else "Authorization: Bearer".
  std::string key_header;

  // How, and how much of it:
  int concurrency = 8;             // most requests at a time, in [1, 1024]
  double requests_per_minute = 0;  // most requests begun, evenly spaced, retries included; 0: no limit
  HttpLimits http;
  RetryOptions retry;
  bool retry_empty = false;  // a reply without text is a failure
  Prices prices;
  Budget budget;

  // For tests: what time it is, and how to pass some of it.
  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
};

// Where the key comes from, for messages: "the environment variable MY_KEY"; empty: nowhere.
std::string KeyPlace(const EndpointOptions& options);

}  // namespace lm

#endif  // LM_ENDPOINT_ENDPOINT_OPTIONS_H_
