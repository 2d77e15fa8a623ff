#include "lm/endpoint/api/wait.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "lm/endpoint/api/lenient_json.h"

namespace lm {
namespace {

using Wait = std::optional<absl::Duration>;

// The value of a header; "" of none.
std::string Header(const std::map<std::string, std::string>& headers, const std::string& name) {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

// Takes a number without sign and exponent off the text; nullopt: none is there.
std::optional<double> TakeNumber(absl::string_view& text) {
  const size_t size = std::min(text.find_first_not_of("0123456789."), text.size());
  double number;
  // A full stop ends the sentence.
  absl::string_view digits = text.substr(0, size);
  while (absl::EndsWith(digits, ".")) digits.remove_suffix(1);
  if (digits.empty() || !absl::SimpleAtod(digits, &number)) return std::nullopt;
  text.remove_prefix(digits.size());
  return number;
}

// Takes a unit of time off the text; zero: none is there.
absl::Duration TakeUnit(absl::string_view& text) {
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(text);
  size_t size = 0;
  while (size < rest.size() && absl::ascii_isalpha(rest[size])) ++size;
  const std::string word = absl::AsciiStrToLower(rest.substr(0, size));
  absl::Duration unit = absl::ZeroDuration();
  if (word == "ms" || absl::StartsWith(word, "millisecond")) unit = absl::Milliseconds(1);
  if (word == "s" || absl::StartsWith(word, "sec")) unit = absl::Seconds(1);
  if (word == "m" || absl::StartsWith(word, "min")) unit = absl::Minutes(1);
  if (word == "h" || absl::StartsWith(word, "hour") || word == "hr" || word == "hrs") unit = absl::Hours(1);
  if (word == "d" || word == "day" || word == "days") unit = absl::Hours(24);
  if (unit != absl::ZeroDuration()) text = rest.substr(size);
  return unit;
}

Wait Milliseconds(absl::string_view value) {
  value = absl::StripAsciiWhitespace(value);
  const auto number = TakeNumber(value);
  return number && value.empty() ? Wait(absl::Milliseconds(*number)) : std::nullopt;
}

// A value of x-ratelimit-reset-...: a duration, or a time as RFC 3339 or as seconds or milliseconds since 1970.
Wait ParseReset(absl::string_view value, absl::Time now) {
  value = absl::StripAsciiWhitespace(value);
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, value, &time, nullptr)) return std::max(time - now, absl::ZeroDuration());
  double number;
  if (absl::SimpleAtod(value, &number) && number > 1e8) {
    time = absl::UnixEpoch() + (number > 1e11 ? absl::Milliseconds(number) : absl::Seconds(number));
    return std::max(time - now, absl::ZeroDuration());
  }
  return LeadingDuration(value);
}

Wait ResetOf(const std::map<std::string, std::string>& headers, absl::Time now) {
  Wait longest;
  const auto add = [&](const std::string& reset, const std::string& remaining) {
    const Wait wait = ParseReset(Header(headers, reset), now);
    double left = 0;
    const bool is_known = absl::SimpleAtod(Header(headers, remaining), &left);
    if (!wait || (is_known && left >= 1)) return;
    longest = std::max(longest.value_or(absl::ZeroDuration()), *wait);
  };
  for (const char* what : {"-requests", "-tokens", ""}) {
    add(absl::StrCat("x-ratelimit-reset", what), absl::StrCat("x-ratelimit-remaining", what));
  }
  for (const char* what : {"requests", "tokens", "input-tokens", "output-tokens"}) {
    const std::string limit = absl::StrCat("anthropic-ratelimit-", what);
    add(limit + "-reset", limit + "-remaining");
  }
  return longest;
}

// Behind words that announce a wait.
Wait WaitInWords(absl::string_view body) {
  constexpr size_t kRead = 10000;  // the words of an error are a few lines
  const std::string lower = absl::AsciiStrToLower(body.substr(0, kRead));
  const absl::string_view words = lower;
  for (const absl::string_view announced :
       {"try again in ", "retry in ", "retry after ", "try again after ",
        "retry_after_ms\":", "retry_after\":", "retrydelay\":", "reset in ", "resets in ", "wait for ", "wait "}) {
    for (size_t at = words.find(announced); at != words.npos; at = words.find(announced, at + 1)) {
      absl::string_view rest = words.substr(at + announced.size());
      const size_t number = rest.find_first_not_of(" \"");
      rest.remove_prefix(std::min(number, rest.size()));
      for (const absl::string_view about : {"about ", "at least ", "approximately "}) absl::ConsumePrefix(&rest, about);
      const Wait wait = announced == "retry_after_ms\":" ? Milliseconds(rest.substr(0, rest.find_first_of(",}\" ")))
                                                         : LeadingDuration(rest);
      if (wait) return wait;
    }
  }
  return std::nullopt;
}

}  // namespace

Wait LeadingDuration(absl::string_view text) {
  absl::Duration sum = absl::ZeroDuration();
  for (bool is_first = true;; is_first = false) {
    absl::string_view rest = is_first ? text : absl::StripLeadingAsciiWhitespace(text);
    const auto number = TakeNumber(rest);
    if (!number) return is_first ? std::nullopt : Wait(sum);
    const absl::Duration unit = TakeUnit(rest);
    if (unit == absl::ZeroDuration() && !is_first) return sum;
    if (unit == absl::ZeroDuration()) {
      const bool is_date = absl::StartsWith(rest, "-") || absl::StartsWith(rest, ":");
      return is_date ? std::nullopt : Wait(absl::Seconds(*number));
    }
    sum += *number * unit;
    text = rest;
  }
}

Wait ParseRetryAfter(absl::string_view value, absl::Time now) {
  const std::string text(absl::StripAsciiWhitespace(value));
  double seconds;
  // Digits, perhaps with a fraction, which some servers send: no sign, no exponent, no "inf".
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos) {
    return absl::SimpleAtod(text, &seconds) ? std::optional(absl::Seconds(seconds)) : std::nullopt;
  }
  for (const char* format : {"%a, %d %b %E4Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %E4Y"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, &time, nullptr)) return std::max(time - now, absl::ZeroDuration());
  }
  return std::nullopt;
}

Wait AskedWait(int status, const std::map<std::string, std::string>& headers, absl::string_view body, absl::Time now) {
  Wait wait = Milliseconds(Header(headers, "retry-after-ms"));
  if (!wait) wait = ParseRetryAfter(Header(headers, "retry-after"), now);
  if (!wait) wait = LeadingDuration(Header(headers, "retry-after"));  // "20s"
  if (!wait) wait = WaitInWords(body);
  if (!wait && status == 429) wait = ResetOf(headers, now);
  return wait;
}

}  // namespace lm
