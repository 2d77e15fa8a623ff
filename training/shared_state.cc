#include "training/shared_state.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "training/optimizer.h"

namespace training {
namespace {

// Where each parameter begins among all elements, and where the last ends.
std::vector<int64_t> PlacesOf(const std::vector<lm::Parameter>& parameters) {
  std::vector<int64_t> places = {0};
  for (const lm::Parameter& parameter : parameters) places.push_back(places.back() + parameter.value.numel());
  return places;
}

std::vector<Kept> KeptOfAll(const SharedUpdate& update) {
  std::vector<Kept> kept = {Kept::kParameter, Kept::kSecondMoment};
  if (update.has_first_moments()) kept.push_back(Kept::kFirstMoment);
  return kept;
}

// Rank 0's next wish.
struct Wish {
  Kept kept;
  size_t parameter;
};

}  // namespace

absl::Status Save(const SharedState& state, const TrainingHistory& history, const std::vector<torch::Tensor>& best) {
  const std::vector<int64_t> places = PlacesOf(state.parameters);
  std::vector<torch::Tensor> values;
  for (const Trained& part : state.update.own_parts()) values.push_back(part.values);
  const auto collect = [&](Kept kept, size_t i) {
    const Optimizer::State& moments = state.update.own_state();
    const std::vector<torch::Tensor>& own = kept == Kept::kParameter      ? values
                                            : kept == Kept::kFirstMoment  ? moments.first_moments
                                            : kept == Kept::kSecondMoment ? moments.second_moments
                                                                          : best;
    return state.update.Collect(places[i], places[i + 1] - places[i], state.parameters[i].value.scalar_type(), own);
  };
  // A rank without any part keeps a best one of nothing.
  ASSIGN_OR_RETURN(const std::string keeps_best, LeadersText(state.group, best.empty() ? "" : "best"));
  std::vector<Kept> kept = KeptOfAll(state.update);
  if (!keeps_best.empty()) kept.push_back(Kept::kBest);
  if (!state.group.leads()) {
    while (true) {
      ASSIGN_OR_RETURN(const std::string next, LeadersText(state.group, ""));
      if (next.empty()) return absl::OkStatus();
      Wish wish;
      std::memcpy(&wish, next.data(), sizeof wish);
      RETURN_IF_ERROR(collect(wish.kept, wish.parameter).status());
    }
  }
  const absl::Status saved =
      SaveTrainingState(state.path, state.fingerprint, state.parameters, kept, history,
                        [&](Kept one, size_t i) -> absl::StatusOr<torch::Tensor> {
                          const Wish wish = {one, i};
                          const std::string text(reinterpret_cast<const char*>(&wish), sizeof wish);
                          RETURN_IF_ERROR(LeadersText(state.group, text).status());
                          return collect(one, i);
                        });
  RETURN_IF_ERROR(LeadersText(state.group, "").status());
  return saved;
}

absl::StatusOr<TrainingHistory> Load(const SharedState& state, std::vector<torch::Tensor>* best) {
  const torch::NoGradGuard no_grad;
  const std::vector<int64_t> places = PlacesOf(state.parameters);
  const std::vector<Trained>& parts = state.update.own_parts();
  Optimizer::State moments;
  moments.second_moments.resize(parts.size());
  if (state.update.has_first_moments()) moments.first_moments.resize(parts.size());
  std::vector<torch::Tensor> found_best;
  const auto restore = [&](Kept kept, size_t parameter, const torch::Tensor& values) {
    const torch::Tensor& here = state.parameters[parameter].value;
    if (kept == Kept::kParameter && !lm::IsAbsentWeight(here)) here.detach().copy_(values.view(here.sizes()));
    if (kept == Kept::kBest) found_best.resize(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
      const int64_t begin = parts[i].place - places[parameter];
      if (begin < 0 || parts[i].place >= places[parameter + 1]) continue;
      const torch::Tensor part = values.narrow(0, begin, parts[i].size).view(parts[i].values.sizes());
      if (kept == Kept::kParameter) parts[i].values.detach().copy_(part);
      if (kept == Kept::kFirstMoment) moments.first_moments[i] = part.clone();
      if (kept == Kept::kSecondMoment) moments.second_moments[i] = part.clone();
      if (kept == Kept::kBest) found_best[i] = part.clone();
    }
  };
  std::vector<Kept> kept = KeptOfAll(state.update);
  kept.push_back(Kept::kBest);
  ASSIGN_OR_RETURN(TrainingHistory history,
                   LoadTrainingState(state.path, state.fingerprint, state.parameters, kept, restore));
  moments.steps = static_cast<int64_t>(history.steps.size());
  state.update.Restore(moments);
  if (!found_best.empty()) *best = std::move(found_best);
  return history;
}

}  // namespace training
