#include "experiments/report/warnings.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/win_rate_tables.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/accuracy_files.h"
#include "experiments/run/records.h"
#include "experiments/run/tables.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::evaluation::ModelAnswer;

// Differences between extraction rules from here on are worth a warning, as a fraction.
constexpr double kExtractionBand = 0.005;

// A probe of lengths that explains so much of log n, the most that there is to explain, is worth one too.
constexpr double kLengthShare = 0.5;

void AboutVerdictsOf(const RunFiles& run, const RunFiles::Asker& evaluation, std::vector<std::string>* warnings) {
  for (const analysis::WinRateRow& row : ParseWinRates(run.Rows(WinRatesStem(evaluation.name)))) {
    if (row.category != analysis::kOverall) continue;
    const std::string& setting = row.subject.setting;
    const std::string where = absl::StrCat(analysis::ComparisonTitle(row.subject.comparison), ", judge ",
                                           row.subject.judge, setting.empty() ? "" : ", setting ", setting,
                                           evaluation.title.empty() ? "" : ", evaluation ", evaluation.title);
    if (row.missing > 0) {
      warnings->push_back(absl::StrFormat("Missing verdicts: %d of %d questions, which no number counts (%s).",
                                          row.missing, row.n + row.missing, where));
    }
    if (row.inconsistent > 0) {
      warnings->push_back(
          absl::StrFormat("The verdict depends on which answer is shown first: %d of %d questions (%s).",
                          row.inconsistent, row.n, where));
    }
  }
}

void AboutVerdicts(const RunFiles& run, std::vector<std::string>* warnings) {
  for (const RunFiles::Asker& evaluation : run.Evaluations()) AboutVerdictsOf(run, evaluation, warnings);
}

void AboutQuestions(const RunFiles& run, std::vector<std::string>* warnings) {
  const sami_harness::ExperimentSpec& spec = run.spec();
  using ::sami_harness::EmbeddedQueries;
  const auto is_held_out = [](const EmbeddedQueries& source) { return source.split() == EmbeddedQueries::HELD_OUT; };
  std::set<std::string> asked;
  for (const auto& node : spec.evaluations()) asked.insert(node.queries());
  for (const auto& node : spec.accuracy()) asked.insert(node.queries());
  for (const std::string& name : asked) {
    const sami_harness::Queries* set = FindNode(spec.queries(), name);
    if (set == nullptr) continue;
    if ((set->has_embedded() && is_held_out(set->embedded())) ||
        (set->has_word_problems() && is_held_out(set->word_problems()))) {
      warnings->push_back("Held-out questions: settings were chosen on them, so this is not a test result.");
    }
    if (set->has_gsm8k() && set->gsm8k().split() == sami_harness::Gsm8kQueries::TRAIN) {
      warnings->push_back("Asked were GSM-8K's train problems: models may have been trained on them.");
    }
  }
}

// cut: of `all` texts of an arm, those that ended at the length limit.
void AboutLength(const char* what, const std::string& arm, int64_t cut, int64_t all,
                 std::vector<std::string>* warnings) {
  if (cut == 0) return;
  warnings->push_back(absl::StrFormat("%s of %s: %d of %d were cut off at the length limit (%.2g%%).", what, arm, cut,
                                      all, 100.0 * cut / all));
}

void AboutLengths(const RunFiles& run, std::vector<std::string>* warnings) {
  const auto of = [](const std::string& arm, const RunFiles::Asker& asker) {
    return absl::StrCat(arm, asker.title.empty() ? "" : " to ", asker.title);
  };
  for (const RunFiles::Asker& evaluation : run.Evaluations()) {
    for (const RunFiles::ArmAnswers& arm : run.Answers(evaluation.name)) {
      int64_t cut = 0, all = 0;
      for (const std::string& file : arm.files) {
        run.ForEach<ModelAnswer>(file, ::evaluation::ParseModelAnswer, [&](const ModelAnswer& answer) {
          ++all;
          cut += answer.choices[0].finish_reason == "length";
        });
      }
      AboutLength("Answers", of(arm.arm, evaluation), cut, all, warnings);
    }
  }
  for (const RunFiles::Asker& accuracy : run.Accuracies()) {
    for (const std::string& arm : run.Arms(AttemptsFile(accuracy.name, "*"))) {
      int64_t cut = 0, all = 0;
      run.ForEach<Attempt>(AttemptsFile(accuracy.name, arm), ParseAttempt, [&](const Attempt& attempt) {
        ++all;
        cut += !attempt.finished;
      });
      AboutLength("Attempts", of(arm, accuracy), cut, all, warnings);
    }
  }
}

