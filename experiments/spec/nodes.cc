#include "experiments/spec/nodes.h"

#include <set>

namespace experiments {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;

std::vector<Step> ComputingOrder(const ExperimentSpec& spec) {
  std::vector<Step> waiting, order;
  for (const Data& data : spec.data()) waiting.push_back({&data, nullptr});
  for (const Arm& arm : spec.arms()) waiting.push_back({nullptr, &arm});
  std::set<std::string> data, models;
  for (const auto& model : spec.models()) models.insert(model.name());
  // An arm that is a model takes nothing away from what its name means.
  const auto is_ready = [&](const Step& step) {
    if (step.data != nullptr) return !IsGenerated(*step.data) || models.count(step.data->generator()) > 0;
    if (!IsTrained(*step.arm)) return true;
    return models.count(step.arm->parent()) > 0 && data.count(step.arm->data()) > 0;
  };
  for (size_t i = 0; i < waiting.size();) {
    const Step step = waiting[i];
    if (!is_ready(step)) {
      ++i;
      continue;
    }
    (step.data != nullptr ? data : models).insert(step.name());
    order.push_back(step);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
    i = 0;
  }
  return order;
}

std::vector<std::string> ArmNames(const ExperimentSpec& spec) {
  std::vector<std::string> names;
  for (const Step& step : ComputingOrder(spec)) {
    if (step.arm != nullptr) names.push_back(step.arm->name());
  }
  return names;
}

std::string RootModel(const ExperimentSpec& spec, std::string arm_or_model) {
  for (const Arm* arm = FindNode(spec.arms(), arm_or_model); arm != nullptr;
       arm = FindNode(spec.arms(), arm_or_model)) {
    if (!IsTrained(*arm)) return arm->model();
    arm_or_model = arm->parent();
  }
  return arm_or_model;
}

}  // namespace experiments
