// The processor, by what decides how numbers are added: its name, and those of its instructions that libraries choose
// kernels by.
#ifndef LM_ARITHMETIC_PROCESSOR_H_
#define LM_ARITHMETIC_PROCESSOR_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace lm {

struct Processor {
  std::string name;                   // "AMD EPYC 9B14"; empty where the system does not say
  std::vector<std::string> features;  // of kFeatures below, in that order, by Linux's names: "avx2", "avx512_bf16"

  bool Has(absl::string_view feature) const;
};

// Read once, from /proc/cpuinfo: what the system lets programs use, which may be less than the processor has.
const Processor& ThisProcessor();

// The first processor of a text like /proc/cpuinfo's.
Processor ParseProcessor(absl::string_view cpuinfo);

}  // namespace lm

#endif  // LM_ARITHMETIC_PROCESSOR_H_
