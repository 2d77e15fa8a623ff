#include "experiments/spec/spec_checks.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/status.h"
#include "base/textproto/limits.h"
#include "experiments/spec/accuracy_checks.h"
#include "experiments/spec/methods.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::DataSpec;
using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

constexpr char kBase[] = "base";
constexpr size_t kLongestName = 64;

std::string ArmPath(int index) { return base::Below("", "arms", index); }

// "base, sft, sami".
std::string ArmNames(const ExperimentSpec& spec) {
  std::vector<std::string> names = {kBase};
  for (const Arm& arm : spec.arms()) names.push_back(arm.name());
  return absl::StrJoin(names, ", ");
}

absl::Status CheckName(absl::string_view name, const std::string& path, const base::FieldLocations& locations) {
  bool good = name.size() <= kLongestName && !name.empty() && absl::ascii_isalnum(name[0]);
  for (char c : name) good = good && (absl::ascii_isalnum(c) || c == '-' || c == '_');
  if (good) return absl::OkStatus();
  return locations.Error(path, absl::StrCat("is \"", name, "\"; it must be at most ", kLongestName,
                                            " letters, digits, '-' and '_', and begin with a letter or digit"));
}

absl::Status CheckArm(const Arm& arm, const std::string& path, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckName(arm.name(), base::Below(path, "name"), locations));
  if (arm.name() == kBase) {
    return locations.Error(base::Below(path, "name"),
                           "is \"base\", which is the untrained base model; choose another name");
  }
  return CheckMethod(arm, path, locations);
}

// The names {b, a, b} of a cycle of parents that arm i is on or descends from; empty where they end at the base model.
std::vector<std::string> Cycle(const ExperimentSpec& spec, const std::map<std::string, int>& index, int i) {
  std::vector<std::string> way = {spec.arms(i).name()};
  std::set<std::string> seen;
  while (way.back() != kBase) {
    if (!seen.insert(way.back()).second) {
      way.erase(way.begin(), std::find(way.begin(), way.end(), way.back()));
      return way;
    }
    way.push_back(spec.arms(index.at(way.back())).parent());
  }
  return {};
}

absl::Status CheckArms(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  std::map<std::string, int> index;
  for (int i = 0; i < spec.arms_size(); ++i) {
    RETURN_IF_ERROR(CheckArm(spec.arms(i), ArmPath(i), locations));
    const auto [first, is_new] = index.emplace(spec.arms(i).name(), i);
    if (is_new) continue;
    const std::string name_path = base::Below(ArmPath(first->second), "name");
    const std::string other = locations.Where(name_path);
    return locations.Error(base::Below(ArmPath(i), "name"),
                           absl::StrCat("is \"", spec.arms(i).name(), "\", as ", name_path, other.empty() ? "" : " at ",
                                        other, " is; names must differ"));
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const std::string& parent = spec.arms(i).parent();
    if (parent == kBase || index.count(parent) > 0) continue;
    return locations.Error(base::Below(ArmPath(i), "parent"),
                           absl::StrCat("is \"", parent, "\", which is no arm; it must be one of ", ArmNames(spec)));
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const std::vector<std::string> cycle = Cycle(spec, index, i);
    if (cycle.empty()) continue;
    return locations.Error(
        base::Below(ArmPath(index.at(cycle[0])), "parent"),
        absl::StrCat("is on a cycle, ", absl::StrJoin(cycle, " <- "), "; parents must lead to base"));
  }
  return absl::OkStatus();
}

// Refuses a value of a repeated enum that occurs twice.
template <typename Values, typename Name>
absl::Status CheckDistinct(const Values& values, const Name& name, const char* field,
                           const base::FieldLocations& locations) {
  std::set<int> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (seen.insert(values.Get(i)).second) continue;
    return locations.Error(base::Below("evaluation", field, i),
                           absl::StrCat("is ", name(values.Get(i)), " again; each may be given once"));
  }
  return absl::OkStatus();
}

absl::Status CheckQuestions(const EvaluationSpec& evaluation, const base::FieldLocations& locations) {
  if (evaluation.questions() == EvaluationSpec::EMBEDDED) {
    if (evaluation.questions_file().empty()) return absl::OkStatus();
    return locations.Error("evaluation.questions_file", "is for questions: MT_BENCH; leave it out, or ask for these");
  }
  for (int i = 0; i < evaluation.judges_size(); ++i) {
    if (evaluation.judges(i) != EvaluationSpec::CONTENT) continue;
    return locations.Error(base::Below("evaluation", "judges", i),
                           "is CONTENT, but MT_BENCH questions have no checker; it must be PRINCIPLE");
  }
  if (evaluation.held_out()) {
    return locations.Error("evaluation.held_out", "is true, but MT_BENCH has no held-out questions; leave it out");
  }
  return absl::OkStatus();
}

