#include "experiments/paper_tables/run_tables.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "analysis/measures/win_rate.h"
#include "analysis/seeds/crossed.h"
#include "experiments/claims/scores.h"
#include "experiments/run/tables.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

constexpr char kClaims[] = "tables/claims";  // the stem of kClaimsFile

// The arm of all seeds that one is a seed of, or itself.
std::string GroupOf(const ExperimentSpec& spec, const std::string& arm) {
  const sami_harness::Arm* node = FindNode(spec.arms(), arm);
  return node == nullptr || node->replicate_of().empty() ? arm : node->replicate_of();
}

// What the tables of an evaluation's answers call it: nothing where it is the only one.
const EvaluationSpec* EvaluationAsked(const ExperimentSpec& spec, const std::string& asked) {
  if (asked.empty()) return spec.evaluations_size() == 1 ? &spec.evaluations(0) : nullptr;
  return FindNode(spec.evaluations(), asked);
}

// Claims of earlier versions have the name of a judge's prompt: it stands for the evaluation's only language model.
std::optional<RunJudge> FindClaimsJudge(const EvaluationSpec* evaluation, const std::string& name) {
  if (evaluation == nullptr) return std::nullopt;
  auto judge = FindJudge(*evaluation, name);
  if (judge.has_value() || evaluation->language_model_judges_size() != 1) return judge;
  return FindJudge(*evaluation, evaluation->language_model_judges(0).name());
}

// accuracy/accuracy's category, of a measure of claims.
std::string AccuracyCategory(const std::string& measure) {
  if (measure == kGreedyAttempt) return AccuracyMeasure{AccuracyMeasure::kGreedy}.Category();
  if (measure == kSampledAttempt) return AccuracyMeasure{AccuracyMeasure::kPassAtK, 1}.Category();
  absl::string_view k = measure;
  return absl::ConsumePrefix(&k, "pass@") ? absl::StrCat(k, " attempts") : "";
}

void WarnOfJudge(const RunFiles& run, const std::string& table, const std::string& judge) {
  run.Warn(absl::StrCat(table, " has verdicts of \"", judge, "\", which is no judge of the run's spec: left out."));
}

bool Same(const RunWinRate& a, const RunWinRate& b) {
  return a.comparison == b.comparison && a.category == b.category && a.evaluation == b.evaluation &&
         a.setting == b.setting && a.judge.name == b.judge.name;
}

// Rows of single seeds: the comparisons of an evaluation one of whose arms is a seed of another.
std::set<std::string> SeedComparisons(const ExperimentSpec& spec, const EvaluationSpec& evaluation) {
  std::set<std::string> names;
  for (const sami_harness::Comparison& comparison : evaluation.comparisons()) {
    if (GroupOf(spec, comparison.arm()) != comparison.arm() ||
        GroupOf(spec, comparison.baseline()) != comparison.baseline()) {
      names.insert(ComparisonName(comparison));
    }
  }
  return names;
}

// Takes "-part" off the end of a claim's id. Ids have "_" for blanks and no commas.
bool ConsumeEnd(absl::string_view* id, const std::string& part) {
  return !part.empty() && absl::ConsumeSuffix(id, absl::StrCat("-", part));
}

// Setting, judge and what asked, from the end of the id "ARM-AGAINST-METRIC[-SETTING][-JUDGE][-ASKED]".
void ReadId(const RunFiles& run, const std::string& id, RunClaim* claim, std::string* judge) {
  const std::string start =
      absl::StrReplaceAll(absl::StrCat(claim->arm, "-", claim->against, "-", claim->metric), {{" ", "_"}, {",", ""}});
  absl::string_view rest = id;
  if (!absl::ConsumePrefix(&rest, start)) return;
  // By longer names first, one of which may end like a shorter one.
  std::vector<std::string> askers;
  for (const auto& of_kind : {run.Evaluations(), run.Information(), run.Accuracies()}) {
    for (const RunFiles::Asker& asker : of_kind) askers.push_back(asker.title);
  }
  std::stable_sort(askers.begin(), askers.end(), [](const auto& x, const auto& y) { return x.size() > y.size(); });
  for (const std::string& asker : askers) {
    if (!claim->evaluation.empty() || !ConsumeEnd(&rest, asker)) continue;
    claim->evaluation = asker;
  }
  for (const char* setting : {"positive", "steering", "unprompted", kSampled}) {
    if (claim->setting.empty() && absl::StartsWith(rest, absl::StrCat("-", setting))) {
      claim->setting = setting;
      rest.remove_prefix(1 + claim->setting.size());
    }
  }
  absl::ConsumePrefix(&rest, "-");
  *judge = std::string(rest);
}

}  // namespace

std::optional<RunJudge> FindJudge(const EvaluationSpec& evaluation, const std::string& name) {
  // Both names are taken by the rules (spec/measures.proto).
  if (name == "principle" || name == "content") return RunJudge{name, true, name == "principle"};
  const auto* judge = FindNode(evaluation.language_model_judges(), name);
  if (judge == nullptr) return std::nullopt;
  return RunJudge{judge->name(), judge->judge().has_rule(), judge->judge().principles()};
}

const sami_harness::Arm* FindArm(const ExperimentSpec& spec, const std::string& name) {
  for (const sami_harness::Arm& arm : spec.arms()) {
    if (arm.name() == name || arm.replicate_of() == name) return &arm;
  }
  return nullptr;
}

