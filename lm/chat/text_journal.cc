#include "lm/chat/text_journal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"

namespace lm {
namespace {

std::string Line(const base::OrderedJson& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, base::OrderedJson::error_handler_t::replace) + "\n";
}

// The first setting that differs, with both values.
std::string Difference(const base::OrderedJson& before, const base::OrderedJson& now) {
  for (const auto& [name, value] : now.items()) {
    const base::OrderedJson other = before.value(name, base::OrderedJson());
    if (other != value) return absl::StrCat(name, " was ", other.dump(), " and is ", value.dump());
  }
  return "settings that this version does not know";
}

bool IsResult(const base::OrderedJson& line) {
  const auto is_number = [&](const char* name) { return line.contains(name) && line[name].is_number_integer(); };
  return line.is_object() && is_number("prompt") && is_number("sample") && line.contains("result");
}

}  // namespace

absl::StatusOr<TextJournal> TextJournal::Open(const std::string& path, const base::OrderedJson& settings) {
  if (base::FileExists(path)) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": is there already, complete; remove it or write to another file"));
  }
  TextJournal journal(path);
  RETURN_IF_ERROR(journal.Restore(settings));
  journal.file_.reset(std::fopen(journal.partial_.c_str(), "ab"));
  if (journal.file_ == nullptr) {
    return absl::UnavailableError(absl::StrCat(journal.partial_, ": cannot be written: ", std::strerror(errno)));
  }
  return journal;
}

absl::Status TextJournal::Restore(const base::OrderedJson& settings) {
  std::string kept;
  if (base::FileExists(partial_)) {
    ASSIGN_OR_RETURN(kept, base::ReadFile(partial_));
    kept.resize(kept.rfind('\n') == std::string::npos ? 0 : kept.rfind('\n') + 1);  // a line that was cut off goes
  }
  // Without results there is nothing to go on with, whatever the settings were.
  const bool has_results = std::count(kept.begin(), kept.end(), '\n') > 1;
  if (!has_results) return base::WriteFileAtomically(partial_, Line({{"settings", settings}}));
  int64_t number = 0;
  for (const absl::string_view text : absl::StrSplit(kept, '\n', absl::SkipEmpty())) {
    // In order, for the output's members to keep theirs.
    const auto line = base::OrderedJson::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
    const bool ok = ++number == 1 ? line.contains("settings") : IsResult(line);
    if (!ok) {
      return absl::FailedPreconditionError(
          absl::StrCat(partial_, ":", number, ": not what this program writes; remove the file to start anew"));
    }
    if (number > 1) {
      results_[{line["prompt"].get<int64_t>(), line["sample"].get<int64_t>()}] = line["result"];
    } else if (line["settings"] != settings) {
      return absl::FailedPreconditionError(
          absl::StrCat(partial_, ": is of a run with other settings: ", Difference(line["settings"], settings),
                       "; go on with those, or remove it"));
    }
  }
  return base::WriteFileAtomically(partial_, kept);
}

absl::Status TextJournal::Add(const Key& key, const base::OrderedJson& result) {
  const std::string line = Line({{"prompt", key.first}, {"sample", key.second}, {"result", result}});
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() || std::fflush(file_.get()) != 0) {
    return absl::UnavailableError(absl::StrCat(partial_, ": cannot be written: ", std::strerror(errno)));
  }
  results_[key] = result;
  return absl::OkStatus();
}

absl::Status TextJournal::Finish() {
  std::vector<base::OrderedJson> ordered;
  for (const auto& [key, result] : results_) ordered.push_back(result);
  // The output's own ".partial" is the journal: nothing of it is lost before the output is there.
  file_ = nullptr;
  const std::string complete = path_ + ".complete";
  RETURN_IF_ERROR(base::WriteJsonLines(complete, ordered));
  RETURN_IF_ERROR(base::Publish(complete, path_));
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
  return absl::OkStatus();
}

}  // namespace lm
