#include "experiments/spec/spec_io.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/field_locations.h"
#include "base/textproto/overrides.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/checks/spec_checks.h"
#include "experiments/spec/iterate.h"
#include "experiments/spec/replicates.h"
#include "google/protobuf/util/json_util.h"

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

// The same fields as JSON, by their names. An error tells the field; lines are not known.
absl::Status ParseJsonSpec(const std::string& text, const std::string& source, ExperimentSpec* spec) {
  RETURN_IF_ERROR(base::ParseJson(text, source).status());  // it says where a text is no JSON
  const auto status = google::protobuf::util::JsonStringToMessage(text, spec);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(source, ": ",
                                                 std::string(status.message().data(), status.message().size()),
                                                 "; `sami schema` prints what a spec may hold"));
}

}  // namespace

absl::StatusOr<ExperimentSpec> ParseSpec(const std::string& text, const std::string& source,
                                         const std::vector<std::string>& overrides) {
  ExperimentSpec spec;
  base::FieldLocations locations;
  if (absl::EndsWith(source, ".json")) {
    locations = base::FieldLocations(source);
    RETURN_IF_ERROR(ParseJsonSpec(text, source, &spec));
  } else {
    const absl::Status read = base::ParseTextProto(text, source, &spec, &locations);
    if (!read.ok()) return WithHint(read, text);
  }
  for (const std::string& override : overrides) RETURN_IF_ERROR(base::ApplyOverride(override, &spec, &locations));
  RETURN_IF_ERROR(WriteOutIterations(&spec, &locations));
  RETURN_IF_ERROR(WriteOutGrid(&spec, &locations));
  RETURN_IF_ERROR(WriteOutReplicates(&spec, &locations));
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
