// Whether a run folder is as it was written: see kUsage.
#include "experiments/verify/verify.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/build_info.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"
#include "experiments/run/layout.h"
#include "experiments/run_experiment.h"
#include "experiments/spec/spec_io.h"

ABSL_FLAG(bool, recompute, false,
          "Make the tables and claims anew from the verdicts, answers and attempts that are there, and compare them.");

namespace experiments {
namespace {

using ::sami_harness::OutputRecord;
using ::sami_harness::StageRecord;

constexpr char kUsage[] =
    "Says whether a run folder is whole: as its records say that it was written.\n\n"
    "Usage: sami verify RUN [--recompute]\n\n"
    "One line a run; exit code 0: whole, 1: not, and what was changed, by SHA-256. With --recompute the tables and "
    "claims\n"
    "are made again from the verdicts and compared with those that are there; the models and files that the spec "
    "names\n"
    "have to be here, since a run's name depends on them.";

// What of the tables is otherwise when it is made anew.
absl::StatusOr<std::vector<std::string>> Recompute(const std::string& run, const Verification& found, int* compared) {
  std::map<std::string, std::string> recorded;
  for (const StageRecord& stage : found.records) {
    for (const OutputRecord& output : stage.outputs()) recorded[output.path()] = output.sha256();
  }
  ASSIGN_OR_RETURN(const auto spec, LoadSpec(absl::StrCat(run, "/", kSpecFile)));
  RunOptions options;
  options.code_commit = base::CodeCommit();
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  std::string scratch = (std::filesystem::temp_directory_path() / "sami-verify-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) {
    return absl::UnavailableError(absl::StrCat(scratch, ": cannot be made; name another folder in TMPDIR"));
  }
  options.out = scratch + "/run";
  options.store = scratch + "/store";
  const auto anew = RecomputeTables(spec, options, run);
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  RETURN_IF_ERROR(anew.status());
  std::vector<std::string> other;
  for (const StageRecord& stage : *anew) {
    for (const OutputRecord& output : stage.outputs()) {
      ++*compared;
      if (recorded[output.path()] != output.sha256()) other.push_back(output.path());
    }
  }
  return other;
}

absl::Status Main(const base::Arguments& runs) {
  if (runs.empty()) return absl::InvalidArgumentError("name a run's folder: sami verify RUN");
  int64_t wrong = 0;
  for (const std::string& given : runs) {
    const std::string run = base::UserPath(given);
    ASSIGN_OR_RETURN(Verification found, Verify(run));
    std::string more;
    if (absl::GetFlag(FLAGS_recompute) && found.faults.empty()) {
      int compared = 0;
      ASSIGN_OR_RETURN(const std::vector<std::string> other, Recompute(run, found, &compared));
      for (const std::string& path : other)
        found.faults.push_back(absl::StrCat(path, " is another when it is made anew"));
      more = absl::StrCat("; ", compared, " tables and texts are the same when they are made anew");
    }
    wrong += !found.faults.empty();
    std::printf("%s\n", base::OneLine(VerificationLine(given, found) + (found.faults.empty() ? more : "")).c_str());
  }
  if (wrong == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(wrong, " of ", runs.size(), " runs are not whole"));
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
