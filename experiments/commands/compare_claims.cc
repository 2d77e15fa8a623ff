// Compares the claims of two runs: see kUsage.
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"
#include "experiments/run/layout.h"
#include "experiments/run/run_files.h"

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Compares the claims of two runs: tables/claims.json of each, claim by claim.\n\n"
    "Usage: sami compare-claims RUN RUN\n\n"
    "A claim is the same in both where its id is: the same arms by the same measure. Says whether each run's estimate "
    "lies\n"
    "in the other's interval, and counts both. Of runs that differ in their seeds alone, about as many lie in it as "
    "two\n"
    "estimates of one truth do: fewer than the confidence level.";

constexpr char kClaimsStem[] = "tables/claims";  // of kClaimsFile

struct Claim {
  double estimate = std::nan(""), low = std::nan(""), high = std::nan("");
  bool Holds(double value) const { return low <= value && value <= high; }
};

// By id, in the order of the file.
absl::StatusOr<std::vector<std::pair<std::string, Claim>>> ReadClaims(const std::string& run) {
  const std::string path = absl::StrCat(base::UserPath(run), "/", kClaimsFile);
  auto text = base::ReadFile(path);
  if (!text.ok()) {
    return base::Annotate(text.status(), absl::StrCat(run, " is no folder of a complete run of this version"));
  }
  ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(*text, path));
  ASSIGN_OR_RETURN(const RunFiles files, RunFiles::Open(base::UserPath(run)));
  (void)files.Rows(kClaimsStem);  // compares it with what the run recorded
  for (const std::string& warning : files.warnings()) {
    std::fprintf(stderr, "warning: %s: %s\n", run.c_str(), base::OneLine(warning).c_str());
  }
  std::vector<std::pair<std::string, Claim>> claims;
  if (!json.is_array()) return absl::InvalidArgumentError(absl::StrCat(path, " is no list of claims"));
  for (const base::Json& one : json) {
    if (!one.is_object() || !one.contains("id") || !one["id"].is_string()) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": a claim has no id"));
    }
    const auto number = [&](const char* key) {
      const auto found = one.find(key);
      return found != one.end() && found->is_number() ? found->get<double>() : std::nan("");
    };
    claims.push_back({one["id"].get<std::string>(), {number("estimate"), number("low"), number("high")}});
  }
  return claims;
}

absl::Status Main(const std::vector<std::string>& runs) {
  if (runs.size() != 2) return absl::InvalidArgumentError("name the folders of two runs");
  ASSIGN_OR_RETURN(const auto first, ReadClaims(runs[0]));
  ASSIGN_OR_RETURN(const auto others, ReadClaims(runs[1]));
  const std::map<std::string, Claim> second(others.begin(), others.end());
  analysis::Table table;
  table.caption = "Claims of both runs";
  table.columns = {{"id", "claim"},
                   {"first", "first"},
                   {"first_low", "low"},
                   {"first_high", "high"},
                   {"second", "second"},
                   {"second_low", "low"},
                   {"second_high", "high"},
                   {"second_held", "second in first's"},
                   {"first_held", "first in second's"}};
  int64_t held[2] = {}, alone = 0;
  for (const auto& [id, claim] : first) {
    const auto found = second.find(id);
    if (found == second.end()) {
      ++alone;
      continue;
    }
    const Claim& other = found->second;
    const bool in_first = claim.Holds(other.estimate), in_second = other.Holds(claim.estimate);
    held[0] += in_first;
    held[1] += in_second;
    table.rows.push_back({id, claim.estimate, claim.low, claim.high, other.estimate, other.low, other.high,
                          in_first ? "yes" : "no", in_second ? "yes" : "no"});
  }
  const int64_t both = table.rows.size();
  if (both == 0) return absl::InvalidArgumentError("the runs have no claim in common: they compare other arms");
  table.notes.push_back(
      absl::StrFormat("Of %d claims of both, %d of the second run lie in the first's interval, and %d the other way.",
                      both, held[0], held[1]));
  alone += others.size() - both;
  if (alone > 0) table.notes.push_back(absl::StrCat(alone, " claims are of one run alone."));
  std::printf("%s", analysis::ToText(table).c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
