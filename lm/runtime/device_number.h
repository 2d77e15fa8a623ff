// Numbers that a device computes and the host reads later, many in one transfer: reading each as it comes would make
// the device wait for the host at every one.
#ifndef LM_RUNTIME_DEVICE_NUMBER_H_
#define LM_RUNTIME_DEVICE_NUMBER_H_

#include <torch/types.h>

#include <vector>

namespace lm {

class DeviceNumber {
 public:
  DeviceNumber(double value = 0) : value_(value) {}  // NOLINT: as a double
  // A tensor of one element; what it was computed from is let go.
  DeviceNumber(const torch::Tensor& scalar) : scalar_(scalar.detach()) {}  // NOLINT: as a double

  // Waits for the device unless the number has been read.
  operator double() const { return scalar_.defined() ? scalar_.item<double>() : value_; }  // NOLINT: as a double

  // Reads all of them in one transfer from each device.
  static void ReadAll(const std::vector<DeviceNumber*>& numbers);

 private:
  double value_ = 0;
  torch::Tensor scalar_;  // undefined: it has been read
};

}  // namespace lm

#endif  // LM_RUNTIME_DEVICE_NUMBER_H_
