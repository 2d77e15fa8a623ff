#include "lm/runtime/device.h"

#include <torch/cuda.h>
#include <torch/types.h>

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace lm {

absl::Status CheckDevice(absl::string_view name) {
  if (name == "cpu") return absl::OkStatus();
  absl::string_view number = name;
  int index = 0;
  const bool is_cuda = name == "cuda" || (absl::ConsumePrefix(&number, "cuda:") && absl::SimpleAtoi(number, &index));
  if (!is_cuda || index < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("device \"", name, "\": it must be \"cpu\", \"cuda\" or \"cuda:N\", N from 0"));
  }
  // Not at::hasCUDA(), which is false of a libtorch with CUDA too where there is no driver.
  if (!at::globalContext().hasCUDART()) {
    return absl::FailedPreconditionError(
        absl::StrCat("device \"", name,
                     "\": this program's libtorch has no CUDA; build with LIBTORCH=DIR, the folder of one that has, or "
                     "compute on \"cpu\""));
  }
  const auto devices = static_cast<int>(torch::cuda::device_count());
  if (index < devices) return absl::OkStatus();
  if (devices == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("device \"", name,
                     "\": this program's libtorch has CUDA, but finds no device: does nvidia-smi see one, and is its "
                     "driver new enough for this torch? Or compute on \"cpu\""));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("device \"", name, "\": this machine has ", devices, " CUDA devices; compute on \"cpu\""));
}

}  // namespace lm
