#include "sami/method.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "sami/semantics.h"

namespace sami {

using ::sami_harness::SamiConfig;

training::MethodDescription Describe(const SamiConfig& config) {
  training::MethodDescription description;
  description.title = "SAMI";
  description.examples = training::ExampleKind::kContrastive;
  description.training = EffectiveTraining(config);
  return description;
}

training::MethodCost CostOf(const SamiConfig& config, int64_t constitutions) {
  const double n = constitutions;
  training::MethodCost cost;
  cost.trained = n * n;
  cost.keeps_parent = config.kl_weight() > 0;
  cost.forward = cost.keeps_parent ? n * n : 0;
  return cost;
}

namespace {

// What the published trainers' semantics decide themselves (EffectiveTraining).
absl::Status CheckDecided(const SamiConfig& config, const std::string& path, const base::FieldLocations& locations) {
  if (config.semantics() == SamiConfig::DEFAULT) return absl::OkStatus();
  const std::string with = absl::StrCat("semantics ", SamiConfig::Semantics_Name(config.semantics()));
  const std::string here = base::Below(path, "training"), optimizer = base::Below(here, "optimizer");
  RETURN_IF_ERROR(training::RefuseUnused(config.training(), "divide_by_full_batch", with, here, locations));
  RETURN_IF_ERROR(training::RefuseUnused(config.training().optimizer(), "decay_norms", with, optimizer, locations));
  if (config.semantics() != SamiConfig::SAMI_REF) return absl::OkStatus();
  return training::RefuseUnused(config.training().optimizer(), "max_grad_norm", with, optimizer, locations);
}

}  // namespace

absl::Status CheckConfig(const SamiConfig& config, const std::string& path, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckDecided(config, path, locations));
  if (config.kl_weight() > 0 && config.semantics() != SamiConfig::DEFAULT) {
    return locations.Error(base::Below(path, "kl_weight"),
                           absl::StrCat("must be 0 with semantics ", SamiConfig::Semantics_Name(config.semantics())));
  }
  return absl::OkStatus();
}

}  // namespace sami
