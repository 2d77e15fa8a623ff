// sami schema: what a spec may hold, for editors and programs that write specs.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installation.h"
#include "base/main/main.h"
#include "base/status.h"
#include "experiments/spec/json_schema.h"

ABSL_FLAG(
    std::string, format, "json-schema",
    "json-schema: of specs that are written as JSON. descriptor: a Protobuf FileDescriptorSet with comments, which "
    "editors of text format read.");
ABSL_FLAG(std::string, message, "ExperimentSpec", "ExperimentSpec or Deployment.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Prints what a spec or a deployment may hold, for editors.\n\n"
    "Usage: sami schema [--message=ExperimentSpec|Deployment] >spec.schema.json\n"
    "       sami schema --format=descriptor >spec.binpb\n\n"
    "A spec is Protobuf's text format, or JSON with the same names in a file NAME.json. With the schema an editor "
    "knows\n"
    "every field with its meaning, limits and default: in VS Code, a \"$schema\" in json.schemas of the settings.";

constexpr char kDescriptors[] = "experiments/spec/descriptors.binpb";

absl::Status Main(const std::vector<std::string>& arguments) {
  if (!arguments.empty())
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[0], "\": schema takes flags alone"));
  ASSIGN_OR_RETURN(const std::string path, base::ShippedFile(kDescriptors));
  ASSIGN_OR_RETURN(std::string text, base::ReadFile(path));
  const std::string format = absl::GetFlag(FLAGS_format);
  if (format != "json-schema" && format != "descriptor") {
    return absl::InvalidArgumentError(absl::StrCat("--format: \"", format, "\" is neither json-schema nor descriptor"));
  }
  if (format == "json-schema") {
    auto schema = JsonSchema(text, absl::StrCat("sami_harness.", absl::GetFlag(FLAGS_message)));
    if (!schema.ok()) return base::Annotate(schema.status(), "--message");
    text = schema->dump(2) + "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  return std::fflush(stdout) == 0 ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
