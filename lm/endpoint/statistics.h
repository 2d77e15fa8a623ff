// Usage statistics of an endpoint: requests, tokens, cost and time so far.
#ifndef LM_ENDPOINT_STATISTICS_H_
#define LM_ENDPOINT_STATISTICS_H_

#include <array>
#include <cstdint>
#include <string>

#include "lm/endpoint/endpoint_options.h"
#include "lm/endpoint/retry_policy.h"

namespace lm {

struct EndpointStatistics {
  int64_t tries = 0;                          // HTTP requests
  int64_t answered = 0;                       // requests that have a reply
  int64_t given_up = 0;                       // requests that have none and were tried
  std::array<int64_t, kFailures> failures{};  // tries by what went wrong
  int64_t retries = 0;                        // tries after a request's first
  // Of replies; what the server did for tries that failed is not known.
  int64_t prompt_tokens = 0;
  int64_t completion_tokens = 0;
  // Replies without token counts: a token for every 4 bytes of text, of both sides, is counted for them.
  int64_t estimated = 0;
  double cost = 0;  // at the options' prices

  int64_t tokens() const { return prompt_tokens + completion_tokens; }
};

// For a progress line: "12345 tokens, cost 0.0123, 7 retries (5 rate limit, 2 cut)". The cost only where it is not 0,
// "about" before what is estimated.
std::string Summary(const EndpointStatistics& statistics);

// Counts the tokens and their cost.
void AddTokens(int64_t prompt_tokens, int64_t completion_tokens, const Prices& prices, EndpointStatistics& statistics);

// What is used up: "budget of 1000 tokens"; empty: nothing is.
std::string SpentBudget(const EndpointStatistics& statistics, const Budget& budget);

}  // namespace lm

#endif  // LM_ENDPOINT_STATISTICS_H_
