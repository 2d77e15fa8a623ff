// The rows of the first paper's claims, and the page that they make.
#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "experiments/claims/scores.h"
#include "experiments/paper_tables/paper_claims.h"
#include "experiments/paper_tables/recomputed.h"

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;

// Whether a run of a spec of this name counts as the claim's at the size with this ending.
bool Counts(const PaperClaims& claims, const PaperClaim& claim, const std::string& ending, const std::string& name) {
  std::vector<std::string> names = {name};
  const auto also = claims.also.find(name);
  if (also != claims.also.end()) names.insert(names.end(), also->second.begin(), also->second.end());
  return std::any_of(claim.runs.begin(), claim.runs.end(), [&](const std::string& run) {
    return std::find(names.begin(), names.end(), run + ending) != names.end();
  });
}

// All that the run found of what is claimed of it.
std::vector<RunClaim> ResultsOf(const PaperClaims& claims, const OurRun& run) {
  std::vector<RunClaim> results = ReadClaims(run.files());
  std::set<std::pair<std::string, std::string>> lengths;
  for (const PaperClaim& claim : claims.claims) {
    for (const auto& [size, ending] : claims.sizes) {
      for (const PaperClaim::Measured& measured : claim.measures) {
        if (measured.metric != kTokens || !Counts(claims, claim, ending, run.name())) continue;
        lengths.insert(claim.pairs.begin(), claim.pairs.end());
      }
    }
  }
  if (lengths.empty()) return results;
  const std::vector<RunClaim> tokens = TokenClaims(run.files(), lengths);
  results.insert(results.end(), tokens.begin(), tokens.end());
  return results;
}

std::string MeasureOf(const RunClaim& found) {
  std::string measure = found.metric == kFollowed ? "principles followed" : found.metric;
  if (found.metric == kFollowed && found.setting == kSampled) absl::StrAppend(&measure, " at T=1");
  if (found.metric == kInformation) measure = "information I(Y; C | X)";
  if (found.metric == kTokens) measure = "tokens an answer";
  if (found.judge.has_value()) {
    absl::StrAppend(&measure, " by ", found.judge->is_rule ? "the rule " : "the language model ", found.judge->name);
    if (!found.judge->principles) absl::StrAppend(&measure, ", not asked for principles");
  }
  if (!found.evaluation.empty()) absl::StrAppend(&measure, ", ", found.evaluation);
  return measure;
}

// Sets the row's measure, unit, number and verdict.
void SetOurs(const RunClaim& found, ClaimRow* row) {
  row->measure = MeasureOf(found);
  row->verdict = VerdictOf(found.estimate, row->claim.less);
  row->seeds = found.seeds;
  row->ours = found.estimate;
  row->unit = found.metric == kWinRate ? "%" : found.metric == kFollowed ? "points" : "tokens";
  if (found.metric == kInformation) row->unit = "nats";
  if (found.metric != kWinRate && found.metric != kFollowed) return;
  const double null = found.metric == kWinRate ? 50 : 0;
  for (double* value : {&row->ours.value, &row->ours.low, &row->ours.high}) *value = null + 100 * *value;
}

// The results of a run that are of the pair and one of the claim's measures, in the order of the measures.
std::vector<RunClaim> Matching(const PaperClaim& claim, const std::pair<std::string, std::string>& pair,
                               absl::Span<const RunClaim> results) {
  std::vector<RunClaim> matching;
  for (const PaperClaim::Measured& measured : claim.measures) {
    for (const RunClaim& found : results) {
      if (found.metric != measured.metric || found.arm != pair.first || found.against != pair.second) continue;
      if (!measured.setting.empty() && found.setting != measured.setting) continue;
      if (!claim.evaluation.empty() && found.evaluation != claim.evaluation) continue;
      // A rule that looks at right answers says nothing of following.
      if (found.judge.has_value() && found.judge->is_rule && !found.judge->principles) continue;
      matching.push_back(found);
    }
  }
  return matching;
}

absl::StatusOr<Estimate> RecomputeReleased(const PaperClaim::Released& released, size_t pair,
                                           absl::Span<const ReportedTable> tables, double level) {
  for (const ReportedTable& table : tables) {
    for (const ReportedRow& row : table.rows) {
      if (table.table != released.table || row.comparison != released.rows[pair]) continue;
      ASSIGN_OR_RETURN(Recomputed recomputed, RecomputeRow(table, row, level));
      return recomputed[released.category];
    }
  }
  return Estimate();
}

// "68.2 [60.1, 76.3] %".
std::string InWords(const Estimate& estimate, const std::string& unit) {
  if (!std::isfinite(estimate.value)) return "–";
  const int digits = unit == "nats" ? 2 : 1;
  std::string text = absl::StrFormat("%.*f", digits, estimate.value);
  if (std::isfinite(estimate.low)) {
    absl::StrAppendFormat(&text, " [%.*f, %.*f]", digits, estimate.low, digits, estimate.high);
  }
  return absl::StrCat(text, " ", unit);
}

