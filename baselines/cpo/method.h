// CPO and SimPO as a method of experiments (training/method/method.h).
#ifndef BASELINES_CPO_METHOD_H_
#define BASELINES_CPO_METHOD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/textproto/field_locations.h"
#include "baselines/cpo/config.pb.h"
#include "training/method/method.h"

namespace cpo {

training::MethodDescription Describe(const sami_harness::CpoConfig& config);
training::MethodCost CostOf(const sami_harness::CpoConfig& config, int64_t constitutions);
absl::Status CheckConfig(const sami_harness::CpoConfig& config, const std::string& path,
                         const base::FieldLocations& locations);
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::CpoConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

}  // namespace cpo

#endif  // BASELINES_CPO_METHOD_H_
