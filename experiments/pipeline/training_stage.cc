// Stage 2: one arm, trained from its parent on its data, but for the rows that it holds out. examples.h says what each
// method takes of a row.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

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
#include "training/held_out.h"
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
absl::Status WriteEvents(const std::string& path, const std::vector<training::StepMetrics>& metrics) {
  std::vector<training::StepScalars> steps;
  for (const training::StepMetrics& step : metrics) steps.push_back(training::ScalarsOf(step));
  return base::WriteFileAtomically(path, training::EventFile(steps));
}

// In full precision: at fine-tuning's rates most updates are smaller than bfloat16's spacing, and the next arm starts
// from here.
absl::Status SaveMerged(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained,
                        const std::string& folder) {
  const lm::Decoder merged = trained.adapter().empty() ? trained : lm::Merged(trained);
  lm::ModelConfig model = merged.config();
  model.storage = lm::StorageType::kFloat32;
  return lm::SaveModel(lm::Decoder(model, merged.parameters()), ModelFolder(pipeline, arm.parent()), folder);
}

// An adapter is kept by itself too.
absl::Status Save(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained) {
  const TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) {
    // Of no base model: which it is, its name and place, is the run's to say, and the store's to forget.
    RETURN_IF_ERROR(lm::SaveAdapter(trained, AdapterOf(config.lora()), /*base_model=*/"",
                                    pipeline.run->PathOf(AdapterFolder(arm.name()))));
  }
  return SaveMerged(pipeline, arm, trained, ModelFolder(pipeline, arm.name()));
}

// Where checkpoints are kept until the stage is complete. One that is started again finds its outputs removed and its
// scratch folder as it was, and continues behind the last of them.
std::string CheckpointsScratch(const std::string& scratch) { return absl::StrCat(scratch, "/checkpoints"); }

// One that is there was made before a kill, and is the same.
absl::Status SaveCheckpoint(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained,
                            const std::string& scratch, int64_t step) {
  const std::string folder = absl::StrCat(CheckpointsScratch(scratch), "/step-", step);
  return base::FileExists(folder) ? absl::OkStatus() : SaveMerged(pipeline, arm, trained, folder);
}

// They stay in the scratch folder, too, for a kill from here on: as hard links, where the file system has them.
absl::Status PublishCheckpoints(const std::string& scratch, const std::string& folder) {
  namespace fs = std::filesystem;
  RETURN_IF_ERROR(base::MakeFolders(CheckpointsScratch(scratch)));
  return base::WriteFolderAtomically(folder, [&](const std::string& partial) -> absl::Status {
    std::error_code error;
    const fs::path from = CheckpointsScratch(scratch);
    const auto recursive = fs::copy_options::recursive;
    fs::copy(from, partial, recursive | fs::copy_options::create_hard_links, error);
    if (error) fs::copy(from, partial, recursive | fs::copy_options::overwrite_existing, error);
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat(folder, ": cannot copy the checkpoints: ", error.message()));
  });
}

// The examples that an arm is trained on, and those that it holds out.
struct SplitExamples {
  training::Examples trained, held_out;
  std::vector<int64_t> trained_queries, held_out_queries;  // as ObjectiveInputs::queries
};

// Which of so many rows an arm holds out.
absl::StatusOr<std::vector<int64_t>> HeldOutOf(const Pipeline& pipeline, const Arm& arm, int64_t rows) {
  const TrainingConfig config = DescribeMethod(arm).training;
  if (!config.has_held_out()) return std::vector<int64_t>();
  ASSIGN_OR_RETURN(const int64_t count, training::HeldOutCount(config.held_out(), rows));
  return training::HeldOutRows(count, rows, pipeline.spec.seed());
}

