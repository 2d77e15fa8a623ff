// Stage 2: one arm, trained from its parent on its data, but for the rows that it holds out, by all ranks together.
// examples/examples.h says what each method takes of a row.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/pipeline/examples/arm_examples.h"
#include "experiments/pipeline/objectives.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/shared_work.h"
#include "experiments/pipeline/trained_model.h"
#include "experiments/run/records.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/language_model.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/model_places.h"
#include "lm/config/model_cost.h"
#include "lm/model/adapter.h"
#include "training/processes/group.h"
#include "training/sharding/sharded_layers.h"
#include "training/tensorboard/event_file.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

training::Group& GroupOf(const Pipeline& pipeline) { return training::OrAlone(pipeline.group); }

// The same metrics for TensorBoard, as a whole: a file never repeats a step.
absl::Status WriteEvents(const std::string& path, const std::vector<training::StepMetrics>& metrics) {
  std::vector<training::StepScalars> steps;
  for (const training::StepMetrics& step : metrics) steps.push_back(training::ScalarsOf(step));
  return base::WriteFileAtomically(path, training::EventFile(steps));
}

// Completes what is known before training: `cost` has the rows, `distinct` examples come of them.
TrainingCost WithSteps(const Pipeline& pipeline, const Arm& arm, const lm::ModelConfig& model, double distinct,
                       const std::vector<training::StepMetrics>& metrics, TrainingCost cost) {
  for (const training::StepMetrics& step : metrics) {
    if (step.held_out) continue;
    cost.steps = step.step;
    cost.examples += step.examples;
    cost.tokens += step.tokens;
  }
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  const int64_t constitutions =
      IsContrastive(data) ? SeenConstitutions(SeenPairsOf(pipeline.spec, arm), 0, data.constitutions_per_query()).size()
                          : 1;
  const training::MethodCost each = MethodCostOf(arm, constitutions);
  const double texts = cost.examples * each.trained;
  if (texts == 0) return cost;
  cost.flops = training::ForwardPasses(each, DescribeMethod(arm).training, cost.examples, distinct) *
               lm::ForwardFlops(model, cost.tokens / texts);
  return cost;
}

// What a training is made of, and what came of it.
struct Training {
  std::unique_ptr<training::ShardedLayers> layers;  // null: each rank has all weights
  lm::LanguageModel model;
  SplitExamples examples;
  lm::Decoder parent;
  std::unique_ptr<training::Objective> objective, held_out;
  double distinct = 0;  // examples
  std::vector<training::StepMetrics> metrics;
};

// This rank's parts of the layers.
absl::StatusOr<std::unique_ptr<training::ShardedLayers>> LoadLayers(const Pipeline& pipeline, const Arm& arm,
                                                                    const lm::Decoder& model) {
  ASSIGN_OR_RETURN(const lm::WeightReader weights, lm::WeightReader::Open(ModelFolder(pipeline, arm.parent())));
  return training::ShardedLayers::Load(
      model,
      [&](const std::string& name, int64_t begin, const torch::Tensor& out) { return weights.Read(name, begin, out); },
      GroupOf(pipeline));
}

// Sharded, a rank computes one microbatch at a time.
int TrainingThreads(const Pipeline& pipeline) { return pipeline.shard_weights ? 1 : pipeline.model_threads(); }

absl::StatusOr<Training> Load(const Pipeline& pipeline, const Arm& arm) {
  const TrainingConfig config = DescribeMethod(arm).training;
  // Under an adapter the projections stay frozen.
  ASSIGN_OR_RETURN(lm::LanguageModel model,
                   LoadModel(pipeline, arm.parent(), config.has_lora(), pipeline.shard_weights));
  std::unique_ptr<training::ShardedLayers> layers;
  if (pipeline.shard_weights) {
    ASSIGN_OR_RETURN(layers, LoadLayers(pipeline, arm, model.decoder));
    model.decoder.SetLayerSource(layers.get());
  }
  ASSIGN_OR_RETURN(SplitExamples examples, ReadExamples(pipeline, arm, model));
  if (model.ends.taught < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("arm \"", arm.name(), "\": the model's files name no end token, and a ",
                     "response needs one that ends it: ", absl::StrJoin(model.ends.facts, "; ")));
  }
  if (model.ends.stop.size() > 1) {
    examples.notes.push_back(absl::StrCat("arm ", arm.name(), ": responses are taught to end with ",
                                          model.tokenizer->Token(model.ends.taught).value_or(""), ", of the ",
                                          model.ends.stop.size(), " tokens that end a text"));
  }
  // Under an adapter the parent's weights stay as they are.
  const bool copies = MethodCostOf(arm, 2).keeps_parent && !config.has_lora();
  lm::Decoder parent = copies ? model.decoder.Clone() : model.decoder;
  return Training{std::move(layers), std::move(model), std::move(examples), std::move(parent), nullptr, nullptr, 0, {}};
}

