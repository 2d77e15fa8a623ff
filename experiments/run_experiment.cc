#include "experiments/run_experiment.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/inputs.h"
#include "experiments/inputs/judges.h"
#include "experiments/inputs/overlap.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/shared_work.h"
#include "experiments/plan/model_checks.h"
#include "experiments/spec/checks/references.h"
#include "experiments/spec/given.h"
#include "experiments/spec/nodes.h"
#include "experiments/spec/results_version.h"
#include "lm/kernels/device.h"
#include "lm/kernels/runtime.h"
#include "training/processes/join.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;

absl::Status RunArm(const Pipeline& pipeline, const sami_harness::Arm& arm) {
  if (IsTrained(arm)) RETURN_IF_ERROR(TrainArm(pipeline, arm));
  for (const auto& accuracy : pipeline.spec.accuracy()) {
    if (IsAsked(accuracy, arm.name())) RETURN_IF_ERROR(SampleAttempts(pipeline, accuracy, arm.name()));
  }
  for (const auto& evaluation : pipeline.spec.evaluations()) {
    if (IsAsked(evaluation, arm.name())) RETURN_IF_ERROR(AnswerQuestions(pipeline, evaluation, arm.name()));
  }
  for (const auto& information : pipeline.spec.information()) {
    if (IsAsked(information, arm.name())) RETURN_IF_ERROR(EstimateInformation(pipeline, information, arm.name()));
  }
  return absl::OkStatus();
}

// Every stage, in an order in which each comes after those that it needs. Returns what to print: what the run claims,
// with all_tables after every table.
absl::StatusOr<std::string> RunStages(const Pipeline& pipeline, bool all_tables) {
  std::string text, all;
  const auto add = [&](const absl::Status& status) {
    if (status.ok()) absl::StrAppend(&all, text);
    return status;
  };
  std::string overlap;
  if (pipeline.spec.data_size() > 0) RETURN_IF_ERROR(WriteOverlap(pipeline, &overlap));
  for (const auto& evaluation : pipeline.spec.evaluations()) RETURN_IF_ERROR(WriteQuestions(pipeline, evaluation));
  for (const Step& step : ComputingOrder(pipeline.spec)) {
    if (step.arm != nullptr) {
      RETURN_IF_ERROR(RunArm(pipeline, *step.arm));
      continue;
    }
    if (!IsContrastive(*step.data)) continue;  // trained on as its file is
    RETURN_IF_ERROR(GenerateData(pipeline, *step.data));
    RETURN_IF_ERROR(AuditLeaks(pipeline, *step.data));
  }
  for (const auto& evaluation : pipeline.spec.evaluations()) {
    RETURN_IF_ERROR(JudgeAnswers(pipeline, evaluation));
    RETURN_IF_ERROR(add(WriteReport(pipeline, evaluation, &text)));
  }
  for (const auto& information : pipeline.spec.information()) {
    RETURN_IF_ERROR(add(WriteInformationReport(pipeline, information, &text)));
  }
  for (const auto& accuracy : pipeline.spec.accuracy()) {
    RETURN_IF_ERROR(add(WriteAccuracyReport(pipeline, accuracy, &text)));
  }
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    if (!IsContrastive(data)) continue;
    RETURN_IF_ERROR(add(CompareLeaks(pipeline, data, &text)));
  }
  std::string claims;
  RETURN_IF_ERROR(WriteClaims(pipeline, &claims));
  RETURN_IF_ERROR(WritePage(pipeline));
  return all_tables ? absl::StrCat(all, overlap, "\n", claims) : claims;
}

// All errors in one.
absl::Status Together(const std::vector<absl::Status>& errors) {
  if (errors.size() <= 1) return errors.empty() ? absl::OkStatus() : errors[0];
  std::string text = absl::StrCat(errors.size(), " problems:");
  for (const absl::Status& error : errors) absl::StrAppend(&text, "\n  ", error.message());
  return absl::Status(errors[0].code(), text);
}

// Finds and hashes the inputs.
absl::StatusOr<Pipeline> MakePipeline(const ExperimentSpec& spec, const RunOptions& options) {
  Pipeline pipeline;
  pipeline.spec = spec;
  pipeline.threads = options.threads;
  pipeline.checkpoint_seconds = options.checkpoint_seconds;
  pipeline.device = options.device;
  pipeline.judge_access = options.judge_access;
  pipeline.model_access = options.model_access;
  RETURN_IF_ERROR(Together(FindEachInput(&pipeline)));
  RETURN_IF_ERROR(Together(CheckModels(pipeline)));
  return pipeline;
}

