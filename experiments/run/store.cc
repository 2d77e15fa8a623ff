#include "experiments/run/store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::sami_harness::OutputRecord;
using ::sami_harness::StageRecord;

constexpr char kLocks[] = ".locks";
constexpr char kScratch[] = ".scratch";
constexpr char kRuns[] = ".runs";

// A file or folder, with all that is in it; of a link, the link.
absl::Status RemoveAll(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, ": cannot remove: ", error.message()));
}

int64_t BytesOfFolder(const std::string& path) {
  std::error_code error;
  int64_t bytes = 0;
  for (fs::recursive_directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const auto size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

bool IsAbsent(const std::error_code& error) { return error == std::errc::no_such_file_or_directory; }

// Keys of the stages of a run folder; none of one that is gone. An error where they cannot be told: what a run may use
// is not for pruning.
absl::StatusOr<std::vector<std::string>> KeysOf(const std::string& run) {
  const std::string folder = absl::StrCat(run, "/", kStagesFolder);
  std::vector<std::string> keys;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string file = it->path().string();
    if (!absl::EndsWith(file, ".textproto")) continue;  // what a killed process left
    const absl::StatusOr<std::string> text = base::ReadFile(file, base::kMaxTextProtoBytes);
    if (absl::IsNotFound(text.status())) continue;
    RETURN_IF_ERROR(text.status());
    StageRecord record;
    (void)base::ParseKnownFields(*text, &record);  // another version's, too
    if (record.key().empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": is no record of a stage, so that nobody knows what the run uses; remove the file, or the run"));
    }
    keys.push_back(record.key());
  }
  if (!error || IsAbsent(error)) return keys;
  return absl::UnavailableError(absl::StrCat(folder, ": cannot be read: ", error.message()));
}

}  // namespace

std::string StageKey(const std::string& kind, const std::vector<std::pair<std::string, std::string>>& inputs,
                     const std::string& settings, int64_t results_version) {
  std::string text = absl::StrCat("sami_harness stage\nresults_version: ", results_version, "\nkind: ", kind, "\n");
  for (const auto& [role, hash] : inputs) absl::StrAppend(&text, "input: ", hash, " ", absl::CEscape(role), "\n");
  absl::StrAppend(&text, "settings:\n", settings);
  return base::Sha256Hex(text);
}

std::string EntryName(const std::string& kind, const std::string& key) {
  return absl::StrCat(kind, "-", key.substr(0, 16));
}

bool IsInsideFolder(const std::string& text) {
  const fs::path path(text);
  return !text.empty() && path.is_relative() && path.lexically_normal() == path && *path.begin() != "..";
}

absl::StatusOr<OutputRecord> MeasureOutput(const std::string& path, const std::string& output) {
  OutputRecord record;
  record.set_path(output);
  std::error_code error;
  if (fs::is_directory(path, error)) {
    ASSIGN_OR_RETURN(*record.mutable_sha256(), base::Sha256HexOfFolder(path));
    record.set_bytes(BytesOfFolder(path));
    return record;
  }
  ASSIGN_OR_RETURN(*record.mutable_sha256(), base::Sha256HexOfFile(path));
  record.set_bytes(static_cast<int64_t>(fs::file_size(path, error)));
  if (error) return absl::UnavailableError(absl::StrCat(path, ": ", error.message()));
  return record;
}

absl::StatusOr<Store> Store::Open(const std::string& path) {
  for (const char* folder : {kLocks, kScratch, kRuns}) {
    RETURN_IF_ERROR(base::Annotate(base::MakeFolders(absl::StrCat(path, "/", folder)),
                                   "the store cannot be made; name another folder with --store"));
  }
  std::error_code error;
  const std::string why =
      WhyLocksAreLocal(base::ReadFile("/proc/self/mountinfo").value_or(""), fs::canonical(path, error).string());
  if (!why.empty()) {
    std::fprintf(stderr,
                 "warning: the store's locks hold on this machine alone: %s; where others use the store, too, let one "
                 "scheduler start all of them (--export)\n",
                 why.c_str());
  }
  return Store(path);
}

std::string Store::PathOf(const std::string& entry) const { return absl::StrCat(path_, "/", entry); }

absl::StatusOr<absl::optional<FileLock>> Store::TryLock(const std::string& entry,
                                                        absl::FunctionRef<bool()> wait) const {
  return LockFile(absl::StrCat(path_, "/", kLocks, "/", entry), "--store", wait);
}

absl::StatusOr<FileLock> Store::LockEntry(const std::string& entry, absl::FunctionRef<void()> on_wait) const {
  ASSIGN_OR_RETURN(absl::optional<FileLock> lock, TryLock(entry, [&] {
                     on_wait();
                     return true;
                   }));
  return *std::move(lock);
}

