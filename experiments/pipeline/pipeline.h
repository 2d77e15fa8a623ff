// Pipeline stages of a preference-free alignment experiment. Each reads files of the stages before it and writes its
// own; experiments/run has the files' names and formats (layout.h).
//
// Every stage is a pure function of the files it reads and of the spec: the same bytes on any number of threads. What
// a stage reads is among its inputs in its record (experiments/run/stage.h), so that a change redoes what depends on
// it.
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

namespace lm {
struct LanguageModel;  // lm/chat/language_model.h: stages that load none are not compiled again with it
}

namespace experiments {

// Queries x constitutions -> responses -> filters.
absl::Status GenerateData(const Pipeline& pipeline);
// What trivial cues tell about the constitutions. Prints the audit's table to stderr.
absl::Status AuditLeaks(const Pipeline& pipeline);
// With LoRA: the merged model, and the adapter (PEFT). Metrics also as a TensorBoard event file.
absl::Status TrainArm(const Pipeline& pipeline, const sami_harness::Arm& arm);
// What every arm is asked, for those who read the run: the stages draw the questions anew from the spec.
absl::Status WriteQuestions(const Pipeline& pipeline);
absl::Status AnswerQuestions(const Pipeline& pipeline, const std::string& arm);
absl::Status EstimateInformation(const Pipeline& pipeline, const std::string& arm);
// Every comparison by every judge, in both orders.
absl::Status JudgeAnswers(const Pipeline& pipeline);
// `summary` is what to print: both tables of the audit; the first alone where no arm is SAMI's.
absl::Status CompareLeaks(const Pipeline& pipeline, std::string* summary);
// `summary` is what to print: the tables that people read first.
absl::Status WriteReport(const Pipeline& pipeline, std::string* summary);
absl::Status SampleAttempts(const Pipeline& pipeline, const std::string& arm);
absl::Status WriteAccuracyReport(const Pipeline& pipeline, std::string* summary);
// The last stage.
absl::Status WritePage(const Pipeline& pipeline);

// The base and every arm, parents first.
std::vector<std::string> ArmNames(const sami_harness::ExperimentSpec& spec);

// The path of an arm's model folder: the base model's own, or the run's.
std::string ModelFolder(const Pipeline& pipeline, const std::string& arm);
// The model in a folder, on the run's device; an arm's.
//   keep_projections: as in lm::LoadOptions
absl::StatusOr<lm::LanguageModel> LoadModel(const Pipeline& pipeline, const std::string& folder,
                                            bool keep_projections = false);
absl::StatusOr<lm::LanguageModel> LoadArm(const Pipeline& pipeline, const std::string& arm,
                                          bool keep_projections = false);
// An arm's model as the name of a stage's input: "base_model" or "models/<arm>".
std::string ModelInput(const std::string& arm);

// Runs a stage that reads `inputs` (keys of Pipeline::input_hashes or outputs of earlier stages) and writes `outputs`.
absl::Status RunPipelineStage(const Pipeline& pipeline, const std::string& name, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs,
                              absl::FunctionRef<absl::Status(const std::string& scratch)> work);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_PIPELINE_H_
