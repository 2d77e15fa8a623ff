// The first paper's claims, arXiv 2404.14313: what it reports, what its released files give, and what runs of ours give
// at each size, with a verdict by one rule.
#ifndef EXPERIMENTS_PAPER_TABLES_PAPER_CLAIMS_H_
#define EXPERIMENTS_PAPER_TABLES_PAPER_CLAIMS_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/figures/table.h"
#include "analysis/statistics/estimate.h"
#include "experiments/paper_tables/ours.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {

struct PaperClaim {
  std::string claim;  // a short name
  std::string says;
  double low = analysis::kUndefined, high = analysis::kUndefined;  // the reported win rate, in percent; NaN: none
  std::string note;                                                // may be empty
  std::vector<std::string> runs;                                   // names of specs at the first size
  std::vector<std::pair<std::string, std::string>> pairs;          // arm, against
  std::string evaluation;                                          // in such a run; empty: any
  bool less = false;                                               // whether the arm is claimed to have less
  struct Measured {
    std::string metric, setting;  // as experiments/claims/scores.h has them; setting: empty: any
  };
  std::vector<Measured> measures;
  struct Released {
    std::string table, category;    // of the reported tables, whose recomputed numbers are meant
    std::vector<std::string> rows;  // one a pair
  };
  std::optional<Released> released;
};

// How runs become claims (paper_claims.json).
struct PaperClaims {
  std::vector<std::pair<std::string, std::string>> sizes;  // "small" and what a spec's name ends in, "_small"
  // Other names of a spec: what a run of it counts as.
  std::map<std::string, std::vector<std::string>> also;
  std::vector<PaperClaim> claims;
};

// kInvalidArgument, naming `where` and the field: malformed JSON, a member that is missing, mistyped or unknown, a
// metric or direction that is none, a range that descends, a pair of one arm, a row that `tables` has not, a second
// claim of one name, another name that stands for no run of a claim.
absl::StatusOr<PaperClaims> ParsePaperClaims(absl::string_view json, absl::string_view where,
                                             absl::Span<const ReportedTable> tables);

// Of an arm less another (of a win rate, less a half): "reproduced" where the interval excludes 0 in the claimed
// direction, "not reproduced" where it excludes 0 in the other, "not significant" where it contains 0 or is undefined,
// "not run" where there is no number.
const char* VerdictOf(const analysis::Estimate& difference, bool less);

struct ClaimRow {
  PaperClaim claim;
  std::string arm, against;  // empty where nothing was released or run of any pair
  analysis::Estimate released;
  std::string released_unit, released_verdict;
  std::string size, run, model;  // empty: not run
  std::string measure, unit;     // "%", "points", "nats" or "tokens"
  analysis::Estimate ours;       // in the unit; of a win rate itself, not less a half
  int64_t seeds = 0;
  std::string verdict;
};

// By claim in the file's order, then by pair, size and run. A claim of which no pair has a number is one row.
// level: of the intervals of released numbers. Errors: RecomputeRow's.
absl::StatusOr<std::vector<ClaimRow>> ClaimRows(const PaperClaims& claims, absl::Span<const ReportedTable> tables,
                                                absl::Span<const OurRun> runs, double level);

// For programs {claim, says, arm, against, reported_low, reported_high, released, released_low, released_high,
// released_n, released_unit, released_verdict, size, run, model, measure, unit, ours, low, high, seeds, questions,
// verdict}; people have each number with its interval in one cell.
analysis::Table ClaimPage(absl::Span<const ClaimRow> rows, bool for_programs);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_PAPER_CLAIMS_H_
