#include "experiments/spec/checks/spec_checks.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/textproto/limits.h"
#include "experiments/spec/checks/accuracy_checks.h"
#include "experiments/spec/checks/graph_checks.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "training/held_out.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

// Refuses a value that occurs twice.
template <typename Values, typename Name>
absl::Status CheckDistinct(const Values& values, const Name& name, const std::string& where, const char* field,
                           const base::FieldLocations& locations) {
  std::set<typename Values::value_type> seen;
  for (int i = 0; i < values.size(); ++i) {
    if (seen.insert(values.Get(i)).second) continue;
    return locations.Error(base::Below(where, field, i),
                           absl::StrCat("is ", name(values.Get(i)), " again; each may be given once"));
  }
  return absl::OkStatus();
}

// The same of the arms that are asked.
template <typename Asker>
absl::Status CheckArms(const Asker& asker, const std::string& where, const base::FieldLocations& locations) {
  return CheckDistinct(
      asker.arms(), [](const std::string& arm) { return arm; }, where, "arms", locations);
}

absl::Status CheckJudges(const EvaluationSpec& evaluation, const std::string& where,
                         const base::FieldLocations& locations) {
  if (evaluation.judges().empty() && evaluation.language_model_judges().empty()) {
    return locations.Error(base::Below(where, "judges"), "is missing; give one of them, or of language_model_judges");
  }
  std::set<std::string> names = {"principle", "content"};
  for (int i = 0; i < evaluation.language_model_judges_size(); ++i) {
    const EvaluationSpec::LanguageModelJudge& judge = evaluation.language_model_judges(i);
    const std::string path = base::Below(where, "language_model_judges", i);
    RETURN_IF_ERROR(CheckName(judge.name(), base::Below(path, "name"), locations));
    if (!names.insert(judge.name()).second) {
      return locations.Error(base::Below(path, "name"),
                             absl::StrCat("is \"", judge.name(), "\" again; judges need names of their own"));
    }
    const sami_harness::JudgeSpec& spec = judge.judge();
    if (spec.source_case() == sami_harness::JudgeSpec::SOURCE_NOT_SET || spec.has_rule()) {
      return locations.Error(base::Below(path, "judge"),
                             "has no model; it must have one of endpoint, local and replay (rules stand in judges)");
    }
    if (spec.mode() != sami_harness::JudgeSpec::PAIRWISE) {
      return locations.Error(base::Below(path, "judge.mode"), "is SINGLE; experiments compare: it must be PAIRWISE");
    }
  }
  return absl::OkStatus();
}

// Of an evaluation or the information.
template <typename Asker>
absl::Status CheckComparisons(const Asker& asker, const std::string& where, const base::FieldLocations& locations) {
  std::set<std::string> seen;
  for (int i = 0; i < asker.comparisons_size(); ++i) {
    const sami_harness::Comparison& comparison = asker.comparisons(i);
    const std::string path = base::Below(where, "comparisons", i);
    if (comparison.arm() == comparison.baseline()) {
      return locations.Error(path, absl::StrCat("compares ", comparison.arm(), " with itself; name two arms"));
    }
    const std::string name = ComparisonName(comparison);
    if (!seen.insert(name).second) {
      return locations.Error(path, absl::StrCat("is ", name, " again; each comparison may be given once"));
    }
  }
  return absl::OkStatus();
}

// Of everything that is sampled.
template <typename Sampled>
absl::Status CheckStop(const Sampled& sampled, const std::string& path, const base::FieldLocations& locations) {
  for (int i = 0; i < sampled.stop_size(); ++i) {
    if (!sampled.stop(i).empty()) continue;
    return locations.Error(base::Below(path, "stop", i), "is empty, at which every response would end at once");
  }
  return absl::OkStatus();
}