absl::StatusOr<SplitExamples> ReadExamples(const Pipeline& pipeline, const Arm& arm, training::ExampleKind kind,
                                           const lm::LanguageModel& model) {
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  SplitExamples examples;
  if (IsContrastive(data)) {
    ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(ContrastiveFile(arm.data()))));
    ASSIGN_OR_RETURN(examples.held_out_queries, HeldOutOf(pipeline, arm, queries.size()));
    examples.trained_queries.resize(queries.size());
    std::iota(examples.trained_queries.begin(), examples.trained_queries.end(), 0);
    training::TakeOut(examples.held_out_queries, &examples.trained_queries);
    const auto held_out = training::TakeOut(examples.held_out_queries, &queries);
    examples.trained = ExamplesOf(kind, queries, model);
    examples.held_out = ExamplesOf(kind, held_out, model);
    return examples;
  }
  datasets::Notes notes;  // were said when the file was found
  ASSIGN_OR_RETURN(DataRows rows, ReadDataFile(pipeline, data, notes));
  ASSIGN_OR_RETURN(const auto indices, HeldOutOf(pipeline, arm, rows.preferences.size() + rows.completions.size()));
  // One of the lists is empty.
  DataRows held_out;
  if (!rows.preferences.empty()) held_out.preferences = training::TakeOut(indices, &rows.preferences);
  if (!rows.completions.empty()) held_out.completions = training::TakeOut(indices, &rows.completions);
  int64_t left_out = 0;
  examples.trained = ExamplesOf(kind, rows, model, &left_out);
  examples.held_out = ExamplesOf(kind, held_out, model, &left_out);
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
  ASSIGN_OR_RETURN(SplitExamples examples, ReadExamples(pipeline, arm, method.examples, model));
  // Under an adapter the parent's weights stay as they are.
  const bool copies = MethodCostOf(arm, 2).keeps_parent && !config.has_lora();
  const lm::Decoder parent = copies ? model.decoder.Clone() : model.decoder;
  // References are computed here, before there is an adapter.
  training::ObjectiveInputs inputs = {parent,  arm.name(),      SeedOf(pipeline.spec, arm), lm::EndOfSequence(model),
                                      scratch, pipeline.threads};
  inputs.queries = std::move(examples.trained_queries);
  ASSIGN_OR_RETURN(const auto objective, MakeObjective(arm, std::move(examples.trained), inputs));
  std::unique_ptr<training::Objective> held_out;
  if (config.has_held_out()) {
    inputs.arm = absl::StrCat(arm.name(), " (held out)");
    inputs.scratch = absl::StrCat(scratch, "/held_out");
    RETURN_IF_ERROR(base::MakeFolders(inputs.scratch));
    inputs.queries = std::move(examples.held_out_queries);
    auto made = MakeObjective(arm, std::move(examples.held_out), inputs);
    RETURN_IF_ERROR(base::Annotate(made.status(), inputs.arm));
    held_out = *std::move(made);
  }
  if (config.has_lora()) {
    RETURN_IF_ERROR(base::Annotate(lm::AddAdapter(AdapterOf(config.lora()), SeedOf(pipeline.spec, arm), model.decoder),
                                   absl::StrCat("arm \"", arm.name(), "\": lora")));
  }
  std::vector<training::StepMetrics> metrics;
  training::TrainerOptions options;
  options.name = arm.name();
  options.stream = "arm";
  options.seed = SeedOf(pipeline.spec, arm);
  options.threads = pipeline.threads;
  options.state_path = absl::StrCat(scratch, "/state.safetensors");
  options.checkpoint_seconds = pipeline.checkpoint_seconds;
  options.held_out = held_out.get();
  options.save = [&](int64_t step) { return SaveCheckpoint(pipeline, arm, model.decoder, scratch, step); };
  absl::Status watched;
  absl::Time shown = absl::Now();
  options.on_step = [&](const training::StepMetrics& step) {
    metrics.push_back(step);
    if (absl::Now() - shown < absl::Seconds(pipeline.checkpoint_seconds)) return;
    // For those who watch the run's folder; the stage after this one puts its link in the file's place.
    watched.Update(WriteEvents(pipeline.run->OwnPathOf(EventsFile(arm.name())), metrics));
    shown = absl::Now();
  };
  RETURN_IF_ERROR(base::Annotate(training::Train(*objective, config, options, model.decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  RETURN_IF_ERROR(watched);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(MetricsFile(arm.name())), metrics));
  if (config.save_steps() > 0) {
    RETURN_IF_ERROR(PublishCheckpoints(scratch, pipeline.run->PathOf(CheckpointsFolder(arm.name()))));
  }
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
  const TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) outputs.emplace_back(AdapterFolder(arm.name()), AdapterFolder("arm"));
  if (config.save_steps() > 0) outputs.emplace_back(CheckpointsFolder(arm.name()), CheckpointsFolder("arm"));
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
                            return WriteEvents(pipeline.run->PathOf(EventsFile(arm.name())), metrics);
                          });
}

}  // namespace experiments