std::vector<RunWinRate> ReadWinRates(const RunFiles& run) {
  std::vector<RunWinRate> rates;
  for (const EvaluationSpec& evaluation : run.spec().evaluations()) {
    const std::set<std::string> of_seeds = SeedComparisons(run.spec(), evaluation);
    for (const analysis::WinRateRow& row : ParseWinRates(run.Rows(WinRatesStem(evaluation.name())))) {
      if (of_seeds.count(row.subject.comparison) > 0) continue;
      const auto judge = FindJudge(evaluation, row.subject.judge);
      if (!judge.has_value()) {
        WarnOfJudge(run, RowsFile(WinRatesStem(evaluation.name())), row.subject.judge);
        continue;
      }
      rates.push_back(
          {row.subject.comparison, row.category, evaluation.name(), row.subject.setting, *judge, 1, row.win_rate});
    }
  }
  for (const base::Json& row : run.Rows(kResults)) {
    if (TextOf(row, "measure") != kWinRate) continue;
    const EvaluationSpec* evaluation = EvaluationAsked(run.spec(), TextOf(row, "asked"));
    const auto judge = FindClaimsJudge(evaluation, TextOf(row, "judge"));
    if (!judge.has_value()) {
      WarnOfJudge(run, RowsFile(kResults), TextOf(row, "judge"));
      continue;
    }
    RunWinRate rate{absl::StrReplaceAll(TextOf(row, "arm"), {{" vs ", "_vs_"}}),
                    analysis::kOverall,
                    evaluation->name(),
                    TextOf(row, "setting"),
                    *judge,
                    IntegerOf(row, "seeds"),
                    EstimateOf(row, "estimate", "low", "high")};
    rate.estimate.n = IntegerOf(row, "questions");
    if (std::none_of(rates.begin(), rates.end(), [&](const RunWinRate& one) { return Same(one, rate); })) {
      rates.push_back(std::move(rate));
    }
  }
  return rates;
}

std::vector<AccuracyRow> ReadAccuracies(const RunFiles& run) {
  std::vector<AccuracyRow> rows;
  for (const RunFiles::Asker& accuracy : run.Accuracies()) {
    const auto of_one = ParseAccuracy(run.Rows(AccuracyStem(accuracy.name)));
    rows.insert(rows.end(), of_one.begin(), of_one.end());
  }
  const auto add = [&](const std::string& name, const std::string& measure, const analysis::Estimate& estimate) {
    AccuracyRow row{name, AccuracyCategory(measure), estimate};
    const bool is_there = std::any_of(rows.begin(), rows.end(), [&](const AccuracyRow& one) {
      return one.name == row.name && one.category == row.category;
    });
    if (!row.category.empty() && !is_there) rows.push_back(std::move(row));
  };
  for (const base::Json& row : run.Rows(kResults)) {
    analysis::Estimate estimate = EstimateOf(row, "estimate", "low", "high");
    estimate.n = IntegerOf(row, "questions");
    add(TextOf(row, "arm"), TextOf(row, "measure"), estimate);
  }
  for (const RunClaim& claim : ReadClaims(run)) {
    add(DifferenceName(claim.arm, claim.against), claim.metric, claim.estimate);
  }
  return rows;
}

std::vector<RunClaim> ReadClaims(const RunFiles& run) {
  std::vector<RunClaim> claims;
  for (const base::Json& row : run.Rows(kClaims)) {
    RunClaim claim{TextOf(row, "metric"), TextOf(row, "arm"), TextOf(row, "against")};
    std::string judge;
    ReadId(run, TextOf(row, "id"), &claim, &judge);
    if (claim.metric == kWinRate) {
      claim.judge = FindClaimsJudge(EvaluationAsked(run.spec(), claim.evaluation), judge);
      if (!claim.judge.has_value()) {
        WarnOfJudge(run, kClaimsFile, judge);
        continue;
      }
    }
    claim.seeds = IntegerOf(row, "seeds");
    claim.estimate = EstimateOf(row, "estimate", "low", "high");
    claim.estimate.n = IntegerOf(row, "questions");
    claims.push_back(std::move(claim));
  }
  return claims;
}

std::vector<RunClaim> TokenClaims(const RunFiles& run, const std::set<std::pair<std::string, std::string>>& pairs) {
  const ExperimentSpec& spec = run.spec();
  // By evaluation and setting, then by arm.
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::vector<analysis::SeedScore>>> scores;
  for (const ScoreSet& set : QuestionScores(run)) {
    if (set.measure != kTokens) continue;
    const std::string group = GroupOf(spec, set.arm);
    const sami_harness::Arm* arm = FindNode(spec.arms(), set.arm);
    const std::string seed = group == set.arm ? analysis::kNoSeed : absl::StrCat(arm->seed());
    for (const auto& [question, tokens] : set.by_question) {
      scores[{set.asked, set.setting}][group].push_back({seed, question, tokens});
    }
  }
  std::vector<RunClaim> claims;
  for (auto& [asked, by_arm] : scores) {
    for (const auto& [arm, against] : pairs) {
      if (by_arm.count(arm) == 0 || by_arm.count(against) == 0) continue;
      const auto a = analysis::TabulateSeeds(by_arm[arm]), b = analysis::TabulateSeeds(by_arm[against]);
      if (!a.ok() || !b.ok()) continue;  // what the claims of other measures say, too
      const auto difference = analysis::SubtractBySeed(*a, *b);
      if (!difference.ok()) continue;
      const auto crossed =
          analysis::CrossedInterval(*difference, analysis::ScoreRange::kReal, spec.statistics().confidence_level());
      if (!crossed.ok()) continue;
      claims.push_back(
          {kTokens, arm, against, asked.second, asked.first, std::nullopt, crossed->seeds, crossed->estimate});
    }
  }
  return claims;
}

}  // namespace experiments
