#include "experiments/run/stage.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/host.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::OutputRecord;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;

constexpr char kLockFile[] = ".lock";
constexpr char kOtherFolder[] = "choose another folder with --out, or remove this one";

std::string Utc(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

void Say(const Stage& stage, const std::string& what) {
  std::fprintf(stderr, "stage %s: %s\n", stage.name.c_str(), what.c_str());
}

// A file or folder, with all that is in it.
absl::Status Remove(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": cannot remove: ", error.message()));
}

// kFailedPrecondition unless the folder is empty, absent, or holds the run whose spec.textproto has this content.
absl::Status CheckOwner(const std::string& path, const std::string& spec_file, const std::string& run_id) {
  absl::StatusOr<std::string> found = base::ReadFile(absl::StrCat(path, "/", kSpecFile));
  if (found.ok() && *found == spec_file) return absl::OkStatus();
  if (found.ok()) {
    absl::string_view id = *found;
    const bool has_id = absl::ConsumePrefix(&id, kRunIdLine);
    id = has_id ? id.substr(0, id.find('\n')) : "unknown";
    const std::string what = id == run_id ? absl::StrCat("its spec.textproto was changed since run ", id)
                                          : absl::StrCat("it belongs to run ", id, ", and this is run ", run_id);
    return absl::FailedPreconditionError(absl::StrCat(path, ": ", what, "; ", kOtherFolder));
  }
  if (!absl::IsNotFound(found.status())) return found.status();
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    // What a run that was killed at its very start leaves.
    const std::string name = it->path().filename().string();
    if (name == kLockFile || name == absl::StrCat(kSpecFile, ".partial")) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": it is no run folder and not empty (", name, "); ", kOtherFolder));
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": ", error.message(), "; ", kOtherFolder));
  }
  return absl::OkStatus();
}

// A descriptor whose closing, by whatever end of the process, gives the lock back.
absl::StatusOr<int> Lock(const std::string& path) {
  const std::string file = absl::StrCat(path, "/", kLockFile);
  const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return absl::UnavailableError(absl::StrCat(file, ": cannot create: ", std::strerror(errno)));
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  const int error = errno;
  close(lock);
  if (error == EWOULDBLOCK) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": another process runs in it; wait for its end, or choose another folder with --out"));
  }
  return absl::UnavailableError(
      absl::StrCat(file, ": cannot lock: ", std::strerror(error), "; choose a folder on a local disk with --out"));
}

absl::StatusOr<OutputRecord> Measure(const std::string& path, const std::string& output) {
  OutputRecord record;
  record.set_path(output);
  std::error_code error;
  int64_t bytes = 0;
  if (fs::is_directory(path, error)) {
    for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
      if (it->is_regular_file(error)) bytes += it->file_size(error);
    }
    ASSIGN_OR_RETURN(*record.mutable_sha256(), base::Sha256HexOfFolder(path));
  } else {
    ASSIGN_OR_RETURN(*record.mutable_sha256(), base::Sha256HexOfFile(path));
    bytes = fs::file_size(path, error);
  }
  if (error) return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
  record.set_bytes(bytes);
  return record;
}