// What as_published leaves no room for.
absl::Status CheckPublished(const sami_harness::SamplingSpec& sampling, const std::string& path,
                            const base::FieldLocations& locations) {
  if (!sampling.as_published()) return absl::OkStatus();
  const bool has_others = sampling.temperature() != 0 || sampling.top_p() != 1;
  return has_others ? locations.Error(path + ".as_published", "is given beside temperature or top_p; leave those out")
                    : absl::OkStatus();
}

absl::Status CheckEvaluation(const EvaluationSpec& evaluation, const std::string& path,
                             const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckDistinct(evaluation.settings(), EvaluationSpec::Setting_Name<int>, path, "settings", locations));
  RETURN_IF_ERROR(CheckDistinct(evaluation.judges(), EvaluationSpec::Judge_Name<int>, path, "judges", locations));
  RETURN_IF_ERROR(CheckArms(evaluation, path, locations));
  RETURN_IF_ERROR(CheckJudges(evaluation, path, locations));
  RETURN_IF_ERROR(CheckStop(evaluation.sampling(), path + ".sampling", locations));
  RETURN_IF_ERROR(CheckPublished(evaluation.sampling(), path + ".sampling", locations));
  return CheckComparisons(evaluation, path, locations);
}

absl::Status CheckForbidden(const Data& data, const std::string& path, const base::FieldLocations& locations) {
  for (int i = 0; i < data.filters().forbidden_size(); ++i) {
    if (!data.filters().forbidden(i).empty()) continue;
    return locations.Error(base::Below(path + ".filters", "forbidden", i),
                           "is empty, and so occurs in every response; it must be a text that is not empty");
  }
  return absl::OkStatus();
}

// That the data have what the method trains on.
absl::Status CheckKind(const ExperimentSpec& spec, const Arm& arm, const std::string& path,
                       const base::FieldLocations& locations) {
  using training::ExampleKind;
  const Data& data = *FindNode(spec.data(), arm.data());
  const training::MethodDescription method = DescribeMethod(arm);
  const ExampleKind kind = method.examples;
  const bool fits = IsContrastive(data) || kind == ExampleKind::kText ||
                    (data.has_preferences() && kind != ExampleKind::kContrastive) ||
                    (data.has_labels() && kind == ExampleKind::kLabeled);
  if (fits) return absl::OkStatus();
  const char* const has = data.has_preferences() ? "preferences" : data.has_labels() ? "labels" : "demonstrations";
  return locations.Error(base::Below(path, "data"), absl::StrCat("is \"", arm.data(), "\", which has ", has, ", and ",
                                                                 method.title, " cannot be trained on them"));
}

// An arm cannot see more constitutions of a query than its data have, and of a file's rows none.
absl::Status CheckPairs(const ExperimentSpec& spec, const Arm& arm, const std::string& path,
                        const base::FieldLocations& locations) {
  const Data& data = *FindNode(spec.data(), arm.data());
  if (arm.has_pairs() && !IsContrastive(data)) {
    return locations.Error(base::Below(path, "pairs"),
                           absl::StrCat("is given, and data \"", arm.data(), "\" has no constitutions; leave it out"));
  }
  const int64_t n = data.constitutions_per_query();
  if (arm.seen_constitutions() <= n) return absl::OkStatus();
  return locations.Error(base::Below(path, "seen_constitutions"),
                         absl::StrCat("is ", arm.seen_constitutions(), ", and data \"", arm.data(), "\" has ", n,
                                      " constitutions a query; it must be at most that"));
}

