#include "training/compute_type.h"

#include "absl/strings/str_cat.h"
#include "lm/arithmetic/products.h"

namespace training {

absl::Status CheckComputeType(const sami_harness::TrainingConfig& config, const torch::Device& device) {
  const bool rounds = config.compute_type() == sami_harness::TrainingConfig::BFLOAT16_PRODUCTS;
  if (!rounds || (device.is_cpu() && lm::CanRoundProducts())) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("compute_type: BFLOAT16_PRODUCTS is computed on the CPU by the harness's own products "
                   "(--arithmetic=own), and here ",
                   device.is_cpu() ? lm::ProductsInUse().library : device.str(),
                   " computes; take compute_type: BFLOAT16 or AS_WEIGHTS"));
}

}  // namespace training
