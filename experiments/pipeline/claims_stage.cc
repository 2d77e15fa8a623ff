// Stage 5b: what the run claims: tables/results, given and grid, claims.json and the first screen.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/claims/claims.h"
#include "experiments/claims/claims_forms.h"
#include "experiments/claims/given_to_arms.h"
#include "experiments/claims/grid.h"
#include "experiments/pipeline/pipeline.h"

namespace experiments {
namespace {

absl::Status FindAndWrite(const Pipeline& pipeline) {
  const auto path = [&](absl::string_view name) { return pipeline.run->PathOf(name); };
  ASSIGN_OR_RETURN(const RunFiles run, RunFiles::Open(pipeline.run->path(), /*with_record=*/false));
  ASSIGN_OR_RETURN(const Findings findings, FindClaims(run));
  const analysis::Table given = GivenTable(run);
  RETURN_IF_ERROR(run.unreadable());
  RETURN_IF_ERROR(analysis::WriteTable(ResultsTable(findings.results), path(kResults)));
  RETURN_IF_ERROR(analysis::WriteTable(given, path(kGiven)));
  RETURN_IF_ERROR(analysis::WriteTable(GridTable(findings.grid), path(kGrid)));
  RETURN_IF_ERROR(base::WriteFileAtomically(path(kClaimsFile), analysis::JsonText(ClaimsJson(findings.claims))));
  return base::WriteFileAtomically(path(kFirstScreenFile), FirstScreen(findings));
}

}  // namespace

absl::Status WriteClaims(const Pipeline& pipeline, std::string* summary) {
  // Of all that was measured, if only by its hash; names are shown.
  const std::vector<std::string> inputs = pipeline.run->Outputs();
  std::string settings = absl::StrCat(SettingsOf(pipeline, {&pipeline.spec}), absl::StrJoin(inputs, "\n"), "\n");
  // Claims of earlier versions took language models with one prompt for one judge: not to be found in the store.
  const auto& evaluations = pipeline.spec.evaluations();
  if (std::any_of(evaluations.begin(), evaluations.end(),
                  [](const auto& evaluation) { return evaluation.language_model_judges_size() > 0; })) {
    absl::StrAppend(&settings, "judges by name\n");
  }
  std::vector<StageOutput> outputs = {{kClaimsFile}, {kFirstScreenFile}};
  for (const char* stem : {kResults, kGiven, kGrid}) {
    for (const std::string& file : TableFiles(stem)) outputs.emplace_back(file);
  }
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {"claims", ""}, settings, inputs, outputs,
                                   [&](const std::string&) { return FindAndWrite(pipeline); }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "claims", kFirstScreenFile));
  return absl::OkStatus();
}

}  // namespace experiments
