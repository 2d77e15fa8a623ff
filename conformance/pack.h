// The conformance pack's files, and the checker of another implementation's answers.
#ifndef CONFORMANCE_PACK_H_
#define CONFORMANCE_PACK_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "conformance/cases.h"

namespace sami {

// Writes README.md, cases.json, inputs.safetensors, answers.safetensors and errors.json, which the README explains, to
// a folder that is absent or empty; it appears complete or not at all.
absl::Status WriteConformancePack(const std::vector<ConformanceCase>& cases, const std::string& folder);

// One line for each case of which an answer is missing, misshapen or wrong, or that should have been refused and was
// not, or the other way round. Reads answers.safetensors and errors.json of `folder`; kNotFound or kInvalidArgument
// when those cannot be read.
absl::StatusOr<std::vector<std::string>> CheckConformance(const std::vector<ConformanceCase>& cases,
                                                          const std::string& folder);

}  // namespace sami

#endif  // CONFORMANCE_PACK_H_
