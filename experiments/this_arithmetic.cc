#include "experiments/this_arithmetic.h"

#include "lm/arithmetic/arithmetic.h"

namespace experiments {

sami_harness::ArithmeticRecord ArithmeticOfThisProcess(const std::string& device, int threads) {
  const lm::Arithmetic here = lm::ThisArithmetic(device);
  sami_harness::ArithmeticRecord record;
  record.set_processor(here.processor);
  for (const std::string& feature : here.features) record.add_features(feature);
  record.set_products(here.products);
  record.set_torch(here.torch);
  if (!here.onednn.empty()) record.set_onednn(here.onednn);
  record.set_kernels(here.kernels);
  record.set_math_library(here.math_library);
  record.set_device(here.device);
  record.set_threads(threads);
  return record;
}

}  // namespace experiments
