#include "lm/endpoint/statistics.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace lm {

std::string Summary(const EndpointStatistics& statistics) {
  const char* const about = statistics.estimated > 0 ? "about " : "";
  std::string line = absl::StrCat(about, statistics.tokens(), " tokens");
  if (statistics.cost > 0) absl::StrAppendFormat(&line, ", cost %s%.4f", about, statistics.cost);
  if (statistics.retries == 0) return line;
  std::vector<std::string> kinds;
  for (int kind = 0; kind < kFailures; ++kind) {
    const int64_t count = statistics.failures[kind];
    if (count > 0) kinds.push_back(absl::StrCat(count, " ", FailureName(static_cast<Failure>(kind))));
  }
  absl::StrAppend(&line, ", ", statistics.retries, statistics.retries == 1 ? " retry (" : " retries (",
                  absl::StrJoin(kinds, ", "), ")");
  return line;
}

void AddTokens(int64_t prompt_tokens, int64_t completion_tokens, const Prices& prices, EndpointStatistics& statistics) {
  statistics.prompt_tokens += prompt_tokens;
  statistics.completion_tokens += completion_tokens;
  // From the sums: the order in which replies come does not round.
  statistics.cost = (statistics.prompt_tokens * prices.prompt + statistics.completion_tokens * prices.completion) / 1e6;
}

std::string SpentBudget(const EndpointStatistics& statistics, const Budget& budget) {
  if (budget.tokens > 0 && statistics.tokens() >= budget.tokens) {
    return absl::StrCat("budget of ", budget.tokens, " tokens");
  }
  if (budget.cost > 0 && statistics.cost >= budget.cost) return absl::StrCat("budget of ", budget.cost);
  return "";
}

}  // namespace lm
