// Pipeline stages of a preference-free alignment experiment. Each reads files of the stages before it and writes its
// own; experiments/run has the files' names and formats (layout.h).
//
// Every stage is a pure function of its inputs and settings: the same bytes on any number of threads. Both are its key
// in the store (experiments/run/stage.h): what is left out of them there would be taken from a run that differs in it.
// Arms' names are settings of the stages whose files have them, and of no other.
#ifndef EXPERIMENTS_PIPELINE_PIPELINE_H_
#define EXPERIMENTS_PIPELINE_PIPELINE_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "experiments/run/layout.h"
#include "experiments/spec/spec.pb.h"
#include "google/protobuf/message.h"

namespace lm {
struct LanguageModel;  // lm/chat/language_model.h: stages that load none are not compiled again with it
}

namespace experiments {

// Which queries are both trained on and asked. `summary` is what to print.
absl::Status WriteOverlap(const Pipeline& pipeline, std::string* summary);
// Has a model write the principles of a set, unless that is only planned. Those that are there, now or from before, are
// the pipeline's from then on, and their hash that of the set.
absl::Status WritePrinciples(const sami_harness::Constitutions& set, Pipeline* pipeline);
// Queries x constitutions -> responses -> filters.
absl::Status GenerateData(const Pipeline& pipeline, const sami_harness::Data& data);
// What trivial cues tell about the constitutions. Prints the audit's table to stderr.
absl::Status AuditLeaks(const Pipeline& pipeline, const sami_harness::Data& data);
// With LoRA: the merged model, and the adapter (PEFT). Metrics also as a TensorBoard event file.
absl::Status TrainArm(const Pipeline& pipeline, const sami_harness::Arm& arm);
// What a rank other than 0 does when rank 0 trains an arm: the same, but it writes nothing. `scratch`: that of rank 0's
// stage.
absl::Status HelpToTrain(const Pipeline& pipeline, const std::string& arm, const std::string& scratch);
// Where the pipeline shards weights: that all trainings can be made so (training/sharding/sharded_layers.h).
absl::Status CheckSharding(const Pipeline& pipeline);
// What every arm is asked, for those who read the run: the stages draw the questions anew from the spec.
absl::Status WriteQuestions(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation);
absl::Status AnswerQuestions(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation,
                             const std::string& arm);
absl::Status EstimateInformation(const Pipeline& pipeline, const sami_harness::InformationSpec& information,
                                 const std::string& arm);
// Every comparison by every judge, in both orders: a stage each.
absl::Status JudgeAnswers(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation);
// `summary` is what to print: both tables of the audit; the first alone where no SAMI arm is trained on the data.
absl::Status CompareLeaks(const Pipeline& pipeline, const sami_harness::Data& data, std::string* summary);
// `summary` is what to print: the tables that people read first.
absl::Status WriteReport(const Pipeline& pipeline, const sami_harness::EvaluationSpec& evaluation,
                         std::string* summary);
// The table of all arms' information I(Y; C | X).
absl::Status WriteInformationReport(const Pipeline& pipeline, const sami_harness::InformationSpec& information,
                                    std::string* summary);
absl::Status SampleAttempts(const Pipeline& pipeline, const sami_harness::AccuracySpec& accuracy,
                            const std::string& arm);
absl::Status WriteAccuracyReport(const Pipeline& pipeline, const sami_harness::AccuracySpec& accuracy,
                                 std::string* summary);
// What the run claims, after all that is measured. `summary` is what to print.
absl::Status WriteClaims(const Pipeline& pipeline, std::string* summary);
// The last stage.
absl::Status WritePage(const Pipeline& pipeline);

// The path of the folder of an arm's model or of a model from outside.
std::string ModelFolder(const Pipeline& pipeline, const std::string& arm_or_model);
// What it is called among a stage's inputs: "models/<arm>" or "model/<name>".
std::string ModelInput(const Pipeline& pipeline, const std::string& arm_or_model);
// It, on the run's device.
//   keep_stored, without_layers: as in lm::LoadOptions; all but who trains the weights themselves can do with the first
absl::StatusOr<lm::LanguageModel> LoadModel(const Pipeline& pipeline, const std::string& arm_or_model,
                                            bool keep_stored = true, bool without_layers = false);

// The seed and these parts of the spec, without places (base/textproto/limits.proto), as a stage's settings.
std::string SettingsOf(const Pipeline& pipeline, const std::vector<const google::protobuf::Message*>& parts);

// Of what stage of the pipeline.
struct StageName {
  std::string kind;     // "train"
  std::string subject;  // an arm, "test.sami" for an evaluation's answers of one; may be empty
};

// The same with the wording of the prompts and without what a message names of other nodes: they are inputs.
std::string SettingsOf(const Pipeline& pipeline, const google::protobuf::Message& part, const std::string& prompts);

// Runs a stage that reads `inputs` (keys of Pipeline::input_hashes or outputs of earlier stages) and writes `outputs`.
absl::Status RunPipelineStage(const Pipeline& pipeline, const StageName& name, const std::string& settings,
                              const std::vector<std::string>& inputs, const std::vector<StageOutput>& outputs,
                              absl::FunctionRef<absl::Status(const std::string& scratch)> work);

// A text among a stage's outputs; empty where the stage was only planned.
absl::StatusOr<std::string> OutputText(const Pipeline& pipeline, const std::string& stage, const std::string& file);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_PIPELINE_H_
