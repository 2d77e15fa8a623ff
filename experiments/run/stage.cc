#include "experiments/run/stage.h"

#include <algorithm>
#include <cstdio>
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
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/arithmetic/arithmetic.h"
#include "experiments/run/host.h"
#include "experiments/run/layout.h"
#include "experiments/run/links.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;

constexpr char kLockFile[] = ".lock";
constexpr char kOtherFolder[] = "choose another folder with --out, or remove this one";

std::string Utc(absl::Time time) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone()); }

void Say(const Stage& stage, const std::string& what) {
  std::fprintf(stderr, "stage %s: %s\n", stage.name.c_str(), what.c_str());
}

// Where a run's inputs lie may change: its id stays. The text as it is where it is no spec.
std::string WithoutPlaces(const std::string& spec_file) {
  sami_harness::ExperimentSpec spec;
  if (!base::ParseTextProto(spec_file, kSpecFile, &spec).ok()) return spec_file;
  base::RemovePlaces(&spec);
  return absl::StrCat(spec_file.substr(0, spec_file.find('\n') + 1), base::PrintTextProto(spec));
}

// kFailedPrecondition unless the folder is empty, absent, or holds the run whose spec.textproto has this content.
absl::Status CheckOwner(const std::string& path, const std::string& spec_file, const std::string& run_id) {
  absl::StatusOr<std::string> found = base::ReadFile(absl::StrCat(path, "/", kSpecFile));
  if (found.ok() && (*found == spec_file || WithoutPlaces(*found) == WithoutPlaces(spec_file))) return absl::OkStatus();
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

// Held for moments: two processes may write the same links and records.
absl::StatusOr<absl::optional<FileLock>> LockFolder(const std::string& path) {
  return LockFile(absl::StrCat(path, "/", kLockFile), "--out", [] { return true; });
}

bool IsName(absl::string_view text) {
  return !text.empty() && text[0] != '.' && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

// Our own names: a mistake in them could remove files elsewhere.
void CheckNames(const Stage& stage) {
  SAMI_CHECK(IsName(stage.name)) << stage.name;
  SAMI_CHECK(IsName(stage.kind)) << stage.kind;
  for (const StageOutput& output : stage.outputs) {
    SAMI_CHECK(IsInsideFolder(output.path)) << output.path;
    SAMI_CHECK(IsInsideFolder(output.stored)) << output.stored;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<RunFolder>> RunFolder::Open(const RunFolderOptions& options) {
  const std::string spec_file = absl::StrCat(kRunIdLine, options.run_id, "\n", options.canonical_spec);
  RETURN_IF_ERROR(CheckOwner(options.path, spec_file, options.run_id));  // before anything is written there
  RETURN_IF_ERROR(base::MakeFolders(options.path));
  ASSIGN_OR_RETURN(const absl::optional<FileLock> lock, LockFolder(options.path));
  RETURN_IF_ERROR(CheckOwner(options.path, spec_file, options.run_id));  // again, now that nobody else can change it
  ASSIGN_OR_RETURN(Store store, Store::Open(options.store));
  std::error_code error;
  RETURN_IF_ERROR(store.AddRun(fs::absolute(options.path, error).lexically_normal().string()));
  std::unique_ptr<RunFolder> folder(new RunFolder(options, std::move(store), /*plans=*/false));
  RETURN_IF_ERROR(base::WriteFileAtomically(folder->OwnPathOf(kSpecFile), spec_file));
  return folder;
}

std::unique_ptr<RunFolder> RunFolder::Plan(const RunFolderOptions& options) {
  return std::unique_ptr<RunFolder>(new RunFolder(options, Store::At(options.store), /*plans=*/true));
}

RunFolder::RunFolder(RunFolderOptions options, Store store, bool plans)
    : options_(std::move(options)), store_(std::move(store)), plans_(plans) {
  run_.set_run_id(options_.run_id);
  run_.set_spec_sha256(base::Sha256Hex(options_.canonical_spec));
  run_.set_code_commit(options_.code_commit);
  run_.set_started(Utc(absl::Now()));
}

std::string RunFolder::OwnPathOf(absl::string_view relative) const { return absl::StrCat(path(), "/", relative); }

std::string RunFolder::PathOf(absl::string_view relative) const {
  for (size_t end = relative.size(); end != absl::string_view::npos && end > 0; end = relative.rfind('/', end - 1)) {
    const auto output = outputs_.find(std::string(relative.substr(0, end)));
    if (output == outputs_.end()) continue;
    return absl::StrCat(store_.PathOf(output->second.entry), "/", output->second.stored, relative.substr(end));
  }
  return running_.empty() ? OwnPathOf(relative) : absl::StrCat(store_.PathOf(running_), "/", relative);
}

std::vector<std::string> RunFolder::Outputs() const {
  std::vector<std::string> outputs;
  for (const auto& [path, output] : outputs_) outputs.push_back(path);
  return outputs;
}

PlannedStage RunFolder::Register(const Stage& stage) {
  CheckNames(stage);
  PlannedStage planned;
  planned.name = stage.name;
  planned.kind = stage.kind;
  std::vector<std::pair<std::string, std::string>> inputs;
  for (const StageInput& input : stage.inputs) {
    if (!input.sha256.empty()) {
      inputs.emplace_back(input.role, input.sha256);
      planned.inputs.push_back(input.name);
      continue;
    }
    const auto output = outputs_.find(input.name);
    SAMI_CHECK(output != outputs_.end()) << input.name << " is no output of an earlier stage";
    inputs.emplace_back(absl::StrCat(output->second.kind, "/", output->second.stored), output->second.key);
    if (std::find(planned.needs.begin(), planned.needs.end(), output->second.stage) == planned.needs.end()) {
      planned.needs.push_back(output->second.stage);
    }
  }
  planned.key = StageKey(stage.kind, inputs, stage.settings, options_.results_version);
  planned.entry = EntryName(stage.kind, planned.key);
  for (const StageOutput& output : stage.outputs) {
    outputs_[output.path] = {stage.name, stage.kind, planned.key, planned.entry, output.stored};
  }
  return planned;
}

absl::Status RunFolder::RunStage(const Stage& stage, absl::FunctionRef<absl::Status(const std::string&)> work) {
  PlannedStage planned = Register(stage);
  std::string why;
  const auto say = [&](const std::string& what) {
    if (options_.taken_from.empty()) Say(stage, what);
  };
  if (plans_ || (!options_.only.empty() && options_.only.count(stage.name) == 0)) {
    const auto record = store_.Find(planned.entry, planned.key, /*check=*/false, &why);
    planned.is_complete = record.has_value();
    if (record.has_value()) planned.seconds = record->seconds();
    planned_.push_back(std::move(planned));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const FileLock lock, store_.LockEntry(planned.entry, [&] {
    say(absl::StrCat("waits for another process, which computes it in ", store_.PathOf(planned.entry)));
  }));
  absl::optional<StageRecord> record = store_.Find(planned.entry, planned.key, /*check=*/true, &why);
  if (!options_.taken_from.empty() && options_.anew.count(stage.kind) == 0) {
    if (!record.has_value()) RETURN_IF_ERROR(Take(stage, planned));
    record = store_.Find(planned.entry, planned.key, /*check=*/true, &why);
    if (!record.has_value()) return absl::DataLossError(absl::StrCat("stage ", stage.name, ": ", why));
  }
  if (record.has_value()) {
    RETURN_IF_ERROR(CheckArithmetic(stage, planned, *record));
    RETURN_IF_ERROR(store_.RemoveScratch(planned.entry));
    say(absl::StrCat("already complete (", planned.entry, ")"));
  } else if (!options_.computes) {
    planned_.push_back(std::move(planned));
    return absl::OkStatus();
  } else {
    say(absl::StrCat(why.empty() ? "starts" : absl::StrCat("starts again: ", why), " (", planned.entry, ")"));
    const absl::Time start = absl::Now();
    ASSIGN_OR_RETURN(const std::string scratch, store_.Begin(planned.entry));
    absl::StatusOr<Arithmetics> arithmetic =
        ContinueArithmetic(scratch, options_.arithmetic, options_.other_arithmetic);
    RETURN_IF_ERROR(base::Annotate(arithmetic.status(), absl::StrCat("stage ", stage.name)));
    running_ = planned.entry;
    const absl::Status done = work(scratch);
    running_.clear();
    RETURN_IF_ERROR(base::Annotate(done, absl::StrCat("stage ", stage.name)));
    record.emplace();
    record->set_kind(stage.kind);
    record->set_key(planned.key);
    record->set_settings(stage.settings);
    *record->mutable_arithmetic() = *std::move(arithmetic);
    for (const StageOutput& output : stage.outputs) record->add_outputs()->set_path(output.stored);
    const absl::Time end = absl::Now();
    record->set_seconds(absl::ToDoubleSeconds(end - start));
    record->set_finished(Utc(end));
    record->set_code_commit(options_.code_commit);
    RETURN_IF_ERROR(base::Annotate(store_.Complete(planned.entry, &*record), absl::StrCat("stage ", stage.name)));
    say(absl::StrCat("done in ", base::HumanDuration(end - start)));
  }
  planned.is_complete = true;
  planned.seconds = record->seconds();
  if (!ArithmeticDifference(record->arithmetic(), options_.arithmetic).empty()) {
    run_.add_other_arithmetic(stage.name);
  }
  *record = InRun(stage, *std::move(record));
  RETURN_IF_ERROR(Link(stage, planned.entry, *record));
  *run_.add_stages() = *std::move(record);
  complete_.insert(stage.name);
  planned_.push_back(std::move(planned));
  return absl::OkStatus();
}

absl::Status RunFolder::CheckArithmetic(const Stage& stage, const PlannedStage& planned,
                                        const StageRecord& record) const {
  const std::string difference = ArithmeticDifference(record.arithmetic(), options_.arithmetic);
  if (difference.empty() || !options_.computes || !options_.taken_from.empty()) return absl::OkStatus();
  if (!options_.other_arithmetic) {
    return OtherArithmetic(absl::StrCat("stage ", stage.name, ": ", store_.PathOf(planned.entry)), difference);
  }
  Say(stage, absl::StrCat("was computed with other arithmetic: ", difference));
  return absl::OkStatus();
}

// The store's record with the run's names.
StageRecord RunFolder::InRun(const Stage& stage, StageRecord record) const {
  record.set_name(stage.name);
  for (int i = 0; i < record.outputs_size(); ++i) record.mutable_outputs(i)->set_path(stage.outputs[i].path);
  for (const StageInput& input : stage.inputs) {
    sami_harness::InputRecord& named = *record.add_inputs();
    named.set_name(input.name);
    named.set_sha256(input.sha256.empty() ? outputs_.at(input.name).key : input.sha256);
  }
  return record;
}

absl::Status RunFolder::Link(const Stage& stage, const std::string& entry, const StageRecord& record) const {
  ASSIGN_OR_RETURN(const absl::optional<FileLock> lock, LockFolder(path()));
  std::error_code error;
  const fs::path run = fs::absolute(path(), error).lexically_normal();
  const fs::path store = fs::absolute(store_.path(), error).lexically_normal();
  // Side by side, both can be moved together.
  const bool beside = run.parent_path() == store.parent_path();
  for (const StageOutput& output : stage.outputs) {
    const fs::path link = run / output.path, target = store / entry / output.stored;
    RETURN_IF_ERROR(
        MakeLink(beside ? target.lexically_relative(link.parent_path()).string() : target.string(), link.string()));
  }
  return base::WriteFileAtomically(OwnPathOf(StageFile(stage.name)), base::PrintTextProto(record));
}

absl::Status RunFolder::WriteRecord(RunRecord record) const {
  record.MergeFrom(run_);
  *record.mutable_host() = ThisHost();
  if (options_.arithmetic.ByteSizeLong() > 0) *record.mutable_arithmetic() = options_.arithmetic;
  for (const sami_harness::LibraryRecord& library : ThisProgramsLibraries()) *record.add_libraries() = library;
  record.set_finished(Utc(absl::Now()));
  ASSIGN_OR_RETURN(const absl::optional<FileLock> lock, LockFolder(path()));
  return base::WriteFileAtomically(OwnPathOf(kRecordFile), base::PrintTextProto(record));
}

}  // namespace experiments
