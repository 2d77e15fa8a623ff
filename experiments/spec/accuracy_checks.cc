#include "experiments/spec/accuracy_checks.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/extraction/rules.h"

namespace experiments {
namespace {

using ::sami_harness::AccuracySpec;
using ::sami_harness::Arm;
using ::sami_harness::ExperimentSpec;

absl::Status CheckReport(const AccuracySpec& accuracy, const base::FieldLocations& locations) {
  std::set<int64_t> seen;
  for (int i = 0; i < accuracy.report_size(); ++i) {
    const std::string path = base::Below("accuracy", "report", i);
    if (accuracy.report(i) > accuracy.attempts()) {
      return locations.Error(path, absl::StrCat("is ", accuracy.report(i), ", more than accuracy.attempts, ",
                                                accuracy.attempts(), ": there is no unbiased estimate"));
    }
    if (!seen.insert(accuracy.report(i)).second) {
      return locations.Error(path, absl::StrCat("is ", accuracy.report(i), " again; each may be given once"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckQuestions(const AccuracySpec& accuracy, const base::FieldLocations& locations) {
  if (!accuracy.questions_file().empty() && accuracy.questions() == AccuracySpec::WORD_PROBLEMS) {
    return locations.Error("accuracy.questions_file",
                           "is for GSM8K_TEST and GSM8K_TRAIN; leave it out, or ask for one");
  }
  if (accuracy.held_out() && accuracy.questions() == AccuracySpec::GSM8K_TEST) {
    return locations.Error("accuracy.held_out", "is true, but GSM8K_TEST is the test split; ask for GSM8K_TRAIN");
  }
  if (!absl::StrContains(accuracy.prompt(), "{question}")) {
    return locations.Error("accuracy.prompt", "has no \"{question}\"; put it where the question belongs");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckAccuracy(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  const AccuracySpec& accuracy = spec.accuracy();
  RETURN_IF_ERROR(CheckQuestions(accuracy, locations));
  RETURN_IF_ERROR(CheckReport(accuracy, locations));
  if (accuracy.sampling().temperature() == 0) {
    return locations.Error("accuracy.sampling.temperature",
                           "is 0, at which all attempts are equal; it must be above 0");
  }
  const absl::Status rule = evaluation::AnswerRuleFromName(accuracy.rule()).status();
  if (!rule.ok()) return locations.Error("accuracy.rule", absl::StrCat("is wrong: ", rule.message()));
  const bool is_arm =
      accuracy.baseline() == "base" || std::any_of(spec.arms().begin(), spec.arms().end(),
                                                   [&](const Arm& arm) { return arm.name() == accuracy.baseline(); });
  if (is_arm) return absl::OkStatus();
  return locations.Error("accuracy.baseline", absl::StrCat("is \"", accuracy.baseline(), "\", which is no arm"));
}

}  // namespace experiments
