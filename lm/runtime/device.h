// Devices that a model computes on: the CPU or a CUDA GPU. Needs no torch header.
#ifndef LM_RUNTIME_DEVICE_H_
#define LM_RUNTIME_DEVICE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace lm {

// Whether this program can compute on "cpu", "cuda" or "cuda:N". kFailedPrecondition, saying what to do, when its
// libtorch has no CUDA or finds no such device; kInvalidArgument for another name.
absl::Status CheckDevice(absl::string_view name);

}  // namespace lm

#endif  // LM_RUNTIME_DEVICE_H_
