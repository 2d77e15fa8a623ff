#include "experiments/pipeline/objectives.h"

#include <utility>

#include "experiments/spec/method_registry.h"

namespace experiments {

absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::Arm& arm,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs) {
#define METHOD(Case, room) using room::MakeObjective;
  SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD
  return WithSettings(
      arm, [&](const auto& settings, const char*) { return MakeObjective(settings, std::move(examples), inputs); });
}

}  // namespace experiments
