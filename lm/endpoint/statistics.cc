#include "lm/endpoint/statistics.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace lm {
namespace {

void AppendRetries(const EndpointStatistics& statistics, std::string& line) {
  if (statistics.retries == 0) return;
  std::vector<std::string> kinds;
  for (int kind = 0; kind < kFailures; ++kind) {
    const int64_t count = statistics.failures[kind];
    if (count > 0) kinds.push_back(absl::StrCat(count, " ", FailureName(static_cast<Failure>(kind))));
  }
  absl::StrAppend(&line, ", ", statistics.retries, statistics.retries == 1 ? " retry (" : " retries (",
                  absl::StrJoin(kinds, ", "), ")");
}

}  // namespace

std::string Summary(const EndpointStatistics& statistics) {
  const char* const about = statistics.estimated > 0 ? "about " : "";
  std::string line = absl::StrCat(about, statistics.tokens(), " tokens");
  if (statistics.cost > 0) absl::StrAppendFormat(&line, ", cost %s%.4f", about, statistics.cost);
  if (statistics.estimated > 0) {
    absl::StrAppend(&line, " (the server does not tell of ", statistics.estimated,
                    statistics.estimated == 1 ? " reply" : " replies", ")");
  }
  AppendRetries(statistics, line);
  if (!statistics.answered_by.empty()) {
    absl::StrAppend(&line, ", ", absl::StrJoin(statistics.answered_by, " + "), " replies by ",
                    statistics.answered_by.size(), " servers");
  }
  for (const auto& [remark, count] : statistics.remarks) absl::StrAppend(&line, ", ", count, " with ", remark);
  return line;
}

void AddRemark(const std::string& remark, EndpointStatistics& statistics) {
  constexpr size_t kMost = 20;
  const bool is_told = statistics.remarks.size() < kMost || statistics.remarks.count(remark) > 0;
  ++statistics.remarks[is_told ? remark : "another finish_reason"];
}

int64_t EstimatedTokens(const ChatRequest& request) {
  size_t bytes = request.prompt.size();
  for (const ChatMessage& message : request.messages) bytes += message.content.size();
  return (bytes + 3) / 4;
}

std::string Forecast(absl::Span<const ChatRequest> requests, const Prices& prices) {
  EndpointStatistics prompts, all;
  for (const ChatRequest& request : requests) {
    AddTokens(EstimatedTokens(request), 0, prices, prompts);
    AddTokens(EstimatedTokens(request), request.max_tokens, prices, all);
  }
  std::string text = absl::StrCat("about ", all.prompt_tokens, " tokens of prompts and at most ", all.completion_tokens,
                                  " of replies");
  if (all.cost > 0) absl::StrAppendFormat(&text, ", cost about %.4f to %.4f", prompts.cost, all.cost);
  return text;
}

std::string CostsJson(const std::string& model, const Prices& prices, const EndpointStatistics& run,
                      const Recording::Totals& recorded) {
  EndpointStatistics all;
  AddTokens(recorded.prompt_tokens, recorded.completion_tokens, prices, all);
  base::OrderedJson json = {{"model", model}};
  json["prices"] = {{"prompt", prices.prompt}, {"completion", prices.completion}};
  json["this_run"] = {{"requests", run.tries},
                      {"replies", run.answered},
                      {"replies_without_counts", run.estimated},
                      {"prompt_tokens", run.prompt_tokens},
                      {"completion_tokens", run.completion_tokens},
                      {"cost", run.cost}};
  json["all_recorded"] = {{"replies", recorded.replies},
                          {"replies_without_counts", recorded.without_counts},
                          {"prompt_tokens", recorded.prompt_tokens},
                          {"completion_tokens", recorded.completion_tokens},
                          {"cost", all.cost}};
  return base::PrintJson(json, 2) + "\n";
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
