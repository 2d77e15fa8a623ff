#include "experiments/inputs/judges.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/sources/find_input.h"
#include "evaluation/judges/rule_judge.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/inputs/queries.h"
#include "experiments/run/layout.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::evaluation::JudgeSurroundings;
using ::sami_harness::EvaluationSpec;

std::string Title(const EvaluationSpec& evaluation, const EvaluationSpec::LanguageModelJudge& judge) {
  return absl::StrCat("evaluations \"", evaluation.name(), "\": language_model_judges \"", judge.name(), "\"");
}

// What make_judge.cc calls the folder of a local model.
constexpr char kFolderField[] = "judge.local.folder";

JudgeSurroundings SurroundingsOf(const Pipeline& pipeline, const EvaluationSpec::LanguageModelJudge& judge) {
  JudgeSurroundings surroundings;
  surroundings.find = [](const std::string& field, const std::string& path) {
    return field == kFolderField ? FindFolder(field, path) : datasets::FindInput(field, path);
  };
  const auto access = pipeline.judge_access.find(judge.name());
  if (access != pipeline.judge_access.end()) surroundings.access = &access->second;
  surroundings.threads = pipeline.model_threads();
  surroundings.device = pipeline.device;
  return surroundings;
}

absl::StatusOr<NamedJudge> MakeRule(const Pipeline& pipeline, const EvaluationSpec& evaluation, int rule) {
  NamedJudge judge;
  judge.name = JudgeName(rule);
  if (rule == EvaluationSpec::PRINCIPLE) {
    judge.made.judge = ::evaluation::MakePrincipleJudge();
    return judge;
  }
  ASSIGN_OR_RETURN(auto keys, AnswerKeys(*FindNode(pipeline.spec.queries(), evaluation.queries())));
  judge.made.judge = ::evaluation::MakeContentJudge(std::move(keys));
  return judge;
}

}  // namespace

std::string JudgeInput(const EvaluationSpec& evaluation, const std::string& judge) {
  return absl::StrCat("judge/", evaluation.name(), ".", judge);
}

absl::StatusOr<NamedJudge> MakePipelineJudge(const Pipeline& pipeline, const EvaluationSpec& evaluation, int index) {
  if (index < evaluation.judges_size()) return MakeRule(pipeline, evaluation, evaluation.judges(index));
  const auto& spec = evaluation.language_model_judges(index - evaluation.judges_size());
  JudgeSurroundings surroundings = SurroundingsOf(pipeline, spec);
  surroundings.exchanges = pipeline.run->OwnPathOf(ExchangesFile(evaluation.name(), spec.name()));
  // Another process may judge another comparison: what it records is not asked for again.
  surroundings.busy = lm::Recording::Busy::kWait;
  NamedJudge judge;
  judge.name = spec.name();
  judge.repeats = spec.judge().repeats();
  auto made = ::evaluation::MakeJudge(spec.judge(), surroundings);
  if (!made.ok()) return base::Annotate(made.status(), Title(evaluation, spec));
  judge.made = *std::move(made);
  return judge;
}

absl::Status FindJudges(Pipeline* pipeline) {
  for (const EvaluationSpec& evaluation : pipeline->spec.evaluations()) {
    for (const auto& judge : evaluation.language_model_judges()) {
      JudgeSurroundings surroundings = SurroundingsOf(*pipeline, judge);
      surroundings.access = nullptr;  // where a key is needed, CheckJudgeAccess tries it
      const auto hash = ::evaluation::JudgeInputsHash(judge.judge(), surroundings);
      if (!hash.ok()) return base::Annotate(hash.status(), Title(evaluation, judge));
      pipeline->input_hashes[JudgeInput(evaluation, judge.name())] = *hash;
    }
  }
  return absl::OkStatus();
}

std::vector<std::pair<std::string, std::string>> LocalJudges(const Pipeline& pipeline) {
  std::vector<std::pair<std::string, std::string>> judges;
  for (const EvaluationSpec& evaluation : pipeline.spec.evaluations()) {
    for (const auto& judge : evaluation.language_model_judges()) {
      if (!judge.judge().has_local()) continue;
      const auto folder = FindFolder(kFolderField, judge.judge().local().folder());
      if (folder.ok()) judges.emplace_back(Title(evaluation, judge), *folder);
    }
  }
  return judges;
}

absl::Status CheckJudgeAccess(const Pipeline& pipeline, const std::set<std::string>& asked) {
  std::set<std::string> endpoints;
  for (const EvaluationSpec& evaluation : pipeline.spec.evaluations()) {
    for (const auto& judge : evaluation.language_model_judges()) {
      if (!judge.judge().has_endpoint()) continue;
      endpoints.insert(judge.name());
      const auto access = pipeline.judge_access.find(judge.name());
      if (access == pipeline.judge_access.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat(Title(evaluation, judge), " is an endpoint, and the deployment has no judge_access ",
                         "for it: judge_access { judge: \"", judge.name(), "\" access { base_url: ... } }"));
      }
      if (asked.count(judge.name()) == 0) continue;
      RETURN_IF_ERROR(base::Annotate(::evaluation::MakeEndpoint(judge.judge().endpoint(), access->second).status(),
                                     Title(evaluation, judge)));
    }
  }
  for (const auto& [name, access] : pipeline.judge_access) {
    if (endpoints.count(name) > 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("deployment: judge_access is for \"", name, "\", and the spec has no endpoint of that name"));
  }
  return absl::OkStatus();
}

absl::Status NoModelAccess(const std::string& model) {
  return absl::InvalidArgumentError(absl::StrCat("models \"", model,
                                                 "\" is an endpoint, and the deployment has no model_access for it: ",
                                                 "model_access { model: \"", model, "\" access { base_url: ... } }"));
}

absl::Status CheckModelAccess(const Pipeline& pipeline, const std::set<std::string>& asked) {
  for (const sami_harness::Model& model : pipeline.spec.models()) {
    if (!model.has_endpoint()) continue;
    const auto access = pipeline.model_access.find(model.name());
    if (access == pipeline.model_access.end()) return NoModelAccess(model.name());
    if (asked.count(model.name()) == 0) continue;
    RETURN_IF_ERROR(base::Annotate(::evaluation::MakeEndpoint(model.endpoint(), access->second).status(),
                                   absl::StrCat("models \"", model.name(), "\"")));
  }
  for (const auto& [name, access] : pipeline.model_access) {
    const sami_harness::Model* model = FindNode(pipeline.spec.models(), name);
    if (model != nullptr && model->has_endpoint()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("deployment: model_access is for \"", name, "\", and the spec has no endpoint of that name"));
  }
  return absl::OkStatus();
}

}  // namespace experiments
