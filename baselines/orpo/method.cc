#include "baselines/orpo/method.h"

namespace orpo {

using ::sami_harness::OrpoConfig;

training::MethodDescription Describe(const OrpoConfig& config) {
  training::MethodDescription description;
  description.title = "ORPO";
  description.examples = training::ExampleKind::kPreference;
  description.training = config.training();
  return description;
}

training::MethodCost CostOf(const OrpoConfig&, int64_t) {
  training::MethodCost cost;
  cost.trained = 2;
  return cost;
}

absl::Status CheckConfig(const OrpoConfig&, const std::string&, const base::FieldLocations&) {
  return absl::OkStatus();
}

}  // namespace orpo
