#include "baselines/kto/method.h"

#include "absl/strings/str_cat.h"

namespace kto {

using ::sami_harness::KtoConfig;

training::MethodDescription Describe(const KtoConfig& config) {
  training::MethodDescription description;
  description.title = config.loss_type() == KtoConfig::KTO ? "KTO" : "APO-zero unpaired";
  description.examples = training::ExampleKind::kLabeled;
  description.training = config.training();
  return description;
}

training::MethodCost CostOf(const KtoConfig& config, int64_t) {
  training::MethodCost cost;
  const bool mismatched = config.loss_type() == KtoConfig::KTO;
  cost.forward = mismatched ? 1 : 0;
  cost.reference = mismatched ? 2 : 1;
  return cost;
}

absl::Status CheckConfig(const KtoConfig& config, const std::string& path, const base::FieldLocations& locations) {
  if (config.loss_type() == KtoConfig::KTO && config.training().batch_size() < 2) {
    return locations.Error(base::Below(path, "training.batch_size"),
                           "is 1; it must be at least 2 with loss_type KTO, whose reference point is a batch's");
  }
  if (config.desirable_weight() > 0 || config.undesirable_weight() > 0) return absl::OkStatus();
  return locations.Error(base::Below(path, "desirable_weight"),
                         "is 0, as undesirable_weight is; one of them must be greater than 0");
}

}  // namespace kto
