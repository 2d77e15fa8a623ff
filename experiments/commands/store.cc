// sami store: what stages have computed, who uses it, and removing what nobody does.
#include "experiments/run/store.h"

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "analysis/figures/table.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"

ABSL_FLAG(std::string, store, "", "The store's folder. Default: runs/store in the workspace.");
ABSL_FLAG(bool, prune, false,
          "Remove the entries that no run folder uses, and what was begun and is computed by no process now.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Lists what experiments have computed, and removes what no run uses.\n\n"
    "Usage: sami store [--store=DIR] [--prune]\n\n"
    "An entry is what one stage wrote, named by the hash of all that it depends on. Runs hold links to their entries: "
    "an\n"
    "entry without runs is one whose run folders were removed, and can be computed again. An entry that is not "
    "complete\n"
    "is computed now, or is what a killed run continues from.";

// The run folders' names, the same for all of them mostly.
std::string RunsText(const std::vector<std::string>& runs) {
  std::vector<std::string> names;
  for (const std::string& run : runs) names.push_back(std::filesystem::path(run).filename().string());
  return names.empty() ? "(none)" : absl::StrJoin(names, ", ");
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (!arguments.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[0], "\" is not a flag; --help lists them"));
  }
  const std::string flag = absl::GetFlag(FLAGS_store);
  const std::string path = flag.empty() ? absl::StrCat(base::WorkspaceFolder(), "/runs/store") : base::UserPath(flag);
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrCat("there is no store at \"", path, "\"; name its folder with --store"));
  }
  const Store store = Store::At(path);
  ASSIGN_OR_RETURN(const std::vector<Store::EntryInfo> entries, store.List());
  analysis::Table table;
  table.caption = path;
  table.columns = {{"entry", "entry"},
                   {"mib", "MiB", analysis::NumberFormat::kFixed, 1},
                   {"computed_in", "computed in"},
                   {"runs", "runs"}};
  int64_t bytes = 0, unused = 0, unused_bytes = 0, removed = 0;
  for (const Store::EntryInfo& entry : entries) {
    bytes += entry.bytes;
    const std::string time = entry.record.has_key() ? base::HumanDuration(absl::Seconds(entry.record.seconds()))
                                                    : std::string("not complete");
    table.rows.push_back({entry.name, static_cast<double>(entry.bytes) / (1 << 20), time, RunsText(entry.runs)});
    if (!entry.runs.empty()) continue;
    ++unused;
    unused_bytes += entry.bytes;
    if (!absl::GetFlag(FLAGS_prune)) continue;
    ASSIGN_OR_RETURN(const bool gone, store.Remove(entry.name));
    if (gone) ++removed;
    if (!gone) std::fprintf(stderr, "%s is computed by another process: kept\n", entry.name.c_str());
  }
  std::printf("%s\n%d entries, %.1f MiB; %d used by no run, %.1f MiB", analysis::ToText(table).c_str(),
              static_cast<int>(entries.size()), static_cast<double>(bytes) / (1 << 20), static_cast<int>(unused),
              static_cast<double>(unused_bytes) / (1 << 20));
  if (absl::GetFlag(FLAGS_prune)) std::printf(": %d removed", static_cast<int>(removed));
  std::printf("\n");
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
