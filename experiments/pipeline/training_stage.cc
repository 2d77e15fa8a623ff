// Stage 2: one arm, trained from its parent on its data, but for the rows that it holds out. examples.h says what each
// method takes of a row.
#include <cstdio>
#include <memory>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/data_files.h"
#include "experiments/pipeline/examples/examples.h"
#include "experiments/pipeline/objectives.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/trained_model.h"
#include "experiments/run/records.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/language_model.h"
#include "lm/checkpoint/model_places.h"
#include "lm/config/model_cost.h"
#include "lm/model/adapter.h"
#include "sami/contrastive_data.h"
#include "training/held_out.h"
#include "training/tensorboard/event_file.h"
#include "training/trainer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::TrainingConfig;

// The same metrics for TensorBoard, as a whole: a file never repeats a step.
absl::Status WriteEvents(const std::string& path, const std::vector<training::StepMetrics>& metrics) {
  std::vector<training::StepScalars> steps;
  for (const training::StepMetrics& step : metrics) steps.push_back(training::ScalarsOf(step));
  return base::WriteFileAtomically(path, training::EventFile(steps));
}

// The examples that an arm is trained on, of so many rows, and those that it holds out.
struct SplitExamples {
  training::Examples trained, held_out;
  int64_t rows = 0;
};

// Which of so many rows an arm holds out.
absl::StatusOr<std::vector<int64_t>> HeldOutOf(const Pipeline& pipeline, const Arm& arm, int64_t rows) {
  const TrainingConfig config = DescribeMethod(arm).training;
  if (!config.has_held_out()) return std::vector<int64_t>();
  ASSIGN_OR_RETURN(const int64_t count, training::HeldOutCount(config.held_out(), rows));
  return training::HeldOutRows(count, rows, pipeline.spec.seed());
}

ExampleOptions ExampleOptionsOf(const Pipeline& pipeline, const Arm& arm, const sami_harness::Data& data) {
  ExampleOptions options;
  options.seen = SeenPairsOf(pipeline.spec, arm);
  if (IsGenerated(data)) {
    options.asking = AskingOf(pipeline, data.prompts());
    // A model that is asked in conversation continues another text than one that is not.
    const auto tokenizer = [&](const std::string& name) {
      const std::string root = RootModel(pipeline.spec, name);
      if (!FindNode(pipeline.spec.models(), root)->has_folder()) return absl::StrCat("none of ", name);
      const auto places = lm::FindModelPlaces(pipeline.model_folders.at(root));
      const std::string path = lm::TokenizerPath(places.ok() ? places->texts : "");
      return absl::StrCat(base::Sha256HexOfFile(path).value_or(name), pipeline.chats.count(root));
    };
    options.keeps_sampled_ids = tokenizer(data.generator()) == tokenizer(arm.name());
  }
  for (const sami_harness::DataFile* file :
       {&data.contrastive(), &data.preferences(), &data.demonstrations(), &data.labels()}) {
    if (!file->allow_special_in_text()) continue;
    options.file_texts = options.asking.special = lm::SpecialText::kAsTokens;
  }
  return options;
}

// Of which a training is part, beside the data themselves.
std::string SettingsOf(const ExampleOptions& options) {
  std::string settings;
  if (!options.asking.system.empty())
    absl::StrAppend(&settings, "system: ", absl::CEscape(options.asking.system), "\n");
  if (options.asking.special == lm::SpecialText::kAsTokens) absl::StrAppend(&settings, "special tokens in texts\n");
  return settings;
}

