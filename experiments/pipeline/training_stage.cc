// Stage 2: one arm, trained from its parent on the contrastive data set.
//
// SFT trains on the first constitution's responses (every principle asked for), DPO prefers them to the second's
// (every antithesis) under the first constitution's prompt, SAMI takes all n x n pairs.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "baselines/dpo/objective.h"
#include "baselines/dpo/reference_cache.h"
#include "baselines/sft/objective.h"
#include "experiments/pipeline/examples.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "lm/chat/language_model.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/peft.h"
#include "lm/model/adapter.h"
#include "sami/contrastive_data.h"
#include "sami/objective.h"
#include "sami/semantics.h"
#include "training/tensorboard/event_file.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

const TrainingConfig& TrainingOf(const Arm& arm) {
  if (arm.has_sami()) return arm.sami().training();
  return arm.has_dpo() ? arm.dpo().training() : arm.sft().training();
}

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
      // A copy, where the parent's own weights are what is trained.
      if (options.kl_weight > 0) {
        const lm::Decoder& decoder = parent.decoder;
        options.reference = std::make_shared<const lm::Decoder>(method.config.has_lora() ? decoder : decoder.Clone());
      }
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

lm::AdapterConfig AdapterOf(const sami_harness::LoraConfig& lora) {
  lm::AdapterConfig config;
  config.rank = lora.rank();
  config.alpha = lora.alpha();
  config.rank_stabilized = lora.rank_stabilized();
  config.targets.assign(lora.target_modules().begin(), lora.target_modules().end());
  return config;
}

// The same metrics for TensorBoard, as a whole: a file never repeats a step.
absl::Status WriteEvents(const Pipeline& pipeline, const Arm& arm, const std::vector<training::StepMetrics>& metrics) {
  std::vector<training::StepScalars> steps;
  for (const training::StepMetrics& step : metrics) {
    ASSIGN_OR_RETURN(training::StepScalars scalars, training::ScalarsOf(ToJson(step), MetricsFile(arm.name())));
    steps.push_back(std::move(scalars));
  }
  return base::WriteFileAtomically(pipeline.run->PathOf(EventsFile(arm.name())), training::EventFile(steps));
}

// In full precision: at fine-tuning's rates most updates are smaller than bfloat16's spacing, and the next arm starts
// from here. An adapter is kept by itself too.
absl::Status Save(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained) {
  if (TrainingOf(arm).has_lora()) {
    RETURN_IF_ERROR(lm::SaveAdapter(trained, AdapterOf(TrainingOf(arm).lora()), ModelInput(arm.parent()),
                                    pipeline.run->PathOf(AdapterFolder(arm.name()))));
  }
  const lm::Decoder merged = TrainingOf(arm).has_lora() ? lm::Merged(trained) : trained;
  lm::ModelConfig config = merged.config();
  config.storage = lm::StorageType::kFloat32;
  return lm::SaveModel(lm::Decoder(config, merged.parameters()), ModelFolder(pipeline, arm.parent()),
                       ModelFolder(pipeline, arm.name()));
}

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  // Under an adapter the projections stay frozen.
  ASSIGN_OR_RETURN(lm::LanguageModel model, LoadArm(pipeline, arm.parent(), TrainingOf(arm).has_lora()));
  ASSIGN_OR_RETURN(const auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(kContrastiveFile)));
  // The references are computed here, before there is an adapter.
  ASSIGN_OR_RETURN(const Method method, MakeMethod(pipeline, arm, model, queries, scratch));
  if (method.config.has_lora()) {
    RETURN_IF_ERROR(base::Annotate(lm::AddAdapter(AdapterOf(method.config.lora()), pipeline.spec.seed(), model.decoder),
                                   absl::StrCat("arm \"", arm.name(), "\": lora")));
  }
  std::vector<training::StepMetrics> metrics;
  training::TrainerOptions options;
  options.name = arm.name();
  options.seed = pipeline.spec.seed();
  options.threads = pipeline.threads;
  options.state_path = absl::StrCat(scratch, "/state.safetensors");
  options.checkpoint_seconds = pipeline.checkpoint_seconds;
  absl::Status watched;
  absl::Time shown = absl::Now();
  options.on_step = [&](const training::StepMetrics& step) {
    metrics.push_back(step);
    if (absl::Now() - shown < absl::Seconds(pipeline.checkpoint_seconds)) return;
    // For those who watch; the stage after this one writes the file for good.
    watched.Update(WriteEvents(pipeline, arm, metrics));
    shown = absl::Now();
  };
  RETURN_IF_ERROR(base::Annotate(training::Train(*method.objective, method.config, options, model.decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  RETURN_IF_ERROR(watched);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(MetricsFile(arm.name())), metrics));
  return Save(pipeline, arm, model.decoder);
}

}  // namespace

absl::Status TrainArm(const Pipeline& pipeline, const Arm& arm) {
  const std::string metrics_file = MetricsFile(arm.name());
  std::vector<std::string> outputs = {metrics_file, ModelFolder(arm.name())};
  if (TrainingOf(arm).has_lora()) outputs.push_back(AdapterFolder(arm.name()));
  RETURN_IF_ERROR(RunPipelineStage(pipeline, absl::StrCat("train_", arm.name()),
                                   {ModelInput(arm.parent()), kContrastiveFile}, outputs,
                                   [&](const std::string& scratch) { return TrainAndSave(pipeline, arm, scratch); }));
  return RunPipelineStage(pipeline, absl::StrCat("tensorboard_", arm.name()), {metrics_file}, {EventsFile(arm.name())},
                          [&](const std::string&) -> absl::Status {
                            ASSIGN_OR_RETURN(const auto metrics,
                                             ReadLines(pipeline.run->PathOf(metrics_file), ParseStepMetrics));
                            return WriteEvents(pipeline, arm, metrics);
                          });
}

}  // namespace experiments
