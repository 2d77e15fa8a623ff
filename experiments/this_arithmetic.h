// lm::ThisArithmetic, for records.
#ifndef EXPERIMENTS_THIS_ARITHMETIC_H_
#define EXPERIMENTS_THIS_ARITHMETIC_H_

#include <string>

#include "experiments/run/record.pb.h"

namespace experiments {

// What this process computes with on `device`: after lm::ChooseProducts.
sami_harness::ArithmeticRecord ArithmeticOfThisProcess(const std::string& device, int threads);

}  // namespace experiments

#endif  // EXPERIMENTS_THIS_ARITHMETIC_H_
