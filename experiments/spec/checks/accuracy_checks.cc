#include "experiments/spec/checks/accuracy_checks.h"

#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "evaluation/extraction/rules.h"

namespace experiments {
namespace {

using ::sami_harness::AccuracySpec;

absl::Status CheckReport(const AccuracySpec& accuracy, const std::string& where,
                         const base::FieldLocations& locations) {
  std::set<int64_t> seen;
  for (int i = 0; i < accuracy.report_size(); ++i) {
    const std::string path = base::Below(where, "report", i);
    if (accuracy.report(i) > accuracy.attempts()) {
      return locations.Error(path, absl::StrCat("is ", accuracy.report(i), ", more than attempts, ",
                                                accuracy.attempts(), ": there is no unbiased estimate"));
    }
    if (!seen.insert(accuracy.report(i)).second) {
      return locations.Error(path, absl::StrCat("is ", accuracy.report(i), " again; each may be given once"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPrompt(const AccuracySpec& accuracy, const std::string& where,
                         const base::FieldLocations& locations) {
  if (absl::StrContains(accuracy.prompt(), "{query}")) return absl::OkStatus();
  return locations.Error(base::Below(where, "prompt"), "has no \"{query}\"; put it where the query belongs");
}

}  // namespace

absl::Status CheckAccuracy(const AccuracySpec& accuracy, const std::string& path,
                           const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckPrompt(accuracy, path, locations));
  RETURN_IF_ERROR(CheckReport(accuracy, path, locations));
  if (accuracy.sampling().temperature() == 0) {
    return locations.Error(base::Below(path, "sampling.temperature"),
                           "is 0, at which all attempts are equal; it must be above 0");
  }
  const auto rule = evaluation::AnswerRuleFromName(accuracy.rule());
  if (!rule.ok()) {
    return locations.Error(base::Below(path, "rule"), absl::StrCat("is wrong: ", rule.status().message()));
  }
  if (!absl::c_linear_search(evaluation::kAnswerRules, *rule)) {
    return locations.Error(base::Below(path, "rule"),
                           absl::StrCat("is wrong: ", accuracy.rule(), " reads answers of lm-eval's own prompt alone"));
  }
  return absl::OkStatus();
}

}  // namespace experiments
