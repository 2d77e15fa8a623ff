#include "baselines/sft/method.h"

namespace sft {

using ::sami_harness::SftConfig;

training::MethodDescription Describe(const SftConfig& config) {
  training::MethodDescription description;
  description.title = "SFT";
  description.examples = training::ExampleKind::kText;
  description.training = config.training();
  return description;
}

training::MethodCost CostOf(const SftConfig&, int64_t) { return {}; }

absl::Status CheckConfig(const SftConfig&, const std::string&, const base::FieldLocations&) { return absl::OkStatus(); }

}  // namespace sft
