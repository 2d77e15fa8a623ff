#include "experiments/report/warnings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/win_rate_tables.h"

namespace experiments {
namespace {

using ::base::Json;

// Differences between extraction rules from here on are worth a warning, as a fraction.
constexpr double kExtractionBand = 0.005;

// A probe of lengths that explains so much of log n, the most that there is to explain, is worth one too.
constexpr double kLengthShare = 0.5;

void AboutVerdicts(const RunFiles& run, std::vector<std::string>* warnings) {
  if (!run.Has("tables/win_rates.json")) return;
  for (const Json& row : run.Rows("tables/win_rates.json")) {
    if (TextOf(row, "category") != analysis::kOverall) continue;
    const int64_t missing = IntegerOf(row, "missing"), inconsistent = IntegerOf(row, "inconsistent");
    const int64_t n = IntegerOf(row, "n");
    const std::string where =
        absl::StrCat(analysis::ComparisonTitle(TextOf(row, "comparison")), ", judge ", TextOf(row, "judge"),
                     TextOf(row, "setting").empty() ? "" : ", setting ", TextOf(row, "setting"));
    if (missing > 0) {
      warnings->push_back(absl::StrFormat("Missing verdicts: %d of %d questions, which no number counts (%s).", missing,
                                          n + missing, where));
    }
    if (inconsistent > 0) {
      warnings->push_back(absl::StrFormat(
          "The verdict depends on which answer is shown first: %d of %d questions (%s).", inconsistent, n, where));
    }
  }
}

void AboutQuestions(const RunFiles& run, std::vector<std::string>* warnings) {
  const sami_harness::ExperimentSpec& spec = run.spec();
  if (spec.evaluation().held_out() || spec.accuracy().held_out()) {
    warnings->push_back("Held-out questions: settings were chosen on them, so this is not a test result.");
  }
  if (spec.has_accuracy() && spec.accuracy().questions() == sami_harness::AccuracySpec::GSM8K_TRAIN) {
    warnings->push_back("Accuracy was measured on the train split: models may have been trained on its questions.");
  }
}

void AboutLength(const RunFiles& run, const std::string& folder, const char* what, std::vector<std::string>* warnings) {
  for (const std::string& arm : run.Arms(folder)) {
    int64_t cut = 0, all = 0;
    run.ForEachLine(absl::StrCat(folder, "/", arm, ".jsonl"), [&](const Json& line) {
      const Json& choice = ElementAt(line, {"choices", "0"});
      ++all;
      cut += TextOf(choice.is_object() ? choice : line, "finish_reason") == "length";
    });
    if (cut > 0) {
      warnings->push_back(absl::StrFormat("%s of %s: %d of %d were cut off at the length limit (%.2g%%).", what, arm,
                                          cut, all, 100.0 * cut / all));
    }
  }
}

void AboutExtraction(const RunFiles& run, std::vector<std::string>* warnings) {
  if (!run.Has("accuracy/extraction.json")) return;
  for (const Json& row : run.Rows("accuracy/extraction.json")) {
    const double least = NumberOf(row, "least"), largest = NumberOf(row, "largest");
    if (!(largest - least >= kExtractionBand)) continue;
    warnings->push_back(
        absl::StrFormat("Accuracy depends on the extraction rule: %s at %s is %.1f%% to %.1f%% right by rule.",
                        TextOf(row, "arm"), TextOf(row, "category"), 100 * least, 100 * largest));
  }
}

// The reason for the leak audit: SAMI's loss falls by what tells constitutions apart, be it the length.
void AboutLeaks(const RunFiles& run, std::vector<std::string>* warnings) {
  if (!run.Has("tables/leak_audit.json")) return;
  for (const Json& row : run.Rows("tables/leak_audit.json")) {
    if (TextOf(row, "probe") != "length" || !(NumberOf(row, "share_of_log_n") >= kLengthShare)) continue;
    warnings->push_back(absl::StrFormat(
        "Length gives the constitutions away: of %d, it alone finds the right response in %.1f%% and the right "
        "constitution in %.1f%% of cases (%.0f%% by chance). Higher bounds and accuracies of SAMI need not mean that "
        "principles were learned.",
        IntegerOf(row, "constitutions"), 100 * NumberOf(row, "accuracy_row"), 100 * NumberOf(row, "accuracy_col"),
        100 * NumberOf(row, "chance")));
  }
}

void AboutPower(const analysis::Table& certainty, std::vector<std::string>* warnings) {
  for (const std::vector<analysis::Cell>& row : certainty.rows) {
    const double low = std::get<double>(row[4]), high = std::get<double>(row[5]);
    if (std::get<std::string>(row[6]) == "yes" || std::max(-low, high) <= kSmallPoints) continue;
    warnings->push_back(absl::StrFormat(
        "Underpowered: %s, %s: no significant difference, and differences from %.1f to %+.1f points remain possible.",
        std::get<std::string>(row[0]), std::get<std::string>(row[1]), low, high));
  }
}

}  // namespace

std::vector<std::string> FindWarnings(const RunFiles& run, const analysis::Table& certainty) {
  std::vector<std::string> warnings;
  AboutQuestions(run, &warnings);
  AboutVerdicts(run, &warnings);
  AboutPower(certainty, &warnings);
  AboutLeaks(run, &warnings);
  AboutExtraction(run, &warnings);
  AboutLength(run, "answers", "Answers", &warnings);
  AboutLength(run, "attempts", "Attempts", &warnings);
  return warnings;
}

}  // namespace experiments
