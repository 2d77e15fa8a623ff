// Writes the conformance pack, or checks another implementation's answers to it.
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "conformance/pack.h"

ABSL_FLAG(std::string, out, "", "Folder to write the pack to, absent or empty: README.md, cases, inputs, answers.");
ABSL_FLAG(std::string, check, "", "Folder with answers.safetensors and errors.json to check.");

namespace {

int Fail(const absl::Status& status) { return base::ReportAndExitCode(status); }

int Check(const std::vector<sami::ConformanceCase>& cases, const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> failures = sami::CheckConformance(cases, folder);
  if (!failures.ok()) return Fail(failures.status());
  for (const std::string& failure : *failures) std::cout << failure << "\n";
  std::cout << cases.size() - failures->size() << " of " << cases.size() << " cases agree\n";
  return failures->empty() ? 0 : 1;
}

absl::Status CheckFree(const std::string& out) { return base::Annotate(base::CheckOutputFolder(out, {}), "--out"); }

int Run(const base::Arguments& rest) {
  const std::string out = absl::GetFlag(FLAGS_out), check = absl::GetFlag(FLAGS_check);
  if (out.empty() == check.empty() || !rest.empty()) {
    return Fail(absl::InvalidArgumentError("give one of --out=DIR and --check=DIR, and nothing else"));
  }
  const absl::Status free = out.empty() ? absl::OkStatus() : CheckFree(base::UserPath(out));
  if (!free.ok()) return Fail(free);
  const std::vector<sami::ConformanceCase> cases = sami::MakeConformanceCases();
  if (!check.empty()) return Check(cases, base::UserPath(check));
  const absl::Status written = sami::WriteConformancePack(cases, base::UserPath(out));
  if (!written.ok()) return Fail(written);
  std::cout << cases.size() << " cases in " << base::UserPath(out) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Writes the pack of loss cases for other implementations, or checks answers.\n\n"
                       "Usage: sami conformance --out=DIR\n"
                       "       sami conformance --check=DIR\n\n"
                       "Exit code 1 of --check: a case disagrees.",
                       Run);
}
