#include "experiments/crash/crash_testing.h"

#include <cerrno>
#include <filesystem>
#include <set>

#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/program.h"
#include "base/random.h"
#include "experiments/verify/verify.h"
#include "gtest/gtest.h"

namespace experiments {

namespace fs = std::filesystem;

const std::vector<FaultKind>& FaultKinds() {
  constexpr char kChanges[] =
      "create,write,pwrite,fsync,fdatasync,ftruncate,rename,mkdir,symlink,link,chmod,unlink,rmdir";
  static const auto* const kinds = new std::vector<FaultKind>{
      {"full", absl::StrCat(ENOSPC), "create,write,pwrite,fsync,fdatasync,close,rename,mkdir,symlink,link", true},
      {"broken", absl::StrCat(EIO), absl::StrCat(kChanges, ",open,close"), false},
      {"unreadable", absl::StrCat(EIO), "read", false},
      {"killed", "kill", kChanges, false},
      {"torn", "torn", "write", false}};
  return *kinds;
}

std::map<std::string, std::string> FaultVariables(const FaultKind& kind, int n, const std::string& folder,
                                                  const std::string& log) {
  std::map<std::string, std::string> variables = {{"LD_PRELOAD", base::Runfile("experiments/crash/libfault_shim.so")},
                                                  {"FAULT_FOLDER", folder},
                                                  {"FAULT_AT", absl::StrCat(n)},
                                                  {"FAULT_KIND", kind.kind},
                                                  {"FAULT_CALLS", kind.calls}};
  if (kind.lasts) variables["FAULT_LASTS"] = "1";
  if (!log.empty()) {
    variables["FAULT_LOG"] = log;
    variables.erase("FAULT_CALLS");
  }
  return variables;
}

int CountCalls(const FaultKind& kind, absl::string_view log) {
  const std::set<absl::string_view> counted = absl::StrSplit(kind.calls, ',');
  int calls = 0;
  for (const absl::string_view line : absl::StrSplit(log, '\n')) calls += counted.count(line.substr(0, line.find(' ')));
  return calls;
}

std::vector<int> ChooseCalls(int calls, bool every, int tries, uint64_t seed) {
  std::vector<int> chosen;
  if (every || tries >= calls) {
    for (int n = 1; n <= calls; ++n) chosen.push_back(n);
    return chosen;
  }
  base::RandomStream random(seed, "experiments/crash");
  const double step = static_cast<double>(calls) / tries, begin = random.Uniform() * step;
  for (int i = 0; i < tries; ++i) chosen.push_back(1 + static_cast<int>(begin + i * step));
  return chosen;
}

std::string FaultOfEnding(const FaultKind& kind, const Outcome& outcome) {
  const bool may_die = kind.kind == "kill" || kind.kind == "torn";
  if (outcome.killed) return may_die ? "" : absl::StrCat("died: ", outcome.errors);
  if (outcome.exit_code == 0) return "";
  if (outcome.exit_code != 1 && outcome.exit_code != 2) return absl::StrCat("exit code ", outcome.exit_code);
  int errors = 0;
  for (const absl::string_view line : absl::StrSplit(outcome.errors, '\n')) {
    if (!absl::StartsWith(line, "error: ")) continue;
    ++errors;
    if (!absl::StrContains(line, '/')) return absl::StrCat("names no path: ", line);
    if (absl::StrContains(line, "unexpected, and worth a report")) return absl::StrCat("an exception: ", line);
  }
  return errors == 1 ? "" : absl::StrCat(errors, " lines of error: ", outcome.errors);
}

int RunTestsWithFlags(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  absl::ParseCommandLine(argc, argv);
  return RUN_ALL_TESTS();
}

std::string FaultOfRun(const std::string& folder, const std::map<std::string, std::string>& expected) {
  std::vector<std::string> faults;
  const auto found = Products(folder + "/out");
  for (const auto& [name, hash] : expected) {
    const auto product = found.find(name);
    if (product == found.end()) faults.push_back(name + " is missing");
    if (product != found.end() && product->second != hash) faults.push_back(name + " has other bytes");
  }
  for (const auto& [name, hash] : found) {
    if (expected.count(name) == 0) faults.push_back(name + " is new");
  }
  const auto verified = Verify(folder + "/out");
  if (!verified.ok()) faults.push_back(verified.status().ToString());
  if (verified.ok()) faults.insert(faults.end(), verified->faults.begin(), verified->faults.end());
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (absl::StrContains(name, ".partial") || absl::StrContains(name, ".complete")) {
      faults.push_back(entry.path().string() + " was left");
    }
  }
  return absl::StrJoin(faults, "\n");
}

}  // namespace experiments
