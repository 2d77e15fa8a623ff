#include "experiments/spec/methods.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/spec/method_registry.h"
#include "training/method/training_checks.h"

namespace experiments {

using ::sami_harness::Arm;

// The methods' functions are one set of overloads, by the type of their settings.
#define METHOD(Case, room) \
  using room::CheckConfig; \
  using room::CostOf;      \
  using room::Describe;
SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD

training::MethodDescription DescribeMethod(const Arm& arm) {
  return WithSettings(arm, [](const auto& settings, const char*) { return Describe(settings); });
}

training::MethodCost MethodCostOf(const Arm& arm, int64_t constitutions) {
  return WithSettings(arm, [&](const auto& settings, const char*) { return CostOf(settings, constitutions); });
}

absl::Status CheckMethod(const Arm& arm, const std::string& path, const base::FieldLocations& locations) {
  if (arm.method_case() == Arm::METHOD_NOT_SET) {
    std::vector<std::string> names;
#define METHOD(Case, room) names.push_back(#room);
    SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD
    return locations.Error(
        path, absl::StrCat("(", arm.name(), ") has no method; give it one of ", absl::StrJoin(names, ", ")));
  }
  return WithSettings(arm, [&](const auto& settings, const char* field) {
    const std::string here = base::Below(path, field);
    RETURN_IF_ERROR(training::CheckTraining(settings.training(), base::Below(here, "training"), locations));
    return CheckConfig(settings, here, locations);
  });
}

}  // namespace experiments