// That an arm does not hold out all that its data can have, or nothing of it. How many rows a file has, and how many
// queries the filters leave, is for those to say who read them.
absl::Status CheckTakenOut(const ExperimentSpec& spec, const Arm& arm, const std::string& path,
                           const base::FieldLocations& locations) {
  const sami_harness::TrainingConfig training = DescribeMethod(arm).training;
  const Data& data = *FindNode(spec.data(), arm.data());
  if (!training.has_held_out() || !IsGenerated(data)) return absl::OkStatus();
  const sami_harness::Queries& queries = *FindNode(spec.queries(), data.queries());
  constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();
  const int64_t most = std::min(data.has_take() ? data.take() : kUnknown,
                                queries.has_take() ? std::max<int64_t>(0, queries.take() - data.skip()) : kUnknown);
  if (most == kUnknown || most == 0) return absl::OkStatus();  // of none the data set's own check speaks
  const absl::Status counted = training::HeldOutCount(training.held_out(), most).status();
  if (counted.ok()) return counted;
  const std::string method = Arm::descriptor()->FindFieldByNumber(arm.method_case())->name();
  return locations.Error(base::Below(path, method + ".training.held_out"),
                         absl::StrCat("cannot be taken from data \"", arm.data(), "\", which has at most ", most,
                                      " rows: ", counted.message()));
}

}  // namespace

absl::Status ValidateSpec(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(base::CheckLimits(spec, locations));
  RETURN_IF_ERROR(CheckName(spec.name(), "name", locations));
  RETURN_IF_ERROR(CheckNodes(spec, locations));
  for (int i = 0; i < spec.arms_size(); ++i) {
    if (!IsTrained(spec.arms(i))) continue;
    const std::string path = base::Below("", "arms", i);
    RETURN_IF_ERROR(CheckMethod(spec.arms(i), path, locations));
    RETURN_IF_ERROR(CheckKind(spec, spec.arms(i), path, locations));
    RETURN_IF_ERROR(CheckPairs(spec, spec.arms(i), path, locations));
    RETURN_IF_ERROR(CheckTakenOut(spec, spec.arms(i), path, locations));
  }
  for (int i = 0; i < spec.data_size(); ++i) {
    RETURN_IF_ERROR(CheckForbidden(spec.data(i), base::Below("", "data", i), locations));
    const std::string sampling = base::Below("", "data", i) + ".sampling";
    RETURN_IF_ERROR(CheckStop(spec.data(i).sampling(), sampling, locations));
    RETURN_IF_ERROR(CheckPublished(spec.data(i).sampling(), sampling, locations));
  }
  for (int i = 0; i < spec.accuracy_size(); ++i) {
    const std::string path = base::Below("", "accuracy", i);
    RETURN_IF_ERROR(CheckArms(spec.accuracy(i), path, locations));
    RETURN_IF_ERROR(CheckStop(spec.accuracy(i).sampling(), path + ".sampling", locations));
    if (spec.accuracy(i).sampling().as_published()) {
      return locations.Error(path + ".sampling.as_published", "is for data and evaluations; leave it out");
    }
    RETURN_IF_ERROR(CheckAccuracy(spec.accuracy(i), path, locations));
  }
  for (int i = 0; i < spec.information_size(); ++i) {
    const sami_harness::InformationSpec& information = spec.information(i);
    const std::string path = base::Below("", "information", i);
    RETURN_IF_ERROR(CheckDistinct(information.controls(), sami_harness::InformationSpec::Control_Name<int>, path,
                                  "controls", locations));
    RETURN_IF_ERROR(CheckStop(information, path, locations));
    RETURN_IF_ERROR(CheckArms(information, path, locations));
    RETURN_IF_ERROR(CheckComparisons(information, path, locations));
  }
  for (int i = 0; i < spec.evaluations_size(); ++i) {
    RETURN_IF_ERROR(CheckEvaluation(spec.evaluations(i), base::Below("", "evaluations", i), locations));
  }
  return absl::OkStatus();
}

absl::Status CheckHeldOut(const ExperimentSpec& spec, const std::string& data, int64_t rows) {
  for (const Arm& arm : spec.arms()) {
    if (!IsTrained(arm) || arm.data() != data) continue;
    const sami_harness::TrainingConfig training = DescribeMethod(arm).training;
    if (!training.has_held_out()) continue;
    RETURN_IF_ERROR(base::Annotate(training::HeldOutCount(training.held_out(), rows).status(),
                                   absl::StrCat("arm \"", arm.name(), "\", data \"", data, "\"")));
  }
  return absl::OkStatus();
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

}  // namespace experiments
