// SFT as a method of experiments (training/method/method.h).
#ifndef BASELINES_SFT_METHOD_H_
#define BASELINES_SFT_METHOD_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/textproto/field_locations.h"
#include "baselines/sft/config.pb.h"
#include "training/method/method.h"

namespace sft {

training::MethodDescription Describe(const sami_harness::SftConfig& config);
training::MethodCost CostOf(const sami_harness::SftConfig& config, int64_t constitutions);
absl::Status CheckConfig(const sami_harness::SftConfig& config, const std::string& path,
                         const base::FieldLocations& locations);
absl::StatusOr<std::unique_ptr<training::Objective>> MakeObjective(const sami_harness::SftConfig& config,
                                                                   training::Examples examples,
                                                                   const training::ObjectiveInputs& inputs);

}  // namespace sft

#endif  // BASELINES_SFT_METHOD_H_
