#include "experiments/spec/spec_io.h"

#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/field_locations.h"
#include "base/textproto/overrides.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/spec_checks.h"

namespace experiments {

using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;

absl::StatusOr<ExperimentSpec> LoadSpec(const std::string& path, const std::vector<std::string>& overrides) {
  ExperimentSpec spec;
  base::FieldLocations locations;
  RETURN_IF_ERROR(base::ReadTextProto(path, &spec, &locations));
  for (const std::string& override : overrides) RETURN_IF_ERROR(base::ApplyOverride(override, &spec, &locations));
  RETURN_IF_ERROR(ValidateSpec(spec, locations));
  if (!spec.has_generator_model()) *spec.mutable_generator_model() = spec.base_model();
  base::FillDefaults(&spec);
  return spec;
}

absl::StatusOr<Deployment> LoadDeployment(const std::string& path) {
  Deployment deployment;
  base::FieldLocations locations;
  if (!path.empty()) RETURN_IF_ERROR(base::ReadTextProto(path, &deployment, &locations));
  RETURN_IF_ERROR(ValidateDeployment(deployment, locations));
  base::FillDefaults(&deployment);
  return deployment;
}

}  // namespace experiments
