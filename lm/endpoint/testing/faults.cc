#include "lm/endpoint/testing/faults.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/hash.h"
#include "base/random.h"

namespace lm {
namespace {

constexpr absl::string_view kNames[kFaults] = {
    "rate_limit", "rate_limit_after", "rate_limit_date", "server_error", "stall",     "drip",
    "cut",        "invalid_json",     "wrong_schema",    "huge",         "duplicate", "twice",
    "empty"};

}  // namespace

absl::string_view FaultName(Fault fault) { return kNames[static_cast<int>(fault)]; }

absl::StatusOr<FaultRates> ParseFaults(absl::string_view text) {
  FaultRates rates{};
  for (const absl::string_view part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(part, absl::MaxSplits(':', 1));
    double rate;
    if (!absl::SimpleAtod(pair.second, &rate) || !(rate >= 0 && rate <= 1)) {
      return absl::InvalidArgumentError(absl::StrCat("\"", part, "\": write NAME:PROBABILITY, as in drip:0.2"));
    }
    bool found = false;
    for (int i = 0; i < kFaults; ++i) {
      if (pair.first != kNames[i] && pair.first != "all") continue;
      rates[i] = rate;
      found = true;
    }
    if (found) continue;
    std::string names = "all";
    for (const absl::string_view name : kNames) absl::StrAppend(&names, ", ", name);
    return absl::InvalidArgumentError(absl::StrCat("\"", pair.first, "\" is no fault; there are ", names));
  }
  return rates;
}

std::optional<Fault> DrawFault(const FaultRates& rates, uint64_t seed, absl::string_view body, uint32_t n) {
  base::RandomStream stream(seed, "lm/fake_endpoint", base::Id64(body), n);
  std::vector<Fault> drawn;
  for (int i = 0; i < kFaults; ++i) {
    if (stream.Bernoulli(rates[i])) drawn.push_back(static_cast<Fault>(i));
  }
  if (drawn.empty()) return std::nullopt;
  return drawn[stream.Below(drawn.size())];
}

}  // namespace lm