absl::StatusOr<SplitExamples> ReadExamples(const Pipeline& pipeline, const Arm& arm, training::ExampleKind kind,
                                           const lm::LanguageModel& model) {
  const sami_harness::Data& data = *FindNode(pipeline.spec.data(), arm.data());
  ExampleOptions options = ExampleOptionsOf(pipeline, arm, data);
  SplitExamples examples;
  if (IsContrastive(data)) {
    ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(ContrastiveFile(arm.data()))));
    ASSIGN_OR_RETURN(const std::vector<int64_t> held_out_queries, HeldOutOf(pipeline, arm, queries.size()));
    options.queries.resize(queries.size());
    std::iota(options.queries.begin(), options.queries.end(), 0);
    training::TakeOut(held_out_queries, &options.queries);
    const auto held_out = training::TakeOut(held_out_queries, &queries);
    examples.rows = queries.size();
    ASSIGN_OR_RETURN(examples.trained, ExamplesOf(kind, queries, model, options));
    options.queries = held_out_queries;
    ASSIGN_OR_RETURN(examples.held_out, ExamplesOf(kind, held_out, model, options));
    return examples;
  }
  datasets::Notes notes;  // were said when the file was found
  ASSIGN_OR_RETURN(DataRows rows, ReadDataFile(pipeline, data, notes));
  ASSIGN_OR_RETURN(const auto indices, HeldOutOf(pipeline, arm, rows.preferences.size() + rows.completions.size()));
  // One of the lists is empty.
  DataRows held_out;
  if (!rows.preferences.empty()) held_out.preferences = training::TakeOut(indices, &rows.preferences);
  if (!rows.completions.empty()) held_out.completions = training::TakeOut(indices, &rows.completions);
  examples.rows = rows.preferences.size() + rows.completions.size();
  int64_t left_out = 0;
  for (const auto& [part, result] : {std::pair(&rows, &examples.trained), std::pair(&held_out, &examples.held_out)}) {
    auto made = ExamplesOf(kind, *part, model, options, &left_out);
    if (!made.ok()) return base::Annotate(made.status(), absl::StrCat("data \"", data.name(), "\""));
    *result = *std::move(made);
  }
  if (left_out > 0) {
    std::fprintf(stderr, "data %s: rows left out of %s, longer than the model's context of %d tokens or empty: %d\n",
                 data.name().c_str(), arm.name().c_str(), static_cast<int>(model.decoder.config().max_positions),
                 static_cast<int>(left_out));
  }
  return examples;
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

absl::Status TrainAndSave(const Pipeline& pipeline, const Arm& arm, const std::string& scratch) {
  // Under an adapter the projections stay frozen.
  const training::MethodDescription method = DescribeMethod(arm);
  const TrainingConfig& config = method.training;
  ASSIGN_OR_RETURN(lm::LanguageModel model, LoadModel(pipeline, arm.parent(), config.has_lora()));
  ASSIGN_OR_RETURN(SplitExamples examples, ReadExamples(pipeline, arm, method.examples, model));
  if (model.ends.taught < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("arm \"", arm.name(), "\": the model's files name no end token, and a ",
                     "response needs one that ends it: ", absl::StrJoin(model.ends.facts, "; ")));
  }
  if (model.ends.stop.size() > 1) {
    std::fprintf(stderr, "arm %s: responses are taught to end with %s, of the %d tokens that end a text\n",
                 arm.name().c_str(), model.tokenizer->Token(model.ends.taught).value_or("").c_str(),
                 static_cast<int>(model.ends.stop.size()));
  }
  // Under an adapter the parent's weights stay as they are.
  const bool copies = MethodCostOf(arm, 2).keeps_parent && !config.has_lora();
  TrainingCost cost;
  cost.rows = examples.rows;
  const double distinct = std::visit([](const auto& list) { return list.size(); }, examples.trained);
  const lm::Decoder parent = copies ? model.decoder.Clone() : model.decoder;
  // References are computed here, before there is an adapter.
  training::ObjectiveInputs inputs = {
      parent, arm.name(), SeedOf(pipeline.spec, arm), model.ends.taught, scratch, pipeline.model_threads()};
  ASSIGN_OR_RETURN(const auto objective, MakeObjective(arm, std::move(examples.trained), inputs));
  std::unique_ptr<training::Objective> held_out;
  if (config.has_held_out()) {
    inputs.arm = absl::StrCat(arm.name(), " (held out)");
    inputs.scratch = absl::StrCat(scratch, "/held_out");
    RETURN_IF_ERROR(base::MakeFolders(inputs.scratch));
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
  options.threads = pipeline.model_threads();
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
  cost = WithSteps(pipeline, arm, model.decoder.config(), distinct, metrics, cost);
  RETURN_IF_ERROR(WriteLines(pipeline.run->PathOf(TrainingCostFile(arm.name())), std::vector<TrainingCost>{cost}));
  if (config.save_steps() > 0) {
    RETURN_IF_ERROR(PublishCheckpoints(scratch, pipeline.run->PathOf(CheckpointsFolder(arm.name()))));
  }
  return SaveTrained(pipeline, arm, model.decoder, metrics.empty() ? 0 : metrics.back().step);
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
                                            "\n", SettingsOf(ExampleOptionsOf(pipeline, arm, data)));
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