// Models write the principles that they are asked for; then what uses them can be checked.
absl::Status WriteEachPrinciples(Pipeline* pipeline) {
  bool any = false;
  for (const sami_harness::Constitutions& set : pipeline->spec.constitutions()) {
    if (!set.has_written_by()) continue;
    any = true;
    RETURN_IF_ERROR(WritePrinciples(set, pipeline));
  }
  if (!any) return absl::OkStatus();
  RETURN_IF_ERROR(Together(CheckEachText(*pipeline)));
  return Together(CheckModels(*pipeline));
}

RunFolderOptions FolderOptions(const Pipeline& pipeline, const RunOptions& options) {
  RunFolderOptions folder;
  folder.canonical_spec = base::PrintTextProto(pipeline.spec);
  folder.run_id = RunIdOf(pipeline);
  folder.path = !options.out.empty()
                    ? options.out
                    : absl::StrCat(options.runs_folder, "/", pipeline.spec.name(), "-", folder.run_id.substr(0, 12));
  folder.store = !options.store.empty() ? options.store : absl::StrCat(options.runs_folder, "/store");
  folder.code_commit = options.code_commit;
  folder.results_version = kResultsVersion;
  return folder;
}

absl::StatusOr<std::vector<PlannedStage>> Plan(Pipeline pipeline, const RunFolderOptions& options) {
  const std::unique_ptr<RunFolder> folder = RunFolder::Plan(options);
  pipeline.run = folder.get();
  RETURN_IF_ERROR(WriteEachPrinciples(&pipeline));
  RETURN_IF_ERROR(RunStages(pipeline, false).status());
  return folder->Planned();
}

// The stages that are asked for and all that they need, directly or not. Empty where everything is.
absl::StatusOr<std::set<std::string>> Wanted(const std::vector<std::string>& nodes,
                                             const std::vector<PlannedStage>& plan) {
  std::set<std::string> wanted;
  for (const std::string& node : nodes) {
    const auto found = std::find_if(plan.begin(), plan.end(), [&](const PlannedStage& stage) {
      return stage.name == node || stage.name == absl::StrCat("train_", node);
    });
    if (found == plan.end()) {
      std::vector<std::string> names;
      for (const PlannedStage& stage : plan) names.push_back(stage.name);
      return absl::NotFoundError(
          absl::StrCat("--node: there is no stage or arm \"", node, "\"; the stages are ", absl::StrJoin(names, ", ")));
    }
    wanted.insert(found->name);
  }
  // Needs come before what needs them.
  for (auto stage = plan.rbegin(); stage != plan.rend(); ++stage) {
    if (wanted.count(stage->name) > 0) wanted.insert(stage->needs.begin(), stage->needs.end());
  }
  return wanted;
}

}  // namespace

absl::StatusOr<std::vector<PlannedStage>> PlanExperiment(const ExperimentSpec& spec, const RunOptions& options) {
  ASSIGN_OR_RETURN(const Pipeline pipeline, MakePipeline(spec, options));
  return Plan(pipeline, FolderOptions(pipeline, options));
}

namespace {

// What rank 0 does: everything, with help where models compute.
absl::StatusOr<std::string> Lead(Pipeline& pipeline, RunFolderOptions folder_options, const RunOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, Plan(pipeline, folder_options));
  ASSIGN_OR_RETURN(folder_options.only, Wanted(options.nodes, plan));
  std::fprintf(stderr, "run %s\n  in %s\n  on %d threads%s\n", folder_options.run_id.c_str(),
               folder_options.path.c_str(), options.threads,
               options.place.size > 1 ? absl::StrCat(" of each of ", options.place.size, " processes").c_str() : "");
  ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> folder, RunFolder::Open(folder_options));
  pipeline.run = folder.get();
  RETURN_IF_ERROR(WriteEachPrinciples(&pipeline));
  ASSIGN_OR_RETURN(const std::string summary, RunStages(pipeline, options.all_tables));
  RETURN_IF_ERROR(training::LeadersText(*pipeline.group, "").status());  // no request: nothing is left to do
  if (!folder_options.only.empty()) return summary;
  RETURN_IF_ERROR(folder->WriteRecord(RunRecordOf(pipeline)));
  std::fprintf(stderr, "tables, figures, answers, verdicts and models are in %s; %s/report.html shows them\n",
               folder->path().c_str(), folder->path().c_str());
  return summary;
}

