// Stage 2: one arm, trained from its parent on the contrastive data set.
//
// SFT trains on the first constitution's responses (every principle asked for), DPO prefers them to the second's
// (every antithesis) under the first constitution's prompt, SAMI takes all n x n pairs.
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/progress.h"
#include "base/status.h"
#include "baselines/dpo/objective.h"
#include "baselines/dpo/reference_cache.h"
#include "baselines/sft/objective.h"
#include "experiments/pipeline/examples.h"
#include "experiments/pipeline/pipeline.h"
#include "lm/checkpoint.h"
#include "lm/language_model.h"
#include "sami/contrastive_data.h"
#include "sami/objective.h"
#include "sami/semantics.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

struct Method {
  std::unique_ptr<training::Objective> objective;
  TrainingConfig config;
};

// Each query with its first `count` pairs; with all of them where count is 0.
std::vector<sami::ContrastiveQuery> FirstPairs(std::vector<sami::ContrastiveQuery> queries, int64_t count) {
  for (sami::ContrastiveQuery& query : queries) {
    if (count > 0 && count < static_cast<int64_t>(query.pairs.size())) query.pairs.resize(count);
  }
  return queries;
}

absl::StatusOr<Method> MakeMethod(const Pipeline& pipeline, const Arm& arm, const lm::LanguageModel& parent,
                                  const std::vector<sami::ContrastiveQuery>& queries, const std::string& scratch) {
  const int64_t context = parent.decoder.config().max_positions;
  Method method;
  switch (arm.method_case()) {
    case Arm::kSft: {
      method.config = arm.sft().training();
      ASSIGN_OR_RETURN(method.objective, sft::MakeSftObjective(arm.sft(), TextExamples(queries, parent), context));
      break;
    }
    case Arm::kDpo: {
      method.config = arm.dpo().training();
      std::vector<dpo::PreferenceExample> examples = PreferenceExamples(queries, parent);
      std::vector<dpo::ReferenceLogProbs> references;
      if (!arm.dpo().reference_free()) {
        base::Progress progress(absl::StrCat("reference of ", arm.name()), examples.size(), "pairs");
        ASSIGN_OR_RETURN(references,
                         dpo::CachedReferenceLogProbs(absl::StrCat(scratch, "/reference.safetensors"), parent.decoder,
                                                      examples, pipeline.threads, &progress));
        RETURN_IF_ERROR(dpo::CheckStartsAtReference(parent.decoder, examples, references));
      }
      ASSIGN_OR_RETURN(method.objective,
                       dpo::MakeDpoObjective(arm.dpo(), std::move(examples), std::move(references), context));
      break;
    }
    case Arm::kSami: {
      method.config = sami::EffectiveTraining(arm.sami());
      sami::SamiOptions options;
      options.semantics = arm.sami().semantics();
      options.eos = lm::EndOfSequence(parent);
      options.kl_weight = arm.sami().kl_weight();
      // A copy: the parent's own weights are what is trained.
      if (options.kl_weight > 0) options.reference = std::make_shared<const lm::Decoder>(parent.decoder.Clone());
      ASSIGN_OR_RETURN(
          method.objective,
          sami::MakeSamiObjective(ContrastiveExamples(FirstPairs(queries, arm.sami().first_constitutions()), parent),
                                  context, options));
      break;
    }
    case Arm::METHOD_NOT_SET:
      return absl::InvalidArgumentError(absl::StrCat("arm \"", arm.name(), "\" has no method"));
  }
  return method;
}

base::OrderedJson ToJson(const training::StepMetrics& step) {
  base::OrderedJson json;
  json["step"] = step.step;
  json["epoch"] = step.epoch;
  json["loss"] = step.loss;
  json["grad_norm"] = step.grad_norm;
  json["learning_rate"] = step.learning_rate;
  json["examples"] = step.examples;
  json["tokens"] = step.tokens;
  for (const auto& [name, value] : step.metrics) json[name] = value;
  return json;
}

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  const std::string parent_folder = ModelFolder(pipeline, arm.parent());
  ASSIGN_OR_RETURN(lm::LanguageModel model, lm::LoadLanguageModel(parent_folder));
  ASSIGN_OR_RETURN(const auto queries, sami::ReadContrastiveData(pipeline.run->PathOf("data/contrastive.jsonl")));
  ASSIGN_OR_RETURN(const Method method, MakeMethod(pipeline, arm, model, queries, scratch));
  std::vector<base::OrderedJson> metrics;
  training::TrainerOptions options;
  options.name = arm.name();
  options.seed = pipeline.spec.seed();
  options.threads = pipeline.threads;
  options.state_path = absl::StrCat(scratch, "/state.safetensors");
  options.checkpoint_seconds = pipeline.checkpoint_seconds;
  options.on_step = [&](const training::StepMetrics& step) { metrics.push_back(ToJson(step)); };
  RETURN_IF_ERROR(base::Annotate(training::Train(*method.objective, method.config, options, model.decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  RETURN_IF_ERROR(base::WriteJsonLines(pipeline.run->PathOf(absl::StrCat("metrics/", arm.name(), ".jsonl")), metrics));
  // In full: at fine-tuning's rates most updates are smaller than bfloat16's spacing, and the next arm starts from
  // here.
  lm::ModelConfig config = model.decoder.config();
  config.storage = lm::StorageType::kFloat32;
  return lm::SaveModel(lm::Decoder(config, model.decoder.parameters()), parent_folder,
                       pipeline.run->PathOf(absl::StrCat("models/", arm.name())));
}

}  // namespace

absl::Status TrainArm(const Pipeline& pipeline, const Arm& arm) {
  return RunPipelineStage(pipeline, absl::StrCat("train_", arm.name()),
                          {ModelInput(arm.parent()), "data/contrastive.jsonl"},
                          {absl::StrCat("metrics/", arm.name(), ".jsonl"), absl::StrCat("models/", arm.name())},
                          [&](const std::string& scratch) { return TrainAndSave(pipeline, arm, scratch); });
}

}  // namespace experiments
