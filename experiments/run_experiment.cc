#include "experiments/run_experiment.h"

#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/inputs.h"
#include "experiments/inputs/judges.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/spec/results_version.h"
#include "lm/kernels/device.h"
#include "lm/kernels/runtime.h"

namespace experiments {
namespace {

absl::Status RunStages(const Pipeline& pipeline) {
  if (pipeline.spec.has_evaluation()) RETURN_IF_ERROR(WriteQuestions(pipeline));
  RETURN_IF_ERROR(GenerateData(pipeline));
  RETURN_IF_ERROR(AuditLeaks(pipeline));
  for (const std::string& name : ArmNames(pipeline.spec)) {
    for (const sami_harness::Arm& arm : pipeline.spec.arms()) {
      if (arm.name() == name) RETURN_IF_ERROR(TrainArm(pipeline, arm));
    }
    if (pipeline.spec.has_accuracy()) RETURN_IF_ERROR(SampleAttempts(pipeline, name));
    if (!pipeline.spec.has_evaluation()) continue;
    RETURN_IF_ERROR(AnswerQuestions(pipeline, name));
    if (pipeline.spec.evaluation().mutual_information_queries() > 0) {
      RETURN_IF_ERROR(EstimateInformation(pipeline, name));
    }
  }
  return pipeline.spec.has_evaluation() ? JudgeAnswers(pipeline) : absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> RunExperiment(const sami_harness::ExperimentSpec& spec, const RunOptions& options) {
  lm::SetUpRuntime();
  RETURN_IF_ERROR(base::Annotate(lm::CheckDevice(options.device), "deployment"));
  Pipeline pipeline;
  pipeline.spec = spec;
  pipeline.threads = options.threads;
  pipeline.checkpoint_seconds = options.checkpoint_seconds;
  pipeline.device = options.device;
  pipeline.judge_access = options.judge_access;
  RETURN_IF_ERROR(CheckJudgeAccess(pipeline));
  RETURN_IF_ERROR(FindInputs(&pipeline));
  const std::string canonical = base::PrintTextProto(spec);
  const std::string run_id = base::RunId(canonical, pipeline.input_hashes, kResultsVersion);
  const std::string out = !options.out.empty()
                              ? options.out
                              : absl::StrCat(options.runs_folder, "/", spec.name(), "-", run_id.substr(0, 12));
  std::fprintf(stderr, "run %s\n  in %s\n  on %d threads\n", run_id.c_str(), out.c_str(), options.threads);
  ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> folder,
                   RunFolder::Open(out, canonical, run_id, options.code_commit));
  pipeline.run = folder.get();
  RETURN_IF_ERROR(RunStages(pipeline));
  std::string summary;
  if (spec.has_evaluation()) RETURN_IF_ERROR(WriteReport(pipeline, &summary));
  if (spec.has_accuracy()) {
    std::string accuracy;
    RETURN_IF_ERROR(WriteAccuracyReport(pipeline, &accuracy));
    absl::StrAppend(&summary, accuracy);
  }
  std::string leaks;
  RETURN_IF_ERROR(CompareLeaks(pipeline, &leaks));
  absl::StrAppend(&summary, leaks);
  RETURN_IF_ERROR(WritePage(pipeline));
  RETURN_IF_ERROR(folder->WriteRecord(RunRecordOf(pipeline)));
  std::fprintf(stderr, "tables, figures, answers, verdicts and models are in %s; %s/report.html shows them\n",
               out.c_str(), out.c_str());
  return summary;
}

}  // namespace experiments
