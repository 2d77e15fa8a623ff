#include "lm/endpoint/flags.h"

#include <string>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "base/program.h"
#include "base/status.h"

ABSL_FLAG(std::string, endpoint, "",
          "Address of a server that speaks OpenAI's API, as http://localhost:8000/v1 (vLLM, SGLang, llama.cpp) or "
          "https://api.openai.com/v1; several of one model, with commas, share the requests.");
ABSL_FLAG(std::string, model, "", "The model's name at the endpoint.");
ABSL_FLAG(std::string, key_env, "",
          "Environment variable that holds the endpoint's key. Without it and --key_file no key is sent.");
ABSL_FLAG(std::string, key_file, "", "File that holds the endpoint's key and nothing else.");
ABSL_FLAG(std::string, key_header, "",
          "Header that takes the key; empty: api-key where the address is Azure's, else \"Authorization: Bearer\".");
ABSL_FLAG(
    std::string, extra_body, "{}",
    "JSON object of further fields of each request; null takes one out: "
    "{\"max_tokens\": null, \"max_completion_tokens\": 256}; {\"fold_system\": true} puts the system's message before "
    "the first user's.");
ABSL_FLAG(int, concurrency, 8, "Maximum number of requests to the endpoint at a time.");
ABSL_FLAG(double, requests_per_minute, 0,
          "Maximum number of requests that begin in a minute, evenly spaced, retries included; 0: no limit.");
ABSL_FLAG(absl::Duration, connect_timeout, absl::Seconds(10), "Time limit of a connection to the endpoint.");
ABSL_FLAG(absl::Duration, timeout, absl::Minutes(10),
          "Time limit of a whole reply of the endpoint, from the request on.");
ABSL_FLAG(int, max_tries, 8,
          "Maximum number of times that a request is sent, the first included, when it fails for a reason that may "
          "pass.");
ABSL_FLAG(std::string, ca_file, "", "PEM certificates to trust, instead of the system's.");
ABSL_FLAG(double, prompt_price, 0, "Price of a million prompt tokens, in any currency.");
ABSL_FLAG(double, completion_price, 0, "Price of a million tokens of replies, in the currency of --prompt_price.");
ABSL_FLAG(int64_t, budget_tokens, 0,
          "Begin no request any more once so many tokens are used, prompts and replies together; 0: no limit.");
ABSL_FLAG(double, budget_cost, 0,
          "Begin no request any more once so much is spent, in the currency of the prices, which it needs; 0: no "
          "limit.");

namespace lm {

bool IsEndpointFlagGiven() { return !absl::GetFlag(FLAGS_endpoint).empty(); }

absl::StatusOr<EndpointOptions> EndpointOptionsFromFlags() {
  EndpointOptions options;
  options.more_urls = absl::StrSplit(absl::GetFlag(FLAGS_endpoint), ',');
  options.base_url = options.more_urls[0];
  options.more_urls.erase(options.more_urls.begin());
  options.model = absl::GetFlag(FLAGS_model);
  options.key_env = absl::GetFlag(FLAGS_key_env);
  options.key_file = base::UserPath(absl::GetFlag(FLAGS_key_file));
  options.key_header = absl::GetFlag(FLAGS_key_header);
  ASSIGN_OR_RETURN(options.extra, base::ParseJson(absl::GetFlag(FLAGS_extra_body), "--extra_body"));
  if (!options.extra.is_object()) return absl::InvalidArgumentError("--extra_body must be a JSON object");
  options.concurrency = absl::GetFlag(FLAGS_concurrency);
  options.requests_per_minute = absl::GetFlag(FLAGS_requests_per_minute);
  options.http.connect_timeout = absl::GetFlag(FLAGS_connect_timeout);
  options.http.total_timeout = absl::GetFlag(FLAGS_timeout);
  options.http.ca_file = base::UserPath(absl::GetFlag(FLAGS_ca_file));
  options.retry.max_tries = absl::GetFlag(FLAGS_max_tries);
  options.prices = {absl::GetFlag(FLAGS_prompt_price), absl::GetFlag(FLAGS_completion_price)};
  options.budget = {absl::GetFlag(FLAGS_budget_tokens), absl::GetFlag(FLAGS_budget_cost)};
  return options;
}

}  // namespace lm
