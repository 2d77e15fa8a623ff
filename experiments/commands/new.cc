// sami new: a spec of one's own, from a shipped one.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/named_spec.h"
#include "experiments/spec/spec_checks.h"
#include "experiments/spec/spec_io.h"

ABSL_FLAG(std::string, from, "mtbench_vs_dpo", "The shipped experiment, or the spec file, to start from.");
ABSL_FLAG(std::string, out, "", "The file to write; it must not exist. Default: NAME.textproto in the current folder.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Writes a new spec file, from the spec of an experiment.\n\n"
    "Usage: sami new NAME [--from=mtbench_vs_dpo] [--out=FILE]\n\n"
    "The same experiment under another name, comments and all, to be changed: docs/specs.md has the fields. Then\n"
    "`sami check NAME.textproto`, `sami run NAME.textproto`.";

// The text, which is a valid spec, with another name in its first line "name: ..." at the left margin. kInvalidArgument
// for a name that a spec may not have.
absl::StatusOr<std::string> Renamed(const std::string& text, const std::string& from, const std::string& name) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (std::string& line : lines) {
    if (line.rfind("name:", 0) != 0) continue;
    line = absl::StrCat("name: \"", name, "\"");
    const std::string renamed = absl::StrJoin(lines, "\n");
    sami_harness::ExperimentSpec spec;
    base::FieldLocations locations;
    RETURN_IF_ERROR(base::ParseTextProto(renamed, "", &spec, &locations));
    RETURN_IF_ERROR(ValidateSpec(spec, locations));
    if (spec.name() == name) return renamed;
    break;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(from, ": its name does not stand in a line of its own, \"name: ...\""));
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return absl::InvalidArgumentError("name the new experiment, once: sami new NAME");
  const std::string& name = arguments[0];
  if (name.find_first_of("\"\\\n") != std::string::npos) {
    return absl::InvalidArgumentError("a name has letters, digits, '-' and '_' alone");
  }
  ASSIGN_OR_RETURN(const std::string from, FindSpec(absl::GetFlag(FLAGS_from)));
  const std::string flag = absl::GetFlag(FLAGS_out);
  const std::string out = base::UserPath(flag.empty() ? name + ".textproto" : flag);
  if (base::FileExists(out)) {
    return absl::FailedPreconditionError(absl::StrCat(out, " is there, and stays; give another --out"));
  }
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(from));
  RETURN_IF_ERROR(LoadSpec(from).status());
  ASSIGN_OR_RETURN(const std::string renamed, Renamed(text, from, name));
  RETURN_IF_ERROR(base::WriteFileAtomically(out, renamed));
  std::printf("%s\n", out.c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::ReportAndExitCode(experiments::Main(base::InitProgram(argc, argv, experiments::kUsage)));
}
