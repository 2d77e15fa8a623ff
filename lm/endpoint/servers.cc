#include "lm/endpoint/servers.h"

#include <algorithm>
#include <cstdio>
#include <tuple>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace lm {
namespace {

constexpr int kFailuresInARow = 3;

// Whether another server could have answered the same request: not where the request itself is at fault, nor where all
// have the same account, nor where this one is only busy.
bool IsTheServers(const TryResult& tried) {
  if (tried.reply.ok()) return false;
  if (tried.blame == Blame::kEndpoint) return true;
  switch (tried.failure) {
    case Failure::kUnreachable:
    case Failure::kTimeout:
    case Failure::kCut:
    case Failure::kServerError:
    case Failure::kBroken:
      return tried.blame == Blame::kRequest;
    default:
      return false;
  }
}

}  // namespace

Servers::Servers(std::vector<ApiAddress> addresses) : addresses_(std::move(addresses)), states_(addresses_.size()) {}

size_t Servers::Take(absl::Time now) {
  const absl::MutexLock lock(&mutex_);
  const bool any_serves = absl::c_any_of(states_, [&](const State& state) { return Serves(state, now); });
  const auto rank = [&](const State& state) {
    return std::make_tuple(any_serves && !Serves(state, now), state.on_their_way, state.given);
  };
  const auto taken = std::min_element(states_.begin(), states_.end(),
                                      [&](const State& a, const State& b) { return rank(a) < rank(b); });
  if (taken->is_left_out) taken->rests_until = now + kRest;  // one request, to see whether it serves again
  ++taken->on_their_way;
  ++taken->given;
  return taken - states_.begin();
}

bool Servers::GiveBack(size_t server, const TryResult& tried, absl::Time now) {
  std::string said;
  bool others_serve = false;
  {
    const absl::MutexLock lock(&mutex_);
    State& state = states_[server];
    --state.on_their_way;
    if (tried.reply.ok()) {
      ++state.answered;
      state.failures_in_a_row = 0;
      if (std::exchange(state.is_left_out, false)) said = "serves again";
    } else if (IsTheServers(tried)) {
      ++state.failures_in_a_row;
      const int64_t others = absl::c_count_if(states_, [&](const State& other) { return Serves(other, now); }) -
                             static_cast<int64_t>(Serves(state, now));
      others_serve = others > 0;
      const bool is_out = tried.blame == Blame::kEndpoint || state.failures_in_a_row >= kFailuresInARow;
      if (is_out && others_serve && !state.is_left_out) {
        state.is_left_out = true;
        state.rests_until = now + kRest;
        state.why = std::string(tried.reply.status().message());
        said = absl::StrCat("is left out for now, ", others,
                            others == 1 ? " other serves: " : " others serve: ", state.why);
      }
    }
  }
  if (!said.empty()) std::fprintf(stderr, "note: server %s %s\n", addresses_[server].base.c_str(), said.c_str());
  return others_serve;
}

std::vector<int64_t> Servers::Answered() const {
  const absl::MutexLock lock(&mutex_);
  std::vector<int64_t> answered;
  for (const State& state : states_) answered.push_back(state.answered);
  return answered;
}

std::string Servers::Remark() const {
  const absl::MutexLock lock(&mutex_);
  if (absl::c_all_of(states_, [](const State& state) { return state.why.empty(); })) return "";
  std::vector<std::string> parts;
  for (size_t i = 0; i < states_.size(); ++i) {
    const State& state = states_[i];
    const char* out = state.why.empty() ? "" : state.is_left_out ? " and is left out (" : " and was left out (";
    parts.push_back(absl::StrCat(addresses_[i].base, i == 0 ? " answered " : " ", state.answered, out, state.why,
                                 state.why.empty() ? "" : ")"));
  }
  return absl::StrCat("of ", states_.size(), " servers, ", absl::StrJoin(parts, ", "));
}

}  // namespace lm