absl::Status MakeObjectives(const Pipeline& pipeline, const Arm& arm, const std::string& scratch, Training& training) {
  const TrainingConfig config = DescribeMethod(arm).training;
  training.distinct = std::visit([](const auto& list) { return list.size(); }, training.examples.trained);
  // References are computed here, before there is an adapter.
  training::ObjectiveInputs inputs = {
      training.parent,           arm.name(),    SeedOf(pipeline.spec, arm), training.model.ends.taught, scratch,
      TrainingThreads(pipeline), pipeline.group};
  ASSIGN_OR_RETURN(training.objective, MakeObjective(arm, std::move(training.examples.trained), inputs));
  if (config.has_held_out()) {
    inputs.arm = absl::StrCat(arm.name(), " (held out)");
    inputs.scratch = absl::StrCat(scratch, "/held_out");
    RETURN_IF_ERROR(base::MakeFolders(inputs.scratch));
    auto made = MakeObjective(arm, std::move(training.examples.held_out), inputs);
    RETURN_IF_ERROR(base::Annotate(made.status(), inputs.arm));
    training.held_out = *std::move(made);
  }
  if (!config.has_lora()) return absl::OkStatus();
  return base::Annotate(lm::AddAdapter(AdapterOf(config.lora()), SeedOf(pipeline.spec, arm), training.model.decoder),
                        absl::StrCat("arm \"", arm.name(), "\": lora"));
}

absl::Status Train(const Pipeline& pipeline, const Arm& arm, const std::string& scratch, Training& training) {
  training::Group& group = GroupOf(pipeline);
  lm::Decoder& decoder = training.model.decoder;
  training::TrainerOptions options;
  options.name = arm.name();
  options.stream = "arm";
  options.seed = SeedOf(pipeline.spec, arm);
  options.threads = pipeline.model_threads();
  options.group = &group;
  options.layers = training.layers.get();
  options.state_path = absl::StrCat(scratch, "/state.safetensors");
  options.checkpoint_seconds = pipeline.checkpoint_seconds;
  options.held_out = training.held_out.get();
  options.save = [&](int64_t step, const lm::Decoder& model) {
    return SaveCheckpoint(pipeline, arm, model, scratch, step);
  };
  absl::Status watched;
  absl::Time shown = absl::Now();
  options.on_step = [&](const training::StepMetrics& step) {
    training.metrics.push_back(step);
    if (!group.leads() || absl::Now() - shown < absl::Seconds(pipeline.checkpoint_seconds)) return;
    // For those who watch the run's folder; the stage after this one puts its link in the file's place.
    watched.Update(WriteEvents(pipeline.run->OwnPathOf(EventsFile(arm.name())), training.metrics));
    shown = absl::Now();
  };
  RETURN_IF_ERROR(base::Annotate(training::Train(*training.objective, DescribeMethod(arm).training, options, decoder),
                                 absl::StrCat("arm \"", arm.name(), "\"")));
  return watched;
}

// Every rank's part. What goes wrong with one before the first step, all return.
absl::StatusOr<Training> TrainTogether(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  training::Group& group = GroupOf(pipeline);
  absl::StatusOr<Training> training = Load(pipeline, arm);
  RETURN_IF_ERROR(training::Agreed(group, training.status()));
  if (group.leads()) {
    for (const std::string& note : training->examples.notes) std::fprintf(stderr, "%s\n", note.c_str());
  }
  RETURN_IF_ERROR(training::Agreed(group, MakeObjectives(pipeline, arm, scratch, *training)));
  RETURN_IF_ERROR(Train(pipeline, arm, scratch, *training));
  return training;
}