void AboutExtraction(const RunFiles& run, std::vector<std::string>* warnings) {
  for (const RunFiles::Asker& accuracy : run.Accuracies()) {
    for (const ExtractionRow& row : ParseExtraction(run.Rows(ExtractionStem(accuracy.name)))) {
      if (!(row.Largest() - row.Least() >= kExtractionBand)) continue;
      warnings->push_back(absl::StrFormat(
          "Accuracy depends on the extraction rule: %s at %s%s%s is %.1f%% to %.1f%% right by rule.", row.arm,
          row.category, accuracy.title.empty() ? "" : ", ", accuracy.title, 100 * row.Least(), 100 * row.Largest()));
    }
  }
}

void AboutOverlap(const RunFiles& run, std::vector<std::string>* warnings) {
  for (const OverlapRow& row : ParseOverlap(run.Rows(kOverlap))) {
    const int64_t same = row.exact + row.same_words;
    if (same == 0) continue;
    if (row.asked == kItself) {
      warnings->push_back(absl::StrFormat("Queries repeat in data %s: %d of %d are an earlier one again.", row.data,
                                          same, row.queries));
      continue;
    }
    warnings->push_back(absl::StrFormat("Trained on what is asked: %d of the %d queries of %s stand in data %s.", same,
                                        row.queries, row.asked, row.data));
  }
}

// The reason for the leak audit: SAMI's loss falls by what tells constitutions apart, be it the length.
void AboutLeak(const std::string& data, const LeakRow& row, std::vector<std::string>* warnings) {
  if (row.probe != "length" || !(row.ShareOfLogN() >= kLengthShare)) return;
  warnings->push_back(absl::StrFormat(
      "Length gives the constitutions away in data %s: of %d, it alone finds the right response in %.1f%% and the "
      "right "
      "constitution in %.1f%% of cases (%.0f%% by chance). Higher bounds and accuracies of SAMI need not mean that "
      "principles were learned.",
      data, row.constitutions, 100 * row.accuracy_row.value, 100 * row.accuracy_col.value, 100 * row.Chance()));
}

void AboutLeaks(const RunFiles& run, std::vector<std::string>* warnings) {
  for (const sami_harness::Data& data : run.spec().data()) {
    for (const LeakRow& row : ParseLeaks(run.Rows(LeakAudit(data.name())))) AboutLeak(data.name(), row, warnings);
  }
}

void AboutClaims(const std::vector<Claim>& claims, std::vector<std::string>* warnings) {
  for (const Claim& claim : claims) {
    if (claim.is_main && !claim.differs.empty()) {
      warnings->push_back(absl::StrCat("Unequal: ", claim.arm, " vs ", claim.against, ": ", claim.differs, "."));
    }
    const double low = 100 * claim.estimate.low, high = 100 * claim.estimate.high;
    if (!claim.is_share || claim.IsSignificant() || std::max(-low, high) <= kSmallPoints) continue;
    warnings->push_back(absl::StrFormat(
        "Underpowered: %s vs %s, %s%s%s: no significant difference, and differences from %.1f to %+.1f points remain "
        "possible.",
        claim.arm, claim.against, claim.metric, claim.where.empty() ? "" : ", ", claim.where, low, high));
  }
}

}  // namespace

std::vector<std::string> FindWarnings(const RunFiles& run, const std::vector<Claim>& claims) {
  std::vector<std::string> warnings;
  AboutQuestions(run, &warnings);
  AboutVerdicts(run, &warnings);
  AboutClaims(claims, &warnings);
  AboutOverlap(run, &warnings);
  AboutLeaks(run, &warnings);
  AboutExtraction(run, &warnings);
  AboutLengths(run, &warnings);
  return warnings;
}

}  // namespace experiments
