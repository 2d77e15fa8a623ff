// Pipeline stages of a preference-free alignment experiment. Each reads files of the stages before it and writes its
// own.
//
//   data/contrastive.jsonl, data/filters.json     GenerateData: queries x constitutions -> responses -> filters
//   tables/leak_audit.*                           AuditLeaks: what trivial cues tell, before training
//   models/<arm>/, metrics/<arm>.jsonl            TrainArm; with LoRA the merged model, and adapters/<arm>/ (PEFT)
//   tensorboard/<arm>/                            the same metrics as an event file
//   answers/<arm>.jsonl                           AnswerQuestions: FastChat's model_answer
//   information/<arm>.jsonl                       EstimateInformation: per held-out query, in nats
//   judgments/<judge>_<setting>_pair.jsonl        JudgeAnswers: FastChat's pair judgments, both orders
//   exchanges/<judge>.jsonl                       what a language model judge was asked and said, as it came
//   tables/leak_audit_arms.*                      CompareLeaks: the same beside the SAMI arms' accuracies
//   tables/*                                      WriteReport
//   attempts/<arm>.jsonl                          SampleAttempts: at problems with known answers
//   accuracy/*, lm_eval/*                         WriteAccuracyReport
//   questions.jsonl, report.html, figures/*       WritePage
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
#include "experiments/inputs/context.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

absl::Status GenerateData(const Pipeline& pipeline);
// Prints the audit's table to stderr.
absl::Status AuditLeaks(const Pipeline& pipeline);
absl::Status TrainArm(const Pipeline& pipeline, const sami_harness::Arm& arm);
absl::Status AnswerQuestions(const Pipeline& pipeline, const std::string& arm);
absl::Status EstimateInformation(const Pipeline& pipeline, const std::string& arm);
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

// The model folder of an arm: the base model's own, or models/<arm> of the run.
std::string ModelFolder(const Pipeline& pipeline, const std::string& arm);
// The same as the name of a stage's input: "base_model" or "models/<arm>".
std::string ModelInput(const std::string& arm);

// Runs a stage that reads `inputs` (keys of Pipeline::input_hashes or outputs of earlier stages) and writes `outputs`.
absl::Status RunPipelineStage(const Pipeline& pipeline, const std::string& name, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs,
                              absl::FunctionRef<absl::Status(const std::string& scratch)> work);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_PIPELINE_H_
