#include "experiments/run_experiment.h"

#include <cstdio>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/check.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/inputs.h"
#include "experiments/inputs/judges.h"
#include "experiments/inputs/overlap.h"
#include "experiments/join_run.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/ranks/shared_work.h"
#include "experiments/plan/model_checks.h"
#include "experiments/plan/stage_uses.h"
#include "experiments/plan/wanted_stages.h"
#include "experiments/spec/checks/references.h"
#include "experiments/spec/given.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "experiments/spec/results_version.h"
#include "experiments/this_arithmetic.h"
#include "lm/arithmetic/products.h"
#include "lm/runtime/device.h"
#include "lm/runtime/runtime.h"
#include "training/batch_sums.h"

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
  pipeline.shard_weights = options.shard_weights && options.place.size > 1;
  pipeline.device = options.device;
  pipeline.judge_access = options.judge_access;
  pipeline.model_access = options.model_access;
  RETURN_IF_ERROR(Together(FindEachInput(&pipeline)));
  RETURN_IF_ERROR(Together(CheckModels(pipeline)));
  RETURN_IF_ERROR(CheckSharding(pipeline));
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

// That servers can be asked, as far as that is known without asking: those that a wanted stage needs which is not
// there. So a machine that only trains needs no judge's key.
absl::Status CheckServers(const Pipeline& pipeline, const std::vector<PlannedStage>& plan,
                          const std::set<std::string>& wanted) {
  const std::map<std::string, StageUse> uses = StageUses(pipeline.spec);
  std::set<std::string> judges, models;
  for (const PlannedStage& stage : plan) {
    const auto use = uses.find(stage.name);
    if (stage.is_complete || use == uses.end() || (!wanted.empty() && wanted.count(stage.name) == 0)) continue;
    judges.insert(use->second.judge);
    models.insert(use->second.server);
  }
  RETURN_IF_ERROR(CheckJudgeAccess(pipeline, judges));
  return CheckModelAccess(pipeline, models);
}

// Stages that compute from what others measured, in moments.
const std::set<std::string>& TableKinds() {
  static const auto* kinds = new std::set<std::string>{"overlap",           "leak_audit", "leak_audit_arms", "tables",
                                                       "information_table", "accuracy",   "claims"};
  return *kinds;
}

}  // namespace

absl::StatusOr<std::vector<sami_harness::StageRecord>> RecomputeTables(const ExperimentSpec& spec,
                                                                       const RunOptions& options,
                                                                       const std::string& run) {
  ASSIGN_OR_RETURN(Pipeline pipeline, MakePipeline(spec, options));
  RunFolderOptions folder_options = FolderOptions(pipeline, options);
  folder_options.taken_from = run;
  folder_options.anew = TableKinds();
  ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> folder, RunFolder::Open(folder_options));
  pipeline.run = folder.get();
  RETURN_IF_ERROR(WriteEachPrinciples(&pipeline));
  RETURN_IF_ERROR(RunStages(pipeline, /*all_tables=*/false).status());
  std::vector<sami_harness::StageRecord> made;
  for (const sami_harness::StageRecord& stage : folder->record().stages()) {
    if (TableKinds().count(stage.kind()) > 0) made.push_back(stage);
  }
  return made;
}

absl::StatusOr<std::vector<PlannedStage>> PlanExperiment(const ExperimentSpec& spec, const RunOptions& options) {
  ASSIGN_OR_RETURN(const Pipeline pipeline, MakePipeline(spec, options));
  return Plan(pipeline, FolderOptions(pipeline, options));
}

absl::Status LinkWhatIsThere(const ExperimentSpec& spec, const RunOptions& options) {
  ASSIGN_OR_RETURN(Pipeline pipeline, MakePipeline(spec, options));
  RunFolderOptions folder_options = FolderOptions(pipeline, options);
  ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, Plan(pipeline, folder_options));
  for (const PlannedStage& stage : plan) {
    if (stage.is_complete) folder_options.only.insert(stage.name);
  }
  folder_options.computes = false;
  ASSIGN_OR_RETURN(const std::unique_ptr<RunFolder> folder, RunFolder::Open(folder_options));
  if (folder_options.only.empty()) return absl::OkStatus();
  pipeline.run = folder.get();
  RETURN_IF_ERROR(WriteEachPrinciples(&pipeline));
  return RunStages(pipeline, false).status();
}

namespace {

// What rank 0 does: everything, with help where models compute.
absl::StatusOr<std::string> Lead(Pipeline& pipeline, const RunFolderOptions& folder_options,
                                 const RunOptions& options) {
  std::fprintf(stderr, "run %s\n  in %s\n  on %d threads%s, products by %s\n", folder_options.run_id.c_str(),
               folder_options.path.c_str(), options.threads,
               options.place.size > 1 ? absl::StrCat(" of each of ", options.place.size, " processes").c_str() : "",
               folder_options.arithmetic.products().c_str());
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

}  // namespace

absl::StatusOr<std::string> RunExperiment(const ExperimentSpec& spec, const RunOptions& options) {
  RETURN_IF_ERROR(base::Annotate(lm::ChooseProducts(options.arithmetic), "deployment"));
  lm::SetUpRuntime();
  RETURN_IF_ERROR(base::Annotate(lm::CheckDevice(options.device), "deployment"));
  ASSIGN_OR_RETURN(Pipeline pipeline, MakePipeline(spec, options));
  RunFolderOptions folder_options = FolderOptions(pipeline, options);
  folder_options.arithmetic = ArithmeticOfThisProcess(options.device, options.threads);
  folder_options.other_arithmetic = options.other_arithmetic;
  ASSIGN_OR_RETURN(const std::vector<PlannedStage> plan, Plan(pipeline, folder_options));
  ASSIGN_OR_RETURN(folder_options.only, WantedStages(options.nodes, plan));
  RETURN_IF_ERROR(CheckServers(pipeline, plan, folder_options.only));
  // Of a part of the stages, whose models are all here is not known yet.
  if (options.nodes.empty()) RETURN_IF_ERROR(CheckNothingIsMissing(pipeline));
  for (const sami_harness::Arm& arm : spec.arms()) {
    if (!IsTrained(arm)) continue;
    RETURN_IF_ERROR(base::Annotate(training::CheckComputeType(DescribeMethod(arm).training, options.device),
                                   absl::StrCat("arm \"", arm.name(), "\"")));
  }
  if (options.place.rank == 0) {
    for (const std::string& unused : UnusedNodes(spec)) std::fprintf(stderr, "warning: %s\n", unused.c_str());
    for (const std::string& note : NotesOnModels(pipeline)) std::fprintf(stderr, "note: %s\n", note.c_str());
  }
  if (options.strict) {
    RETURN_IF_ERROR(CheckMatched(spec));
    ASSIGN_OR_RETURN(const std::vector<OverlapRow> overlaps, CountOverlaps(pipeline));
    RETURN_IF_ERROR(CheckNoOverlap(overlaps));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<training::JoinedGroup> group,
                   JoinRun(options.place, options.meeting_seconds, folder_options));
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
