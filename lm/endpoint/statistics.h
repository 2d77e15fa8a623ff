// Usage statistics of an endpoint: requests, tokens, cost and time so far.
#ifndef LM_ENDPOINT_STATISTICS_H_
#define LM_ENDPOINT_STATISTICS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/recording.h"
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
  double cost = 0;                   // at the options' prices
  std::vector<int64_t> answered_by;  // of several servers, by each; empty: there is one
  // What replies had that the API does not have (ApiReply::remarks), and how many did.
  std::map<std::string, int64_t> remarks;

  int64_t tokens() const { return prompt_tokens + completion_tokens; }
};

// For a progress line: "12345 tokens, cost 0.0123, 7 retries (5 rate limit, 2 cut), 12 + 11 replies by 2 servers, 3
// with finish_reason null". The cost only where it is not 0, "about" before what is estimated, as the server does not
// tell of some replies.
std::string Summary(const EndpointStatistics& statistics);

// Counts the tokens and their cost.
void AddTokens(int64_t prompt_tokens, int64_t completion_tokens, const Prices& prices, EndpointStatistics& statistics);

// Counts what a reply had, up to some twenty different remarks.
void AddRemark(const std::string& remark, EndpointStatistics& statistics);

// A token for every 4 bytes of text.
int64_t EstimatedTokens(const ChatRequest& request);

// "about 5300 tokens of prompts and at most 122880 of replies, cost about 0.0132 to 1.2420"; the cost only where there
// are prices.
std::string Forecast(absl::Span<const ChatRequest> requests, const Prices& prices);

// A JSON object for a file: tokens and money of a run, and of all replies that its recording holds.
std::string CostsJson(const std::string& model, const Prices& prices, const EndpointStatistics& run,
                      const Recording::Totals& recorded);

// What is used up: "budget of 1000 tokens"; empty: nothing is.
std::string SpentBudget(const EndpointStatistics& statistics, const Budget& budget);

}  // namespace lm

#endif  // LM_ENDPOINT_STATISTICS_H_
