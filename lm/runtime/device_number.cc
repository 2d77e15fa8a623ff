#include "lm/runtime/device_number.h"

#include <map>
#include <string>

namespace lm {

void DeviceNumber::ReadAll(const std::vector<DeviceNumber*>& numbers) {
  std::map<std::string, std::vector<DeviceNumber*>> by_device;
  for (DeviceNumber* const number : numbers) {
    if (number->scalar_.defined()) by_device[number->scalar_.device().str()].push_back(number);
  }
  for (const auto& [device, waiting] : by_device) {
    std::vector<torch::Tensor> scalars;
    for (const DeviceNumber* number : waiting) scalars.push_back(number->scalar_.to(torch::kFloat64).reshape({1}));
    const torch::Tensor values = torch::cat(scalars).cpu();
    for (size_t i = 0; i < waiting.size(); ++i) {
      waiting[i]->value_ = values.data_ptr<double>()[i];
      waiting[i]->scalar_ = torch::Tensor();
    }
  }
}

}  // namespace lm
