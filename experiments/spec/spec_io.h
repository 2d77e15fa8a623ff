// Spec reader: reads a spec or a deployment, that is file, then --set, then checks, then defaults. Errors say where,
// what and what is allowed.
#ifndef EXPERIMENTS_SPEC_SPEC_IO_H_
#define EXPERIMENTS_SPEC_SPEC_IO_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/spec/deployment.pb.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// The spec in canonical form (canonical.h). `overrides` are "path=value" (overrides.h). PrintTextProto (text_proto.h)
// of the result is its canonical text, which LoadSpec reads back to the same message. kInvalidArgument when something
// in it is wrong, kNotFound when there is no such file.
absl::StatusOr<sami_harness::ExperimentSpec> LoadSpec(const std::string& path,
                                                      const std::vector<std::string>& overrides = {});

// The same of a text; `source` is what errors call it. One whose name ends in ".json" is JSON with the fields' names.
absl::StatusOr<sami_harness::ExperimentSpec> ParseSpec(const std::string& text, const std::string& source,
                                                       const std::vector<std::string>& overrides = {});

// The deployment with its defaults filled in. An empty path is an empty file.
absl::StatusOr<sami_harness::Deployment> LoadDeployment(const std::string& path);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_SPEC_IO_H_
