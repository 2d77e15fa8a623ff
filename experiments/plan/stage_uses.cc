#include "experiments/plan/stage_uses.h"

#include "absl/strings/str_cat.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;

// Nothing for a recording.
StageUse UseOf(const ExperimentSpec& spec, const std::string& arm_or_model) {
  const sami_harness::Model* model = FindNode(spec.models(), RootModel(spec, arm_or_model));
  StageUse use;
  if (model != nullptr && model->has_endpoint()) use.server = model->name();
  if (model != nullptr && model->has_folder()) use.weights = model->name();
  return use;
}

StageUse UseOf(const sami_harness::EvaluationSpec::LanguageModelJudge& judge) {
  StageUse use;
  if (judge.judge().has_endpoint()) use.judge = judge.name();
  if (judge.judge().has_local()) use.local_judge = judge.judge().local().folder();
  return use;
}

}  // namespace

std::map<std::string, StageUse> StageUses(const ExperimentSpec& spec) {
  std::map<std::string, StageUse> uses;
  for (const auto& set : spec.constitutions()) {
    if (set.has_written_by()) uses["principles_" + set.name()] = UseOf(spec, set.written_by().model());
  }
  for (const auto& data : spec.data()) {
    if (IsGenerated(data)) uses["data_" + data.name()] = UseOf(spec, data.generator());
  }
  for (const auto& arm : spec.arms()) {
    if (IsTrained(arm)) uses["train_" + arm.name()] = UseOf(spec, arm.name());
  }
  const auto add = [&](const char* kind, const auto& askers) {
    for (const auto& asker : askers) {
      for (const std::string& arm : AskedArms(spec, asker)) {
        uses[absl::StrCat(kind, "_", asker.name(), ".", arm)] = UseOf(spec, arm);
      }
    }
  };
  add("answers", spec.evaluations());
  add("information", spec.information());
  add("attempts", spec.accuracy());
  for (const auto& evaluation : spec.evaluations()) {
    for (const auto& judge : evaluation.language_model_judges()) {
      for (const auto& comparison : evaluation.comparisons()) {
        uses[absl::StrCat("judgments_", evaluation.name(), ".", judge.name(), ".", ComparisonName(comparison))] =
            UseOf(judge);
      }
    }
  }
  for (auto use = uses.begin(); use != uses.end();) {
    use = use->second.AsksServer() || use->second.Computes() ? std::next(use) : uses.erase(use);
  }
  return uses;
}

}  // namespace experiments
