#include "baselines/cpo/method.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cpo {

using ::sami_harness::CpoConfig;

training::MethodDescription Describe(const CpoConfig& config) {
  training::MethodDescription description;
  switch (config.loss_type()) {
    case CpoConfig::SIGMOID:
      description.title = "CPO";
      break;
    case CpoConfig::HINGE:
    case CpoConfig::IPO:
      description.title = absl::StrCat("CPO (", CpoConfig::LossType_Name(config.loss_type()), ")");
      break;
    case CpoConfig::SIMPO:
      description.title = config.cpo_alpha() == 0 ? "SimPO" : "CPO-SimPO";
      break;
  }
  description.examples = training::ExampleKind::kPreference;
  description.training = config.training();
  return description;
}

training::MethodCost CostOf(const CpoConfig&, int64_t) {
  training::MethodCost cost;
  cost.trained = 2;
  return cost;
}

absl::Status CheckConfig(const CpoConfig& config, const std::string& path, const base::FieldLocations& locations) {
  const CpoConfig::LossType type = config.loss_type();
  const std::string with = absl::StrCat("loss_type ", CpoConfig::LossType_Name(type));
  if (type == CpoConfig::HINGE || type == CpoConfig::IPO) {
    RETURN_IF_ERROR(training::RefuseUnused(config, "label_smoothing", with, path, locations));
  }
  if (type == CpoConfig::SIMPO) return absl::OkStatus();
  return training::RefuseUnused(config, "simpo_gamma", with, path, locations);
}

}  // namespace cpo