// Our own names: a mistake in them could remove files elsewhere.
void CheckNames(const Stage& stage) {
  SAMI_CHECK(!stage.name.empty() && stage.name[0] != '.') << stage.name;
  for (char c : stage.name) SAMI_CHECK(absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.') << stage.name;
  for (const std::string& output : stage.outputs) {
    const fs::path path(output);
    SAMI_CHECK(!output.empty() && path.is_relative() && path.lexically_normal() == path && *path.begin() != "..")
        << output;
  }
}

StageRecord Declared(const Stage& stage) {
  StageRecord record;
  record.set_name(stage.name);
  for (const auto& [name, hash] : stage.inputs) {
    sami_harness::InputRecord& input = *record.add_inputs();
    input.set_name(name);
    input.set_sha256(hash);
  }
  return record;
}

// "" or the name of the first input that differs.
std::string ChangedInput(const StageRecord& now, const StageRecord& then) {
  for (int i = 0; i < now.inputs_size(); ++i) {
    const bool same = i < then.inputs_size() && now.inputs(i).name() == then.inputs(i).name() &&
                      now.inputs(i).sha256() == then.inputs(i).sha256();
    if (!same) return now.inputs(i).name();
  }
  return now.inputs_size() == then.inputs_size() ? "" : then.inputs(now.inputs_size()).name();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunFolder>> RunFolder::Open(const std::string& path, absl::string_view canonical_spec,
                                                           const std::string& run_id, const std::string& code_commit) {
  const std::string spec_file = absl::StrCat(kRunIdLine, run_id, "\n", canonical_spec);
  RETURN_IF_ERROR(CheckOwner(path, spec_file, run_id));  // before anything is written there
  RETURN_IF_ERROR(base::MakeFolders(path));
  ASSIGN_OR_RETURN(const int lock, Lock(path));
  std::unique_ptr<RunFolder> folder(new RunFolder(path, lock, code_commit));
  RETURN_IF_ERROR(CheckOwner(path, spec_file, run_id));  // and again, now that nobody else can change it
  RETURN_IF_ERROR(base::WriteFileAtomically(folder->PathOf(kSpecFile), spec_file));
  folder->run_.set_run_id(run_id);
  folder->run_.set_spec_sha256(base::Sha256Hex(canonical_spec));
  return folder;
}

RunFolder::RunFolder(std::string path, int lock, std::string code_commit) : path_(std::move(path)), lock_(lock) {
  run_.set_code_commit(std::move(code_commit));
  run_.set_started(Utc(absl::Now()));
}

RunFolder::~RunFolder() { close(lock_); }

std::string RunFolder::PathOf(absl::string_view relative) const { return absl::StrCat(path_, "/", relative); }

std::string RunFolder::RecordPath(const Stage& stage) const { return PathOf(StageFile(stage.name)); }

absl::Status RunFolder::RunStage(const Stage& stage, absl::FunctionRef<absl::Status(const std::string&)> work) {
  CheckNames(stage);
  std::string why;
  if (const std::unique_ptr<StageRecord> complete = FindComplete(stage, &why)) {
    Say(stage, "already complete");
    // A kill after the record was written left it.
    RETURN_IF_ERROR(RemoveScratch(stage));
    Remember(*complete);
    return absl::OkStatus();
  }
  Say(stage, why.empty() ? "starts" : absl::StrCat("starts again: ", why));
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(RemoveLeftovers(stage));
  ASSIGN_OR_RETURN(const std::string scratch, PrepareScratch(stage));
  RETURN_IF_ERROR(base::Annotate(work(scratch), absl::StrCat("stage ", stage.name)));
  ASSIGN_OR_RETURN(StageRecord record, MeasureOutputs(stage));
  const absl::Time end = absl::Now();
  record.set_seconds(absl::ToDoubleSeconds(end - start));
  record.set_finished(Utc(end));
  record.set_code_commit(run_.code_commit());
  RETURN_IF_ERROR(base::WriteFileAtomically(RecordPath(stage), base::PrintTextProto(record)));
  RETURN_IF_ERROR(RemoveScratch(stage));
  Say(stage, absl::StrCat("done in ", base::HumanDuration(end - start)));
  Remember(record);
  return absl::OkStatus();
}

std::unique_ptr<StageRecord> RunFolder::FindComplete(const Stage& stage, std::string* why) const {
  auto record = std::make_unique<StageRecord>();
  const absl::Status read = base::ReadTextProto(RecordPath(stage), record.get());
  if (!read.ok()) {
    if (!absl::IsNotFound(read)) *why = std::string(read.message());
    return nullptr;
  }
  const std::string changed = ChangedInput(Declared(stage), *record);
  if (!changed.empty()) {
    *why = absl::StrCat(changed, " changed");
    return nullptr;
  }
  std::vector<std::string> recorded;
  for (const OutputRecord& output : record->outputs()) recorded.push_back(output.path());
  if (recorded != stage.outputs) {
    *why = "it has other outputs";
    return nullptr;
  }
  for (const OutputRecord& output : record->outputs()) {
    const absl::StatusOr<OutputRecord> now = Measure(PathOf(output.path()), output.path());
    if (now.ok() && now->sha256() == output.sha256() && now->bytes() == output.bytes()) continue;
    *why = absl::StrCat(output.path(), now.ok() ? " changed" : " is missing");
    return nullptr;
  }
  return record;
}

absl::Status RunFolder::RemoveLeftovers(const Stage& stage) const {
  RETURN_IF_ERROR(Remove(RecordPath(stage)));
  for (const std::string& output : stage.outputs) {
    RETURN_IF_ERROR(Remove(PathOf(output)));
    RETURN_IF_ERROR(Remove(PathOf(output + ".partial")));
  }
  return absl::OkStatus();
}

// scratch/<stage>/<hash of the inputs>: what was begun with other inputs is removed.
absl::StatusOr<std::string> RunFolder::PrepareScratch(const Stage& stage) const {
  const std::string own = base::Sha256Hex(base::PrintTextProto(Declared(stage))).substr(0, 12);
  const std::string parent = ScratchOf(stage);
  RETURN_IF_ERROR(base::MakeFolders(absl::StrCat(parent, "/", own)));
  for (const fs::directory_entry& entry : fs::directory_iterator(parent)) {
    if (entry.path().filename() != own) RETURN_IF_ERROR(Remove(entry.path().string()));
  }
  return absl::StrCat(parent, "/", own);
}

std::string RunFolder::ScratchOf(const Stage& stage) const {
  return PathOf(absl::StrCat(kScratchFolder, "/", stage.name));
}

absl::Status RunFolder::RemoveScratch(const Stage& stage) const {
  RETURN_IF_ERROR(Remove(ScratchOf(stage)));
  rmdir(PathOf(kScratchFolder).c_str());  // if it is empty
  return absl::OkStatus();
}

absl::StatusOr<StageRecord> RunFolder::MeasureOutputs(const Stage& stage) const {
  StageRecord record = Declared(stage);
  for (const std::string& output : stage.outputs) {
    absl::StatusOr<OutputRecord> measured = Measure(PathOf(output), output);
    SAMI_CHECK(!absl::IsNotFound(measured.status())) << "stage " << stage.name << " did not write " << output;
    ASSIGN_OR_RETURN(*record.add_outputs(), std::move(measured));
  }
  return record;
}

void RunFolder::Remember(const StageRecord& record) {
  for (const OutputRecord& output : record.outputs()) hashes_[output.path()] = output.sha256();
  *run_.add_stages() = record;
}

const std::string& RunFolder::HashOf(const std::string& output) const {
  const auto it = hashes_.find(output);
  SAMI_CHECK(it != hashes_.end()) << output << " is no output of a stage that is complete";
  return it->second;
}

absl::Status RunFolder::WriteRecord(RunRecord record) const {
  record.MergeFrom(run_);
  *record.mutable_host() = ThisHost();
  for (const sami_harness::LibraryRecord& library : ThisProgramsLibraries()) *record.add_libraries() = library;
  record.set_finished(Utc(absl::Now()));
  return base::WriteFileAtomically(PathOf(kRecordFile), base::PrintTextProto(record));
}

}  // namespace experiments
