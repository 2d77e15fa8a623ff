#include "evaluation/ifeval/tables.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/cluster.h"
#include "analysis/statistics/mean_interval.h"
#include "base/check.h"
#include "base/status.h"

namespace ifeval {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;
using ::analysis::NumberFormat;

// Right or wrong, of prompts or of instructions, with the prompt that each belongs to.
struct Outcomes {
  std::vector<double> right;
  std::vector<int64_t> prompt;
};

Outcomes Collect(const std::vector<ScoredPrompt>& prompts, bool whole_prompts, bool strict) {
  Outcomes outcomes;
  for (size_t p = 0; p < prompts.size(); ++p) {
    const std::vector<Followed> each =
        whole_prompts ? std::vector<Followed>{FollowedAll(prompts[p].instructions)} : prompts[p].instructions;
    for (const Followed& followed : each) {
      outcomes.right.push_back((strict ? followed.strict : followed.loose) ? 1 : 0);
      outcomes.prompt.push_back(static_cast<int64_t>(p));
    }
  }
  return outcomes;
}

struct Counts {
  int64_t asked = 0, strict = 0, loose = 0;
};

}  // namespace

absl::StatusOr<analysis::Table> AccuracyTable(const std::vector<ScoredPrompt>& prompts, double level) {
  SAMI_CHECK(!prompts.empty());
  analysis::Table table;
  table.caption = absl::StrCat("IFEval, with ", 100 * level, "% confidence intervals over prompts");
  table.columns = {{"metric", "metric"},
                   {"n", "n"},
                   {"value", "followed %", NumberFormat::kPercent, 1},
                   {"standard_error", "s.e.", NumberFormat::kPercent, 1},
                   {"low", "CI low", NumberFormat::kPercent, 1},
                   {"high", "CI high", NumberFormat::kPercent, 1},
                   {"method", "method", NumberFormat::kFixed, 3, false, true}};
  for (const bool strict : {true, false}) {
    for (const bool whole_prompts : {true, false}) {
      const Outcomes outcomes = Collect(prompts, whole_prompts, strict);
      ASSIGN_OR_RETURN(const Estimate estimate,
                       whole_prompts ? analysis::ScoreMeanInterval(outcomes.right, level)
                                     : analysis::ClusterScoreInterval(outcomes.right, outcomes.prompt, level));
      table.rows.push_back(
          {absl::StrCat(whole_prompts ? "prompt" : "inst", "_level_", strict ? "strict" : "loose", "_acc"),
           static_cast<int64_t>(outcomes.right.size()), estimate.value, estimate.standard_error, estimate.low,
           estimate.high, estimate.method});
    }
  }
  return table;
}

analysis::Table KindTable(const std::vector<ScoredPrompt>& prompts) {
  std::map<std::string, Counts> counts;
  for (const ScoredPrompt& scored : prompts) {
    for (size_t i = 0; i < scored.instructions.size(); ++i) {
      const std::string& id = scored.prompt->instructions[i].id;
      for (const std::string& name : {id.substr(0, id.find(':')), id}) {
        Counts& of = counts[name];
        ++of.asked;
        of.strict += scored.instructions[i].strict ? 1 : 0;
        of.loose += scored.instructions[i].loose ? 1 : 0;
      }
    }
  }
  analysis::Table table;
  table.caption = "By group and kind of instruction";
  table.columns = {{"kind", "instructions"},
                   {"n", "n"},
                   {"strict", "strict %", NumberFormat::kPercent, 1},
                   {"loose", "loose %", NumberFormat::kPercent, 1}};
  for (const auto& [name, of] : counts) {
    const auto n = static_cast<double>(of.asked);
    table.rows.push_back({name, of.asked, static_cast<double>(of.strict) / n, static_cast<double>(of.loose) / n});
  }
  return table;
}

}  // namespace ifeval
