// Stage 2: one arm, trained from its parent on the contrastive data set. examples.h says what each method takes of it.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/pipeline/examples.h"
#include "experiments/pipeline/objectives.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "experiments/spec/methods.h"
#include "lm/chat/language_model.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/peft.h"
#include "lm/model/adapter.h"
#include "sami/contrastive_data.h"
#include "training/tensorboard/event_file.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

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
  const TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) {
    RETURN_IF_ERROR(lm::SaveAdapter(trained, AdapterOf(config.lora()), ModelInput(arm.parent()),
                                    pipeline.run->PathOf(AdapterFolder(arm.name()))));
  }
  const lm::Decoder merged = config.has_lora() ? lm::Merged(trained) : trained;
  lm::ModelConfig model = merged.config();
  model.storage = lm::StorageType::kFloat32;
  return lm::SaveModel(lm::Decoder(model, merged.parameters()), ModelFolder(pipeline, arm.parent()),
                       ModelFolder(pipeline, arm.name()));
}

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  // Under an adapter the projections stay frozen.
  const training::MethodDescription method = DescribeMethod(arm);
  const TrainingConfig& config = method.training;
  ASSIGN_OR_RETURN(lm::LanguageModel model, LoadArm(pipeline, arm.parent(), config.has_lora()));
  ASSIGN_OR_RETURN(const auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(kContrastiveFile)));
  // References are computed here, before there is an adapter.
  const training::ObjectiveInputs inputs = {
      model.decoder, arm.name(), pipeline.spec.seed(), lm::EndOfSequence(model), scratch, pipeline.threads};
  ASSIGN_OR_RETURN(const auto objective, MakeObjective(arm, ExamplesOf(method.examples, queries, model), inputs));
  if (config.has_lora()) {
    RETURN_IF_ERROR(base::Annotate(lm::AddAdapter(AdapterOf(config.lora()), pipeline.spec.seed(), model.decoder),
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
  RETURN_IF_ERROR(base::Annotate(training::Train(*objective, config, options, model.decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  RETURN_IF_ERROR(watched);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(MetricsFile(arm.name())), metrics));
  return Save(pipeline, arm, model.decoder);
}

}  // namespace

absl::Status TrainArm(const Pipeline& pipeline, const Arm& arm) {
  const std::string metrics_file = MetricsFile(arm.name());
  std::vector<std::string> outputs = {metrics_file, ModelFolder(arm.name())};
  if (DescribeMethod(arm).training.has_lora()) outputs.push_back(AdapterFolder(arm.name()));
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
