#include "experiments/spec/spec_io.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/field_locations.h"
#include "base/textproto/overrides.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/iterate.h"
#include "experiments/spec/spec_checks.h"

namespace experiments {

using ::sami_harness::Deployment;
using ::sami_harness::ExperimentSpec;

namespace {

// A spec of the form before version 0.13 names its base model at the margin.
absl::Status WithHint(const absl::Status& read, absl::string_view text) {
  if (!absl::StrContains(text, "base_model")) return read;
  return absl::Status(read.code(), absl::StrCat(read.message(),
                                                "; a spec with base_model is of the form before version 0.13: "
                                                "docs/specs.md, \"Converting an old spec\", says what becomes of it"));
}

}  // namespace

absl::StatusOr<ExperimentSpec> ParseSpec(const std::string& text, const std::string& source,
                                         const std::vector<std::string>& overrides) {
  ExperimentSpec spec;
  base::FieldLocations locations;
  const absl::Status read = base::ParseTextProto(text, source, &spec, &locations);
  if (!read.ok()) return WithHint(read, text);
  for (const std::string& override : overrides) RETURN_IF_ERROR(base::ApplyOverride(override, &spec, &locations));
  RETURN_IF_ERROR(WriteOutIterations(&spec, &locations));
  RETURN_IF_ERROR(ValidateSpec(spec, locations));
  base::FillDefaults(&spec);
  return spec;
}

absl::StatusOr<ExperimentSpec> LoadSpec(const std::string& path, const std::vector<std::string>& overrides) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return ParseSpec(text, path, overrides);
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