// What the other ranks do: they wait for rank 0's requests, and plan anew for each, as what models have written in
// between is part of later stages' names.
absl::Status Follow(const Pipeline& pipeline, const RunFolderOptions& options) {
  HelperModel kept;
  while (true) {
    ASSIGN_OR_RETURN(const std::string request, training::LeadersText(*pipeline.group, ""));
    if (request.empty()) return absl::OkStatus();
    sami_harness::Work work;
    SAMI_CHECK(work.ParseFromString(request));
    Pipeline planned = pipeline;
    const std::unique_ptr<RunFolder> folder = RunFolder::Plan(options);
    planned.run = folder.get();
    RETURN_IF_ERROR(WriteEachPrinciples(&planned));
    RETURN_IF_ERROR(RunStages(planned, false).status());
    RETURN_IF_ERROR(Help(planned, work, &kept));
  }
}

absl::StatusOr<std::unique_ptr<training::JoinedGroup>> JoinOthers(const RunOptions& options,
                                                                  const std::string& run_id) {
  training::JoinOptions join;
  join.place = options.place;
  join.patience = absl::Seconds(options.meeting_seconds);
  if (options.place.size > 1) {
    ASSIGN_OR_RETURN(const std::string program, base::Sha256HexOfFile("/proc/self/exe"));
    join.same = {{"run", run_id.substr(0, 12)}, {"program", program.substr(0, 12)}};
  }
  join.on_loss = [](const std::string& message, bool has_failed) {
    const char* hint = has_failed ? "" : "; all ranks end, and the same command goes on";
    std::fprintf(stderr, "error: %s%s\n", message.c_str(), hint);
    std::fflush(stderr);
    std::_Exit(base::ExitCode(absl::UnavailableError("")));
  };
  return training::Join(join);
}

}  // namespace

absl::StatusOr<std::string> RunExperiment(const ExperimentSpec& spec, const RunOptions& options) {
  lm::SetUpRuntime();
  RETURN_IF_ERROR(base::Annotate(lm::CheckDevice(options.device), "deployment"));
  ASSIGN_OR_RETURN(Pipeline pipeline, MakePipeline(spec, options));
  RETURN_IF_ERROR(CheckJudgeAccess(pipeline));
  RETURN_IF_ERROR(CheckModelAccess(pipeline));
  // Of a part of the stages, whose models are all here is not known yet.
  if (options.nodes.empty()) RETURN_IF_ERROR(CheckNothingIsMissing(pipeline));
  if (options.place.rank == 0) {
    for (const std::string& unused : UnusedNodes(spec)) std::fprintf(stderr, "warning: %s\n", unused.c_str());
    for (const std::string& note : NotesOnModels(pipeline)) std::fprintf(stderr, "note: %s\n", note.c_str());
  }
  if (options.strict) {
    RETURN_IF_ERROR(CheckMatched(spec));
    ASSIGN_OR_RETURN(const std::vector<OverlapRow> overlaps, CountOverlaps(pipeline));
    RETURN_IF_ERROR(CheckNoOverlap(overlaps));
  }
  const RunFolderOptions folder_options = FolderOptions(pipeline, options);
  ASSIGN_OR_RETURN(const std::unique_ptr<training::JoinedGroup> group, JoinOthers(options, folder_options.run_id));
  pipeline.group = group.get();
  if (group->leads()) {
    const absl::StatusOr<std::string> summary = Lead(pipeline, folder_options, options);
    group->Leave(/*failed=*/!summary.ok());
    return summary;
  }
  const absl::Status done = Follow(pipeline, folder_options);
  // Rank 0 says what all have met, and this process ends as it does.
  if (!done.ok()) absl::SleepFor(absl::Seconds(10));
  group->Leave(/*failed=*/!done.ok());
  RETURN_IF_ERROR(base::Annotate(done, absl::StrCat("rank ", group->rank(), " of ", group->size())));
  return std::string();
}

}  // namespace experiments