std::string RangeOf(const PaperClaim& claim) {
  if (!std::isfinite(claim.low)) return "no number";
  return claim.low == claim.high ? absl::StrCat(claim.low, " %") : absl::StrCat(claim.low, " to ", claim.high, " %");
}

Cell Text(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

}  // namespace

const char* VerdictOf(const Estimate& difference, bool less) {
  if (!std::isfinite(difference.value)) return "not run";
  if (difference.low > 0) return less ? "not reproduced" : "reproduced";
  if (difference.high < 0) return less ? "reproduced" : "not reproduced";
  return "not significant";
}

absl::StatusOr<std::vector<ClaimRow>> ClaimRows(const PaperClaims& claims, absl::Span<const ReportedTable> tables,
                                                absl::Span<const OurRun> runs, double level) {
  std::vector<std::vector<RunClaim>> results;
  for (const OurRun& run : runs) results.push_back(ResultsOf(claims, run));
  std::vector<ClaimRow> rows;
  for (const PaperClaim& claim : claims.claims) {
    const size_t first = rows.size();
    for (size_t pair = 0; pair < claim.pairs.size(); ++pair) {
      ClaimRow row{claim, claim.pairs[pair].first, claim.pairs[pair].second};
      row.verdict = "not run";
      if (claim.released.has_value()) {
        ASSIGN_OR_RETURN(row.released, RecomputeReleased(*claim.released, pair, tables, level));
        row.released_unit = claim.released->category;
        row.released_verdict = VerdictOf(row.released, claim.less);
      }
      const size_t before = rows.size();
      for (const auto& [size, ending] : claims.sizes) {
        for (size_t i = 0; i < runs.size(); ++i) {
          if (!Counts(claims, claim, ending, runs[i].name())) continue;
          for (const RunClaim& found : Matching(claim, claim.pairs[pair], results[i])) {
            rows.push_back(row);
            rows.back().size = size;
            rows.back().run = runs[i].name();
            rows.back().model = runs[i].ModelOf(row.arm);
            SetOurs(found, &rows.back());
          }
        }
      }
      if (rows.size() == before && claim.released.has_value()) rows.push_back(row);
    }
    if (rows.size() > first) continue;
    rows.push_back({claim});
    rows.back().verdict = "not run";
  }
  return rows;
}

analysis::Table ClaimPage(absl::Span<const ClaimRow> rows, bool for_programs) {
  analysis::Table table;
  table.caption = "Claims of arXiv 2404.14313";
  if (for_programs) {
    for (const char* key :
         {"claim",    "says",         "arm",           "against",    "reported_low",  "reported_high",
          "released", "released_low", "released_high", "released_n", "released_unit", "released_verdict",
          "size",     "run",          "model",         "measure",    "unit",          "ours",
          "low",      "high",         "seeds",         "questions",  "verdict"}) {
      table.columns.push_back({key, key});
    }
    for (const ClaimRow& row : rows) {
      const bool run = !row.run.empty();
      table.rows.push_back({row.claim.claim,
                            row.claim.says,
                            Text(row.arm),
                            Text(row.against),
                            row.claim.low,
                            row.claim.high,
                            row.released.value,
                            row.released.low,
                            row.released.high,
                            row.released_unit.empty() ? Cell() : Cell(row.released.n),
                            Text(row.released_unit),
                            Text(row.released_verdict),
                            Text(row.size),
                            Text(row.run),
                            Text(row.model),
                            Text(row.measure),
                            Text(row.unit),
                            row.ours.value,
                            row.ours.low,
                            row.ours.high,
                            run ? Cell(row.seeds) : Cell(),
                            run ? Cell(row.ours.n) : Cell(),
                            row.verdict});
    }
    return table;
  }
  table.columns = {{"claim", "claim"}, {"arms", "arms"},   {"reported", "reported"}, {"released", "released files"},
                   {"size", "size"},   {"run", "run"},     {"measure", "measure"},   {"ours", "ours"},
                   {"seeds", "seeds"}, {"questions", "n"}, {"verdict", "ours is"}};
  table.notes = {
      "Reproduced: the 95% interval excludes 50% of a win rate, or 0 of a difference, in the claimed direction; not "
      "reproduced: in the other; not significant: it excludes neither side. Points, nats and tokens: the first arm "
      "less the other. Each row stands alone: no correction for their number."};
  for (const ClaimRow& row : rows) {
    const bool run = !row.run.empty();
    const std::string released = InWords(row.released, row.released_unit);
    table.rows.push_back({row.claim.claim, row.arm.empty() ? Cell() : Cell(absl::StrCat(row.arm, " vs ", row.against)),
                          RangeOf(row.claim),
                          row.released_unit.empty() ? Cell() : Cell(absl::StrCat(released, ": ", row.released_verdict)),
                          Text(row.size), Text(row.run), Text(row.measure),
                          run ? Cell(InWords(row.ours, row.unit)) : Cell(), run ? Cell(row.seeds) : Cell(),
                          run ? Cell(row.ours.n) : Cell(), row.verdict});
    const std::string& note = row.claim.note;
    if (!note.empty() && note != table.notes.back()) table.notes.push_back(note);
  }
  return table;
}

}  // namespace experiments
