#include "experiments/claims/claims.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "analysis/seeds/more_data.h"
#include "analysis/statistics/multiple_testing.h"
#include "base/status.h"
#include "experiments/claims/sentences.h"
#include "experiments/spec/given.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::analysis::CrossedEstimate;
using ::analysis::ScoreRange;
using ::analysis::SeedScore;
using ::analysis::SeedTable;

// Of which an arm is one seed.
struct Member {
  std::string group, seed;
};

Member MemberOf(const sami_harness::ExperimentSpec& spec, const std::string& arm) {
  const sami_harness::Arm* node = FindNode(spec.arms(), arm);
  if (node == nullptr || node->replicate_of().empty()) return {arm, analysis::kNoSeed};
  return {node->replicate_of(), absl::StrCat(node->seed())};
}

// One measure's tables, by group.
struct MeasuredGroups {
  ScoreSet measure;  // without subject and scores
  std::vector<std::string> groups;
  std::map<std::string, SeedTable> tables;
};

bool SameMeasure(const ScoreSet& a, const ScoreSet& b) {
  return a.measure == b.measure && a.setting == b.setting && a.judge == b.judge && a.asked == b.asked;
}

// Of win rates a group is "a vs b".
std::vector<MeasuredGroups> Measure(const RunFiles& run) {
  std::vector<MeasuredGroups> measures;
  std::vector<std::map<std::string, std::vector<SeedScore>>> scores;
  for (const ScoreSet& set : QuestionScores(run)) {
    auto found = std::find_if(measures.begin(), measures.end(),
                              [&](const MeasuredGroups& one) { return SameMeasure(one.measure, set); });
    if (found == measures.end()) {
      measures.push_back({set, {}, {}});
      measures.back().measure.by_question.clear();
      scores.emplace_back();
      found = measures.end() - 1;
    }
    const Member member = MemberOf(run.spec(), set.arm), other = MemberOf(run.spec(), set.against);
    const std::string group = set.against.empty() ? member.group : absl::StrCat(member.group, " vs ", other.group);
    auto& of_measure = scores[found - measures.begin()];
    if (of_measure.count(group) == 0) found->groups.push_back(group);
    for (const auto& [question, score] : set.by_question) {
      of_measure[group].push_back({member.seed.empty() ? other.seed : member.seed, question, score});
    }
  }
  for (size_t m = 0; m < measures.size(); ++m) {
    for (const std::string& group : measures[m].groups) {
      auto table = analysis::TabulateSeeds(scores[m][group]);
      if (!table.ok()) {
        run.Warn(absl::StrCat(measures[m].measure.measure, " of ", group, ": ", table.status().message(), "."));
        continue;
      }
      measures[m].tables[group] = *std::move(table);
    }
  }
  return measures;
}

// The pairs of groups that the spec compares, in its order, with the arms of the first seed; then others that were
// judged.
struct ComparedGroups {
  std::string arm, against, first_arm, first_against;
  std::set<std::string> by;  // the evaluations and the like that compare them
};

std::vector<ComparedGroups> Compared(const RunFiles& run) {
  const sami_harness::ExperimentSpec& spec = run.spec();
  std::vector<ComparedGroups> pairs;
  const auto add = [&](const std::string& arm, const std::string& against, const std::string& by) {
    const std::string a = MemberOf(spec, arm).group, b = MemberOf(spec, against).group;
    if (a == b) return;
    auto found = std::find_if(pairs.begin(), pairs.end(),
                              [&](const ComparedGroups& pair) { return pair.arm == a && pair.against == b; });
    if (found == pairs.end()) found = pairs.insert(pairs.end(), {a, b, arm, against, {}});
    found->by.insert(by);
  };
  for (const auto& evaluation : spec.evaluations()) {
    for (const auto& comparison : evaluation.comparisons()) {
      add(comparison.arm(), comparison.baseline(), evaluation.name());
    }
  }
  for (const auto& information : spec.information()) {
    for (const auto& comparison : information.comparisons()) {
      add(comparison.arm(), comparison.baseline(), information.name());
    }
  }
  for (const auto& accuracy : spec.accuracy()) {
    for (const std::string& arm : AskedArms(spec, accuracy)) add(arm, accuracy.baseline(), accuracy.name());
  }
  for (const ScoreSet& set : QuestionScores(run)) {
    if (set.measure == kWinRate) add(set.arm, set.against, set.asked);
  }
  return pairs;
}

// The smallest 1 - level whose interval leaves `null` out.
double PValue(const SeedTable& table, ScoreRange range, double null) {
  const auto excludes = [&](double level) {
    const auto crossed = analysis::CrossedInterval(table, range, level);
    return crossed.ok() && (crossed->estimate.low > null || crossed->estimate.high < null);
  };
  double low = 1e-9, high = 1;  // of p: excluded at high, were it a level
  for (int step = 0; step < 40; ++step) {
    const double p = std::sqrt(low * high);
    (excludes(1 - p) ? high : low) = p;
  }
  return high;
}

std::string IdOf(const Claim& claim) {
  std::string id = absl::StrCat(claim.arm, "-", claim.against, "-", claim.metric);
  for (const std::string& part : {claim.setting, claim.judge, claim.asked}) {
    if (!part.empty()) absl::StrAppend(&id, "-", part);
  }
  return absl::StrReplaceAll(id, {{" ", "_"}, {",", ""}});
}

