// DPO as a method of experiments (training/method/method.h).
#ifndef BASELINES_DPO_METHOD_H_
#define BASELINES_DPO_METHOD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/textproto/field_locations.h"
#include "baselines/dpo/config.pb.h"
#include "training/method/method.h"

namespace dpo {

training::MethodDescription Describe(const sami_harness::DpoConfig& config);
training::MethodCost CostOf(const sami_harness::DpoConfig& config, int64_t constitutions);
absl::Status CheckConfig(const sami_harness::DpoConfig& config, const std::string& path,
                         const base::FieldLocations& locations);
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::DpoConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

// The losses of the settings: at least one, with its weight.
struct WeightedLoss {
  sami_harness::DpoConfig::LossType type;
  double weight;
};
std::vector<WeightedLoss> LossesOf(const sami_harness::DpoConfig& config);

}  // namespace dpo

#endif  // BASELINES_DPO_METHOD_H_
