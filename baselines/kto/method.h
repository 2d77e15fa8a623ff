// KTO as a method of experiments (training/method/method.h).
#ifndef BASELINES_KTO_METHOD_H_
#define BASELINES_KTO_METHOD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/textproto/field_locations.h"
#include "baselines/kto/config.pb.h"
#include "training/method/method.h"

namespace kto {

training::MethodDescription Describe(const sami_harness::KtoConfig& config);
training::MethodCost CostOf(const sami_harness::KtoConfig& config, int64_t constitutions);
absl::Status CheckConfig(const sami_harness::KtoConfig& config, const std::string& path,
                         const base::FieldLocations& locations);
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::KtoConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

}  // namespace kto

#endif  // BASELINES_KTO_METHOD_H_
