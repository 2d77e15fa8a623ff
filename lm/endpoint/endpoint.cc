#include "lm/endpoint/endpoint.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/endpoint/session.h"

namespace lm {
namespace {

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(absl::StrCat("endpoint: ", what)); }

absl::Status CheckOptions(const EndpointOptions& options) {
  if (options.model.empty()) return Wrong("the model's name is missing");
  if (options.concurrency < 1 || options.concurrency > 1024) {
    return Wrong(absl::StrCat("concurrency ", options.concurrency, " must be in [1, 1024]"));
  }
  if (options.retry.max_tries < 1) return Wrong("max_tries must be at least 1");
  const auto is_sound = [](double value) { return value >= 0 && std::isfinite(value); };
  if (!is_sound(options.requests_per_minute)) return Wrong("requests_per_minute must be a number >= 0");
  if (!is_sound(options.prices.prompt) || !is_sound(options.prices.completion) || !is_sound(options.budget.cost) ||
      options.budget.tokens < 0) {
    return Wrong("prices and budgets must be numbers >= 0");
  }
  if (options.budget.cost > 0 && options.prices.prompt == 0 && options.prices.completion == 0) {
    return Wrong("a budget of money needs the prices of a million tokens");
  }
  for (const absl::Duration timeout : {options.http.connect_timeout, options.http.total_timeout}) {
    if (timeout < absl::Milliseconds(1) || timeout > absl::Hours(24)) {
      return Wrong("timeouts must be between a millisecond and a day");
    }
  }
  if (options.http.max_reply_bytes < 1) return Wrong("max_reply_bytes must be at least 1");
  if (!std::all_of(options.key_header.begin(), options.key_header.end(),
                   [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; })) {
    return Wrong("key_header must be a header's name, without a colon");
  }
  if (!options.extra.is_object()) return Wrong("the extra fields must be a JSON object");
  if (!options.http.ca_file.empty()) {
    RETURN_IF_ERROR(base::Annotate(base::ReadFile(options.http.ca_file).status(), "ca_file"));
  }
  return absl::OkStatus();
}

// Without the line feed that files and shells leave at its end. The message does not show it.
absl::StatusOr<std::string> ReadKey(const EndpointOptions& options) {
  if (!options.key_env.empty() && !options.key_file.empty()) {
    return Wrong("the key is in a variable or in a file, not in both; name one");
  }
  std::string text;
  if (!options.key_file.empty()) {
    auto content = base::ReadFile(options.key_file);
    if (!content.ok()) return base::Annotate(content.status(), "key_file");
    text = *std::move(content);
  } else if (!options.key_env.empty()) {
    const char* const value = std::getenv(options.key_env.c_str());
    if (value == nullptr) {
      return Wrong(
          absl::StrCat("the environment has no variable ", options.key_env, "; set it to the key, or name none"));
    }
    text = value;
  }
  const std::string key(absl::StripAsciiWhitespace(text));
  if (std::all_of(key.begin(), key.end(), [](char c) { return absl::ascii_isgraph(c); })) return key;
  return Wrong(
      absl::StrCat("the key in ", KeyPlace(options), " has spaces or control characters within; is it whole?"));
}

absl::StatusOr<std::vector<ApiAddress>> ReadAddresses(const EndpointOptions& options) {
  std::vector<std::string> urls = {options.base_url};
  urls.insert(urls.end(), options.more_urls.begin(), options.more_urls.end());
  std::vector<ApiAddress> addresses;
  for (const std::string& url : urls) {
    ASSIGN_OR_RETURN(ApiAddress address, ParseApiAddress(url));
    const auto same = std::find_if(addresses.begin(), addresses.end(),
                                   [&](const ApiAddress& known) { return known.base == address.base; });
    if (same != addresses.end()) return Wrong(absl::StrCat("server ", address.base, " is named twice"));
    if (!addresses.empty() && address.is_azure != addresses[0].is_azure) {
      return Wrong("Azure's servers take their key in another header than others; name servers of one kind");
    }
    addresses.push_back(std::move(address));
  }
  return addresses;
}

}  // namespace

