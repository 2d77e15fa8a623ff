#include "experiments/verify/verify.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/layout.h"
#include "experiments/run/stage.h"
#include "experiments/run/store.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::InputRecord;
using ::sami_harness::OutputRecord;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;

constexpr size_t kNamedFaults = 5;

class Verifier {
 public:
  explicit Verifier(const std::string& run) : run_(run) {}

  absl::StatusOr<Verification> Run() {
    ASSIGN_OR_RETURN(const std::string spec, base::ReadFile(PathOf(kSpecFile)));
    RunRecord record;
    const absl::Status read = base::ReadTextProto(PathOf(kRecordFile), &record);
    if (!read.ok()) {
      Fault(absl::IsNotFound(read) ? absl::StrCat(kRecordFile, " is missing: the run is not complete")
                                   : std::string(read.message()));
      return std::move(found_);
    }
    found_.run_id = record.run_id();
    CheckSpec(spec, record);
    for (const StageRecord& stage : record.stages()) {
      CheckStageFile(stage);
      CheckInputs(stage);
      for (const OutputRecord& output : stage.outputs()) CheckOutput(stage, output);
      keys_[stage.key()] = stage.name();
      for (const OutputRecord& output : stage.outputs()) key_of_[output.path()] = stage.key();
      found_.records.push_back(stage);
    }
    found_.stages = record.stages_size();
    found_.other_arithmetic.assign(record.other_arithmetic().begin(), record.other_arithmetic().end());
    ListOthers();
    return std::move(found_);
  }

 private:
  std::string PathOf(const std::string& file) const { return absl::StrCat(run_, "/", file); }
  void Fault(const std::string& what) { found_.faults.push_back(what); }

  void CheckSpec(const std::string& text, const RunRecord& record) {
    absl::string_view rest = text;
    const bool has_id = absl::ConsumePrefix(&rest, kRunIdLine);
    const size_t end = rest.find('\n');
    if (!has_id || end == absl::string_view::npos || rest.substr(0, end) != record.run_id()) {
      return Fault(absl::StrCat(kSpecFile, " is of another run than ", kRecordFile));
    }
    if (base::Sha256Hex(rest.substr(end + 1)) != record.spec_sha256()) {
      Fault(absl::StrCat(kSpecFile, " is not what the run was made with"));
    }
  }

  // The page is made when the run's record is not yet there: its stage is in both as all others.
  void CheckStageFile(const StageRecord& stage) {
    const std::string file = StageFile(stage.name());
    known_.insert(file);
    StageRecord own;
    const absl::Status read = base::ReadTextProto(PathOf(file), &own);
    if (!read.ok()) {
      Fault(absl::IsNotFound(read) ? absl::StrCat(file, " is missing") : std::string(read.message()));
    } else if (base::PrintTextProto(own) != base::PrintTextProto(stage)) {
      Fault(absl::StrCat(file, " says something else than ", kRecordFile));
    }
  }

  void CheckInputs(const StageRecord& stage) {
    for (const InputRecord& input : stage.inputs()) {
      const auto made = key_of_.find(input.name());
      if (made == key_of_.end() || made->second == input.sha256()) continue;
      Fault(absl::StrCat("stage ", stage.name(), " was made from another ", input.name(), " than that of stage ",
                         keys_.at(made->second)));
    }
  }

  void CheckOutput(const StageRecord& stage, const OutputRecord& output) {
    const std::string& path = output.path();
    if (!IsInsideFolder(path)) return Fault(absl::StrCat("stage ", stage.name(), " names a path outside: ", path));
    known_.insert(path);
    std::error_code error;
    if (!fs::exists(PathOf(path), error)) return Missing(stage, path);
    const absl::StatusOr<OutputRecord> now = MeasureOutput(PathOf(path), path);
    if (!now.ok()) return Fault(std::string(now.status().message()));
    if (now->sha256() == output.sha256() && now->bytes() == output.bytes()) {
      ++found_.files;
      found_.bytes += now->bytes();
    } else if (path == kPageFile) {
      found_.others.push_back(path);
    } else {
      Fault(absl::StrCat(path, " is not what stage ", stage.name(), " wrote"));
    }
  }

  void Missing(const StageRecord& stage, const std::string& path) {
    std::error_code error;
    const bool is_link = fs::is_symlink(PathOf(path), error);
    Fault(absl::StrCat(path, is_link ? " leads to nothing: the store was moved or pruned" : " is missing",
                       ", which stage ", stage.name(), " wrote"));
  }

  void ListOthers() {
    std::error_code error;
    for (fs::recursive_directory_iterator it(run_, error), end; !error && it != end; it.increment(error)) {
      const std::string path = it->path().lexically_relative(run_).string();
      std::error_code unknown;
      if (known_.count(path) > 0) {
        it.disable_recursion_pending();
      } else if (!it->is_directory(unknown) && path != kSpecFile && path != kRecordFile && path[0] != '.') {
        found_.others.push_back(path);
      }
    }
    std::sort(found_.others.begin(), found_.others.end());
  }

  const std::string run_;
  Verification found_;
  std::map<std::string, std::string> keys_;    // of a stage -> its name
  std::map<std::string, std::string> key_of_;  // of the stage that wrote an output
  std::set<std::string> known_;                // paths that records name
};

// The first, and how many more.
std::string Several(const std::vector<std::string>& names) {
  return absl::StrCat(names.front(), names.size() > 1 ? absl::StrCat(" and ", names.size() - 1, " more") : "");
}

}  // namespace

absl::StatusOr<Verification> Verify(const std::string& run) {
  std::error_code error;
  if (!fs::is_directory(run, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no folder \"", run, "\"; name the run folder that an experiment printed"));
  }
  absl::StatusOr<Verification> found = Verifier(run).Run();
  if (found.ok()) return found;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", run, "\" is no run folder: ", std::string(found.status().message())));
}

std::string VerificationLine(const std::string& run, const Verification& verification) {
  const Verification& found = verification;
  if (!found.faults.empty()) {
    const size_t named = std::min(kNamedFaults, found.faults.size());
    return absl::StrCat(
        run, ": not whole: ", absl::StrJoin(found.faults.begin(), found.faults.begin() + named, "; "),
        named < found.faults.size() ? absl::StrCat("; and ", found.faults.size() - named, " more") : "");
  }
  return absl::StrCat(
      run, ": whole: run ", found.run_id.substr(0, 12), ", ", found.files, " files and folders of ", found.stages,
      " stages, ", absl::StrFormat("%.1f MB", 1e-6 * found.bytes), ", as they were written",
      found.other_arithmetic.empty() ? "" : absl::StrCat("; with other arithmetic: ", Several(found.other_arithmetic)),
      found.others.empty() ? "" : absl::StrCat("; of no stage: ", Several(found.others)));
}

}  // namespace experiments