absl::Status CheckJudges(const EvaluationSpec& evaluation, const base::FieldLocations& locations) {
  if (evaluation.judges().empty() && evaluation.language_model_judges().empty()) {
    return locations.Error("evaluation.judges", "is missing; give one of them, or of language_model_judges");
  }
  std::set<std::string> names = {"principle", "content"};
  for (int i = 0; i < evaluation.language_model_judges_size(); ++i) {
    const EvaluationSpec::LanguageModelJudge& judge = evaluation.language_model_judges(i);
    const std::string path = base::Below("evaluation", "language_model_judges", i);
    RETURN_IF_ERROR(CheckName(judge.name(), base::Below(path, "name"), locations));
    if (!names.insert(judge.name()).second) {
      return locations.Error(base::Below(path, "name"),
                             absl::StrCat("is \"", judge.name(), "\" again; judges need names of their own"));
    }
    const sami_harness::JudgeSpec& spec = judge.judge();
    if (spec.source_case() == sami_harness::JudgeSpec::SOURCE_NOT_SET || spec.has_rule()) {
      return locations.Error(base::Below(path, "judge"),
                             "has no model; it must have one of endpoint, local and replay (rules: evaluation.judges)");
    }
    if (spec.mode() != sami_harness::JudgeSpec::PAIRWISE) {
      return locations.Error(base::Below(path, "judge.mode"), "is SINGLE; experiments compare: it must be PAIRWISE");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckComparisons(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  std::set<std::string> names = {kBase};
  for (const Arm& arm : spec.arms()) names.insert(arm.name());
  std::set<std::string> seen;
  for (int i = 0; i < spec.evaluation().comparisons_size(); ++i) {
    const EvaluationSpec::Comparison& comparison = spec.evaluation().comparisons(i);
    const std::string path = base::Below("evaluation", "comparisons", i);
    for (const auto& [field, arm] :
         {std::pair("arm", comparison.arm()), std::pair("baseline", comparison.baseline())}) {
      if (names.count(arm) > 0) continue;
      return locations.Error(base::Below(path, field),
                             absl::StrCat("is \"", arm, "\", which is no arm; it must be one of ", ArmNames(spec)));
    }
    if (comparison.arm() == comparison.baseline()) {
      return locations.Error(path, absl::StrCat("compares ", comparison.arm(), " with itself; name two arms"));
    }
    // Tables and files have this name.
    const std::string name = absl::StrCat(comparison.arm(), "_vs_", comparison.baseline());
    if (!seen.insert(name).second) {
      return locations.Error(path, absl::StrCat("is ", name, " again; each comparison may be given once"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDataQuestions(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  if (spec.data().questions_file().empty() || spec.data().questions() == DataSpec::GSM8K) return absl::OkStatus();
  return locations.Error("data.questions_file", "is for questions: GSM8K; leave it out, or ask for these");
}

absl::Status CheckForbidden(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  const auto& forbidden = spec.data().filters().forbidden();
  for (int i = 0; i < forbidden.size(); ++i) {
    if (!forbidden.Get(i).empty()) continue;
    return locations.Error(base::Below("data.filters", "forbidden", i),
                           "is empty, and so occurs in every response; it must be a text that is not empty");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateSpec(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(base::CheckLimits(spec, locations));
  RETURN_IF_ERROR(CheckName(spec.name(), "name", locations));
  RETURN_IF_ERROR(CheckArms(spec, locations));
  RETURN_IF_ERROR(CheckDataQuestions(spec, locations));
  RETURN_IF_ERROR(CheckForbidden(spec, locations));
  if (spec.has_accuracy()) RETURN_IF_ERROR(CheckAccuracy(spec, locations));
  if (!spec.has_evaluation()) return absl::OkStatus();
  const EvaluationSpec& evaluation = spec.evaluation();
  RETURN_IF_ERROR(CheckDistinct(evaluation.settings(), EvaluationSpec::Setting_Name<int>, "settings", locations));
  RETURN_IF_ERROR(CheckDistinct(evaluation.judges(), EvaluationSpec::Judge_Name<int>, "judges", locations));
  RETURN_IF_ERROR(CheckJudges(evaluation, locations));
  RETURN_IF_ERROR(CheckQuestions(evaluation, locations));
  return CheckComparisons(spec, locations);
}

absl::Status ValidateDeployment(const sami_harness::Deployment& deployment, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(base::CheckLimits(deployment, locations));
  absl::string_view device = deployment.device();
  int number;
  const bool good = device == "cpu" || device == "cuda" ||
                    (absl::ConsumePrefix(&device, "cuda:") && !device.empty() && device.size() <= 3 &&
                     absl::ascii_isdigit(device[0]) && absl::SimpleAtoi(device, &number));
  if (good) return absl::OkStatus();
  return locations.Error(
      "device", absl::StrCat("is \"", deployment.device(), "\"; it must be \"cpu\", \"cuda\" or \"cuda:N\", N from 0"));
}

std::vector<int> TrainingOrder(const ExperimentSpec& spec) {
  std::vector<int> order;
  std::set<std::string> trained = {kBase};
  while (order.size() < static_cast<size_t>(spec.arms_size())) {
    int next = 0;
    while (next < spec.arms_size() &&
           (trained.count(spec.arms(next).name()) > 0 || trained.count(spec.arms(next).parent()) == 0)) {
      ++next;
    }
    SAMI_CHECK(next < spec.arms_size()) << "the arms were not validated";
    order.push_back(next);
    trained.insert(spec.arms(next).name());
  }
  return order;
}

}  // namespace experiments