absl::optional<StageRecord> Store::Find(const std::string& entry, const std::string& key, bool check,
                                        std::string* why) const {
  const std::string folder = PathOf(entry);
  StageRecord record;
  const absl::Status read = base::ReadTextProto(absl::StrCat(folder, "/", kEntryRecord), &record);
  if (!read.ok()) {
    if (!absl::IsNotFound(read)) *why = std::string(read.message());
    return absl::nullopt;
  }
  if (record.key() != key) {
    *why = absl::StrCat("its record has another key, ", record.key());
    return absl::nullopt;
  }
  if (!check) return record;
  for (const OutputRecord& output : record.outputs()) {
    const absl::StatusOr<OutputRecord> now = MeasureOutput(absl::StrCat(folder, "/", output.path()), output.path());
    if (now.ok() && now->sha256() == output.sha256() && now->bytes() == output.bytes()) continue;
    *why = absl::StrCat(output.path(), now.ok() ? " changed" : " is missing");
    return absl::nullopt;
  }
  return record;
}

absl::StatusOr<std::string> Store::Begin(const std::string& entry) const {
  const std::string folder = PathOf(entry), scratch = absl::StrCat(path_, "/", kScratch, "/", entry);
  RETURN_IF_ERROR(RemoveAll(absl::StrCat(folder, "/", kEntryRecord)));
  RETURN_IF_ERROR(RemoveAll(folder));
  RETURN_IF_ERROR(base::MakeFolders(folder));
  RETURN_IF_ERROR(base::MakeFolders(scratch));
  return scratch;
}

absl::Status Store::Complete(const std::string& entry, StageRecord* record) const {
  for (OutputRecord& output : *record->mutable_outputs()) {
    absl::StatusOr<OutputRecord> measured =
        MeasureOutput(absl::StrCat(PathOf(entry), "/", output.path()), output.path());
    SAMI_CHECK(!absl::IsNotFound(measured.status()))
        << "stage " << record->kind() << " did not write " << output.path();
    ASSIGN_OR_RETURN(output, std::move(measured));
  }
  RETURN_IF_ERROR(
      base::WriteFileAtomically(absl::StrCat(PathOf(entry), "/", kEntryRecord), base::PrintTextProto(*record)));
  return RemoveScratch(entry);
}

absl::Status Store::RemoveScratch(const std::string& entry) const {
  return RemoveAll(absl::StrCat(path_, "/", kScratch, "/", entry));
}

absl::Status Store::AddRun(const std::string& run) const {
  const std::string link = absl::StrCat(path_, "/", kRuns, "/", base::Sha256Hex(run).substr(0, 16));
  if (symlink(run.c_str(), link.c_str()) == 0 || errno == EEXIST) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(link, ": ", std::strerror(errno)));
}

absl::StatusOr<std::vector<Store::EntryInfo>> Store::List() const {
  std::map<std::string, std::vector<std::string>> users;  // key -> run folders
  std::error_code error;
  for (fs::directory_iterator it(absl::StrCat(path_, "/", kRuns), error), end; !error && it != end;
       it.increment(error)) {
    std::error_code broken;
    const std::string run = fs::read_symlink(it->path(), broken).string();
    if (broken) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> keys, KeysOf(run));
    for (const std::string& key : keys) users[key].push_back(run);
  }
  if (error && !IsAbsent(error)) return absl::UnavailableError(absl::StrCat(path_, ": ", error.message()));
  std::vector<EntryInfo> entries;
  for (fs::directory_iterator it(path_, error), end; !error && it != end; it.increment(error)) {
    EntryInfo info;
    info.name = it->path().filename().string();
    std::error_code unknown;
    if (info.name[0] == '.' || !it->is_directory(unknown)) continue;
    if (!base::ReadTextProto(absl::StrCat(PathOf(info.name), "/", kEntryRecord), &info.record).ok()) {
      info.record.Clear();
    }
    info.bytes = BytesOfFolder(PathOf(info.name)) + BytesOfFolder(absl::StrCat(path_, "/", kScratch, "/", info.name));
    info.runs = users[info.record.key()];
    std::sort(info.runs.begin(), info.runs.end());
    entries.push_back(std::move(info));
  }
  if (error) return absl::UnavailableError(absl::StrCat(path_, ": ", error.message()));
  std::sort(entries.begin(), entries.end(), [](const EntryInfo& a, const EntryInfo& b) { return a.name < b.name; });
  return entries;
}

absl::StatusOr<bool> Store::Remove(const std::string& entry) const {
  ASSIGN_OR_RETURN(const absl::optional<FileLock> lock, TryLock(entry, [] { return false; }));
  if (!lock.has_value()) return false;
  RETURN_IF_ERROR(RemoveAll(absl::StrCat(PathOf(entry), "/", kEntryRecord)));
  RETURN_IF_ERROR(RemoveAll(PathOf(entry)));
  RETURN_IF_ERROR(RemoveAll(absl::StrCat(path_, "/", kScratch, "/", entry)));
  return true;
}

}  // namespace experiments
