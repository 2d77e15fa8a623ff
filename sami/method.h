// SAMI as a method of experiments (training/method/method.h).
#ifndef SAMI_METHOD_H_
#define SAMI_METHOD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/textproto/field_locations.h"
#include "sami/config.pb.h"
#include "training/method/method.h"

namespace sami {

training::MethodDescription Describe(const sami_harness::SamiConfig& config);
training::MethodCost CostOf(const sami_harness::SamiConfig& config, int64_t constitutions);
absl::Status CheckConfig(const sami_harness::SamiConfig& config, const std::string& path,
                         const base::FieldLocations& locations);
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::SamiConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

}  // namespace sami

#endif  // SAMI_METHOD_H_