// The first that is there is its pair's main claim.
int Rank(const ScoreSet& measure) {
  if (measure.measure == kFollowed) return measure.setting == kSampled ? 0 : 1;
  if (measure.measure == kWinRate) return measure.judge == "content" ? 4 : 2;  // what is followed before what is right
  if (measure.measure == kInformation) return 5;
  return measure.measure == kBeyondLength ? 6 : 3;
}

// Holm's p-values, of all claims or of the main ones.
absl::Status Adjust(bool main, std::vector<Claim>* claims) {
  std::vector<Claim*> family;
  std::vector<double> p;
  for (Claim& claim : *claims) {
    if (main && !claim.is_main) continue;
    family.push_back(&claim);
    p.push_back(claim.p);
  }
  ASSIGN_OR_RETURN(const std::vector<double> adjusted, analysis::HolmAdjusted(p));
  for (size_t i = 0; i < family.size(); ++i) family[i]->adjusted_p = adjusted[i];
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Findings> FindClaims(const RunFiles& run) {
  const double level = run.spec().statistics().confidence_level();
  const std::vector<MeasuredGroups> measures = Measure(run);
  Findings findings;
  for (const MeasuredGroups& measure : measures) {
    for (const std::string& group : measure.groups) {
      if (measure.tables.count(group) == 0) continue;
      const ScoreRange range = measure.measure.is_share ? ScoreRange::kShare : ScoreRange::kReal;
      ASSIGN_OR_RETURN(auto crossed, analysis::CrossedInterval(measure.tables.at(group), range, level));
      findings.results.push_back({group, measure.measure.measure, measure.measure.setting, measure.measure.judge,
                                  measure.measure.asked, measure.measure.is_share, std::move(crossed)});
    }
  }
  findings.grid = FindGrid(run, findings.results);
  std::vector<const ScoreSet*> of_claim;
  for (const ComparedGroups& pair : Compared(run)) {
    const size_t first = findings.claims.size();
    for (const MeasuredGroups& measure : measures) {
      if (measure.measure.measure == kTokens) continue;
      SeedTable table;
      if (measure.measure.measure == kWinRate) {
        const auto found = measure.tables.find(absl::StrCat(pair.arm, " vs ", pair.against));
        if (found == measure.tables.end()) continue;
        table = found->second;
      } else {
        const auto arm = measure.tables.find(pair.arm), against = measure.tables.find(pair.against);
        if (arm == measure.tables.end() || against == measure.tables.end()) continue;
        auto difference = analysis::SubtractBySeed(arm->second, against->second);
        if (!difference.ok()) {
          run.Warn(absl::StrCat(measure.measure.measure, ", ", pair.arm, " vs ", pair.against, ": ",
                                difference.status().message(), "."));
          continue;
        }
        table = *std::move(difference);
      }
      const bool wins = measure.measure.measure == kWinRate;
      const double null = wins ? 0.5 : 0;
      const ScoreRange range = wins                       ? ScoreRange::kShare
                               : measure.measure.is_share ? ScoreRange::kDifference
                                                          : ScoreRange::kReal;
      ASSIGN_OR_RETURN(const CrossedEstimate crossed, analysis::CrossedInterval(table, range, level));
      Claim claim;
      claim.metric = measure.measure.measure;
      claim.arm = pair.arm;
      claim.against = pair.against;
      claim.setting = measure.measure.setting;
      claim.judge = measure.measure.judge;
      claim.asked = measure.measure.asked;
      claim.where = WhereOf(measure.measure);
      claim.id = IdOf(claim);
      claim.is_share = measure.measure.is_share;
      claim.estimate = crossed.estimate;
      for (double* value : {&claim.estimate.value, &claim.estimate.low, &claim.estimate.high}) *value -= null;
      claim.seeds = crossed.seeds;
      claim.questions = crossed.estimate.n;
      claim.given = FindGiven(run, pair.first_arm);
      claim.given_against = FindGiven(run, pair.first_against);
      claim.differs = WhatDiffers(run.spec(), pair.first_arm, pair.first_against);
      const std::string seed = MemberOf(run.spec(), pair.first_arm).seed;
      // The same of every seed: without the first one's marks.
      if (!seed.empty()) {
        absl::StrReplaceAll({{absl::StrCat("-s", seed), ""}, {absl::StrCat(" (seed ", seed, ")"), ""}}, &claim.differs);
      }
      claim.p = PValue(table, range, null);
      const auto more = analysis::MoreToExclude(crossed, null);
      if (more.ok()) claim.helps = analysis::WhatHelps(*more);
      findings.claims.push_back(std::move(claim));
      of_claim.push_back(&measure.measure);
    }
    // One of each that compares them; where it has no name in claims, or another one, of all.
    std::map<std::string, size_t> main;
    for (size_t i = first; i < findings.claims.size(); ++i) {
      const std::string& asked = findings.claims[i].asked;
      const auto [found, is_new] = main.emplace(pair.by.count(asked) > 0 ? asked : "", i);
      if (!is_new && Rank(*of_claim[i]) < Rank(*of_claim[found->second])) found->second = i;
    }
    if (main.size() > 1) main.erase("");
    for (const auto& [asked, i] : main) findings.claims[i].is_main = true;
  }
  RETURN_IF_ERROR(Adjust(/*main=*/false, &findings.claims));
  RETURN_IF_ERROR(Adjust(/*main=*/true, &findings.claims));
  for (Claim& claim : findings.claims) claim.sentence = Sentence(claim);
  return findings;
}

}  // namespace experiments