std::string KeyPlace(const EndpointOptions& options) {
  if (!options.key_file.empty()) return absl::StrCat("the file ", options.key_file);
  return options.key_env.empty() ? "" : absl::StrCat("the environment variable ", options.key_env);
}

absl::StatusOr<std::unique_ptr<Endpoint>> Endpoint::Make(const EndpointOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(std::vector<ApiAddress> addresses, ReadAddresses(options));
  HttpKey key{"", options.key_header.empty() && addresses[0].is_azure ? "api-key" : options.key_header};
  ASSIGN_OR_RETURN(key.value, ReadKey(options));
  return std::unique_ptr<Endpoint>(new Endpoint(options, std::move(addresses), std::move(key)));
}

Endpoint::Endpoint(EndpointOptions options, std::vector<ApiAddress> addresses, HttpKey key)
    : options_(std::move(options)), servers_(std::move(addresses)), key_(std::move(key)) {}

absl::Status Endpoint::Check(const ChatRequest& request) const {
  if (request.prompt_ids.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("prompt_ids are of one tokenizer, and the API takes texts; give \"prompt\"");
}

void Endpoint::Complete(absl::Span<const ChatRequest> requests,
                        absl::FunctionRef<bool(size_t, absl::StatusOr<ChatReply>)> done) {
  EndpointSession(*this, requests, done).Run();
  const std::string remark = servers_.Remark();
  if (!remark.empty()) std::fprintf(stderr, "note: %s\n", remark.c_str());
}

EndpointStatistics Endpoint::statistics() const {
  const absl::MutexLock lock(&mutex_);
  EndpointStatistics statistics = statistics_;
  if (servers_.size() > 1) statistics.answered_by = servers_.Answered();
  return statistics;
}

absl::Time Endpoint::NextStart() {
  const absl::Time now = Now();
  const absl::MutexLock lock(&mutex_);
  const absl::Time start = std::max({now, next_start_, held_until_});
  if (options_.requests_per_minute == 0) return start;
  next_start_ = start + absl::Minutes(1) / options_.requests_per_minute;
  return start;
}

void Endpoint::HoldUntil(absl::Time time) {
  const absl::MutexLock lock(&mutex_);
  held_until_ = std::max(held_until_, time);
}

void Endpoint::Count(const ChatRequest& request, const TryResult& tried) {
  const absl::MutexLock lock(&mutex_);
  ++statistics_.tries;
  if (!tried.reply.ok()) {
    ++statistics_.failures[static_cast<int>(tried.failure)];
    return;
  }
  ++statistics_.answered;
  const ChatReply& reply = tried.reply->reply;
  for (const std::string& remark : tried.reply->remarks) AddRemark(remark, statistics_);
  if (tried.reply->has_usage) {
    AddTokens(reply.prompt_tokens, reply.completion_tokens, options_.prices, statistics_);
    return;
  }
  ++statistics_.estimated;
  AddTokens(EstimatedTokens(request), (reply.text.size() + reply.reasoning.size() + 3) / 4, options_.prices,
            statistics_);
}

void Endpoint::CountRetry() {
  const absl::MutexLock lock(&mutex_);
  ++statistics_.retries;
}

void Endpoint::CountGivenUp() {
  const absl::MutexLock lock(&mutex_);
  ++statistics_.given_up;
}

void Endpoint::SayWait(absl::Duration wait, const absl::Status& why) {
  constexpr absl::Duration kWorthTelling = absl::Seconds(5), kApart = absl::Seconds(30);
  {
    const absl::MutexLock lock(&mutex_);
    if (wait < kWorthTelling || Now() - said_wait_ < kApart) return;
    said_wait_ = Now();
  }
  std::fprintf(stderr, "note: the server asks to wait for %s: %s\n", base::HumanDuration(wait).c_str(),
               std::string(why.message()).c_str());
}

std::string Endpoint::Forecast(absl::Span<const ChatRequest> requests) const {
  return lm::Forecast(requests, options_.prices);
}

std::string Endpoint::SpentBudget() const {
  const absl::MutexLock lock(&mutex_);
  return lm::SpentBudget(statistics_, options_.budget);
}

}  // namespace lm
