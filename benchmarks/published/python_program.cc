#include "benchmarks/published/python_program.h"

#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/program.h"
#include "base/status.h"

namespace benchmarks {

absl::StatusOr<PythonProgram> PythonProgram::Start(const std::string& environment, const std::string& script,
                                                   const std::vector<std::string>& packages, int threads) {
  const std::string names = absl::StrJoin(packages, " ");
  const auto missing = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("--against_python=", environment, ": ", what, "; python3 -m venv ",
                                                   environment, " && ", environment, "/bin/pip install ", names));
  };
  const std::string python = environment + "/bin/python";
  if (access(python.c_str(), X_OK) != 0) return missing("has no bin/python");
  ASSIGN_OR_RETURN(std::unique_ptr<Coprocess> process,
                   Coprocess::Start({python, base::Runfile(script)}, {absl::StrCat("OMP_NUM_THREADS=", threads)}));
  PythonProgram program(std::move(process), "");
  const absl::StatusOr<std::string> versions = program.Ask(absl::StrCat("versions ", names));
  if (!versions.ok()) return missing("its Python does not answer");
  if (absl::StartsWith(*versions, "missing ")) return missing(absl::StrCat("its Python has no ", versions->substr(8)));
  program.versions_ = *versions;
  return program;
}

absl::StatusOr<std::string> PythonProgram::Ask(const std::string& line) {
  ASSIGN_OR_RETURN(std::string answer, process_->Ask(line));
  absl::StripTrailingAsciiWhitespace(&answer);
  return answer;
}

}  // namespace benchmarks
