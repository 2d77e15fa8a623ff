// Stage 2: one arm, trained from its parent on the contrastive data set. examples.h says what each method takes of it.
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/data_files.h"
#include "experiments/pipeline/examples.h"
#include "experiments/pipeline/objectives.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
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
absl::Status WriteEvents(const std::string& path, const Arm& arm, const std::vector<training::StepMetrics>& metrics) {
  std::vector<training::StepScalars> steps;
  for (const training::StepMetrics& step : metrics) {
    ASSIGN_OR_RETURN(training::StepScalars scalars, training::ScalarsOf(ToJson(step), MetricsFile(arm.name())));
    steps.push_back(std::move(scalars));
  }
  return base::WriteFileAtomically(path, training::EventFile(steps));
}

// In full precision: at fine-tuning's rates most updates are smaller than bfloat16's spacing, and the next arm starts
// from here. An adapter is kept by itself too.
absl::Status Save(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained) {
  const TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) {
    // Of no base model: which it is, its name and place, is the run's to say, and the store's to forget.
    RETURN_IF_ERROR(lm::SaveAdapter(trained, AdapterOf(config.lora()), /*base_model=*/"",
                                    pipeline.run->PathOf(AdapterFolder(arm.name()))));
  }
  const lm::Decoder merged = config.has_lora() ? lm::Merged(trained) : trained;
  lm::ModelConfig model = merged.config();
  model.storage = lm::StorageType::kFloat32;
  return lm::SaveModel(lm::Decoder(model, merged.parameters()), ModelFolder(pipeline, arm.parent()),
                       ModelFolder(pipeline, arm.name()));
}

absl::StatusOr<training::Examples> ReadExamples(const Pipeline& pipeline, const Arm& arm, training::ExampleKind kind,
                                                const lm::LanguageModel& model) {
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  if (IsContrastive(data)) {
    ASSIGN_OR_RETURN(const auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(ContrastiveFile(arm.data()))));
    return ExamplesOf(kind, queries, model);
  }
  datasets::Notes notes;  // were said when the file was found
  ASSIGN_OR_RETURN(const DataRows rows, ReadDataFile(pipeline, data, notes));
  int64_t left_out = 0;
  training::Examples examples = ExamplesOf(kind, rows, model, &left_out);
  if (left_out > 0) {
    std::fprintf(stderr, "data %s: rows left out of %s, longer than the model's context of %d tokens or empty: %d\n",
                 data.name().c_str(), arm.name().c_str(), static_cast<int>(model.decoder.config().max_positions),
                 static_cast<int>(left_out));
  }
  return examples;
}

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  // Under an adapter the projections stay frozen.
  const training::MethodDescription method = DescribeMethod(arm);
  const TrainingConfig& config = method.training;
  ASSIGN_OR_RETURN(lm::LanguageModel model, LoadModel(pipeline, arm.parent(), config.has_lora()));
  ASSIGN_OR_RETURN(training::Examples examples, ReadExamples(pipeline, arm, method.examples, model));
  // References are computed here, before there is an adapter.
  const training::ObjectiveInputs inputs = {
      model.decoder, arm.name(), pipeline.spec.seed(), lm::EndOfSequence(model), scratch, pipeline.threads};
  ASSIGN_OR_RETURN(const auto objective, MakeObjective(arm, std::move(examples), inputs));
  if (config.has_lora()) {
    RETURN_IF_ERROR(base::Annotate(lm::AddAdapter(AdapterOf(config.lora()), pipeline.spec.seed(), model.decoder),
                                   absl::StrCat("arm \"", arm.name(), "\": lora")));
  }
  std::vector<training::StepMetrics> metrics;
  training::TrainerOptions options;
  options.name = arm.name();
  options.stream = "arm";
  options.seed = pipeline.spec.seed();
  options.threads = pipeline.threads;
  options.state_path = absl::StrCat(scratch, "/state.safetensors");
  options.checkpoint_seconds = pipeline.checkpoint_seconds;
  absl::Status watched;
  absl::Time shown = absl::Now();
  options.on_step = [&](const training::StepMetrics& step) {
    metrics.push_back(step);
    if (absl::Now() - shown < absl::Seconds(pipeline.checkpoint_seconds)) return;
    // For those who watch the run's folder; the stage after this one puts its link in the file's place.
    watched.Update(WriteEvents(pipeline.run->OwnPathOf(EventsFile(arm.name())), arm, metrics));
    shown = absl::Now();
  };
  RETURN_IF_ERROR(base::Annotate(training::Train(*objective, config, options, model.decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  RETURN_IF_ERROR(watched);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(MetricsFile(arm.name())), metrics));
  return Save(pipeline, arm, model.decoder);
}

// What an arm is trained on, as a stage's input.
std::string DataInput(const Pipeline& pipeline, const std::string& name) {
  const bool is_file = !IsContrastive(*FindNode(pipeline.spec.data(), name));
  return is_file ? absl::StrCat("data/", name) : ContrastiveFile(name);
}

}  // namespace

absl::Status TrainArm(const Pipeline& pipeline, const Arm& arm) {
  const std::string metrics_file = MetricsFile(arm.name());
  std::vector<StageOutput> outputs = {{metrics_file, MetricsFile("arm")},
                                      {ModelFolder(arm.name()), ModelFolder("arm")}};
  if (DescribeMethod(arm).training.has_lora()) outputs.emplace_back(AdapterFolder(arm.name()), AdapterFolder("arm"));
  // What an arm is called, and what its parent is, changes nothing: the parent's model is an input.
  Arm nameless = arm;
  nameless.clear_name();
  nameless.clear_parent();
  nameless.clear_data();
  // A file's rows can be read in more than one way; contrastive data are always what a data stage wrote.
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  const std::string settings = absl::StrCat(
      SettingsOf(pipeline, {&nameless}), "rows: ", IsContrastive(data) ? 0 : static_cast<int>(data.file_case()), "\n");
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {"train", arm.name()}, settings,
                                   {ModelInput(pipeline, arm.parent()), DataInput(pipeline, arm.data())}, outputs,
                                   [&](const std::string& scratch) { return TrainAndSave(pipeline, arm, scratch); }));
  return RunPipelineStage(pipeline, {"tensorboard", arm.name()}, "", {metrics_file},
                          {{EventsFile(arm.name()), EventsFile("arm")}}, [&](const std::string&) -> absl::Status {
                            ASSIGN_OR_RETURN(const auto metrics,
                                             ReadLines(pipeline.run->PathOf(metrics_file), ParseStepMetrics));
                            return WriteEvents(pipeline.run->PathOf(EventsFile(arm.name())), arm, metrics);
                          });
}

}  // namespace experiments
