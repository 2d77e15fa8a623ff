// Stage 0: how much of what is asked is trained on, before anything is.
#include "absl/strings/str_cat.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/overlap.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/spec/nodes.h"

namespace experiments {

absl::Status WriteOverlap(const Pipeline& pipeline, std::string* summary) {
  std::vector<std::string> inputs;
  std::string settings;
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    inputs.push_back(IsGenerated(data) ? absl::StrCat("queries/", data.queries()) : absl::StrCat("data/", data.name()));
    absl::StrAppend(&settings, "data: ", data.name(), " skip: ", data.skip(), " take: ", data.take(), "\n");
  }
  for (const auto& [asker, queries] : AskedQueries(pipeline.spec)) {
    absl::StrAppend(&settings, "asked: ", asker, "\n");
    inputs.push_back(absl::StrCat("queries/", queries));
  }
  const std::string text = TextFile(kOverlap);
  const std::vector<std::string> tables = TableFiles(kOverlap);
  std::vector<StageOutput> outputs(tables.begin(), tables.end());
  outputs.emplace_back(text);
  RETURN_IF_ERROR(
      RunPipelineStage(pipeline, {"overlap", ""}, settings, inputs, outputs, [&](const std::string&) -> absl::Status {
        ASSIGN_OR_RETURN(const std::vector<OverlapRow> rows, CountOverlaps(pipeline));
        const analysis::Table table = OverlapTable(rows);
        RETURN_IF_ERROR(analysis::WriteTable(table, pipeline.run->PathOf(kOverlap)));
        return base::WriteFileAtomically(pipeline.run->PathOf(text), absl::StrCat(analysis::ToText(table), "\n"));
      }));
  ASSIGN_OR_RETURN(*summary, OutputText(pipeline, "overlap", text));
  return absl::OkStatus();
}

}  // namespace experiments