absl::Status Save(const Pipeline& pipeline, const Arm& arm, const std::string& scratch, const Training& training) {
  const std::vector<training::StepMetrics>& metrics = training.metrics;
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(MetricsFile(arm.name())), metrics));
  TrainingCost cost;
  cost.rows = training.examples.rows;
  cost = WithSteps(pipeline, arm, training.model.decoder.config(), training.distinct, metrics, cost);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(TrainingCostFile(arm.name())), std::vector<TrainingCost>{cost}));
  if (DescribeMethod(arm).training.save_steps() > 0) {
    RETURN_IF_ERROR(PublishCheckpoints(scratch, pipeline.run->PathOf(CheckpointsFolder(arm.name()))));
  }
  return SaveTrained(pipeline, arm, training.model.decoder, metrics.empty() ? 0 : metrics.back().step);
}

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  RETURN_IF_ERROR(AskForTraining(pipeline, arm.name(), scratch));
  ASSIGN_OR_RETURN(const Training training, TrainTogether(pipeline, arm, scratch));
  absl::Status saved = Save(pipeline, arm, scratch, training);
  saved.Update(training.model.decoder.MeetOthers());  // who have given their parts of the layers meanwhile
  return saved;
}

// What an arm is trained on, as a stage's input.
std::string DataInput(const Pipeline& pipeline, const std::string& name) {
  const bool is_file = !IsContrastive(*FindNode(pipeline.spec.data(), name));
  return is_file ? absl::StrCat("data/", name) : ContrastiveFile(name);
}

}  // namespace

absl::Status CheckSharding(const Pipeline& pipeline) {
  if (!pipeline.shard_weights) return absl::OkStatus();
  for (const Arm& arm : pipeline.spec.arms()) {
    if (!IsTrained(arm)) continue;
    const auto refused = [&](absl::string_view why) {
      return absl::InvalidArgumentError(absl::StrCat("arm \"", arm.name(), "\": its weights cannot be sharded, as ",
                                                     why, "; leave out shard_weights of the deployment"));
    };
    const TrainingConfig config = DescribeMethod(arm).training;
    if (config.accumulated_microbatches() > 1) return refused("accumulated_microbatches is greater than 1");
    if (MethodCostOf(arm, 2).keeps_parent && !config.has_lora()) {
      return refused("its loss asks the model that training started from, which would be a second one");
    }
    const auto folder = pipeline.model_folders.find(RootModel(pipeline.spec, arm.parent()));
    if (folder == pipeline.model_folders.end()) continue;
    const absl::StatusOr<lm::ModelPlaces> places = lm::FindModelPlaces(folder->second);
    if (places.ok() && !places->adapter.empty()) {
      return refused("its model is an adapter's folder (sami merge-adapter writes a model)");
    }
  }
  return absl::OkStatus();
}

absl::Status HelpToTrain(const Pipeline& pipeline, const std::string& arm, const std::string& scratch) {
  const Arm* trained = FindNode(pipeline.spec.arms(), arm);
  SAMI_CHECK(trained != nullptr) << arm;
  if (std::filesystem::is_directory(scratch)) {
    ASSIGN_OR_RETURN(const Training training, TrainTogether(pipeline, *trained, scratch));
    return training.model.decoder.MeetOthers();
  }
  return training::Agreed(GroupOf(pipeline),
                          absl::FailedPreconditionError(absl::StrCat(
                              "rank ", GroupOf(pipeline).rank(), " does not see ", scratch,
                              ", where rank 0 trains: the store must be on a file system that all ranks share")));
}

absl::Status TrainArm(const Pipeline& pipeline, const Arm& arm) {
  const std::string metrics_file = MetricsFile(arm.name());
  std::vector<StageOutput> outputs = {{metrics_file, MetricsFile("arm")},
                                      {TrainingCostFile(arm.name()), TrainingCostFile("arm")},
                                      {ModelFolder(arm.name()), ModelFolder("arm")}};
  const TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) outputs.emplace_back(AdapterFolder(arm.name()), AdapterFolder("arm"));
  if (config.save_steps() > 0) outputs.emplace_back(CheckpointsFolder(arm.name()), CheckpointsFolder("arm"));
  // What an arm is called, and what its parent is, changes nothing: the parent's model is an input.
  Arm nameless = arm;
  nameless.clear_name();
  nameless.clear_parent();
  nameless.clear_data();
  nameless.clear_replicate_of();
  nameless.clear_grid_of();
  nameless.clear_settings_tried();
  // A file's rows can be read in more than one way; contrastive data are always what a data stage wrote.
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  const std::string settings = absl::StrCat(SettingsOf(pipeline, {&nameless}),
                                            "rows: ", IsContrastive(data) ? 0 : static_cast<int>(data.file_case()),
                                            "\n", ExampleSettings(pipeline, arm));
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
