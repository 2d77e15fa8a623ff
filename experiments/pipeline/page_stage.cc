// Stage 6: all that a run has found, as report.html and figures/.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/report/report.h"

namespace experiments {
namespace {

absl::Status Write(const Pipeline& pipeline) {
  ReportOptions options;
  options.with_record = false;
  ASSIGN_OR_RETURN(const Report report, MakeReport({pipeline.run->path()}, options));
  RETURN_IF_ERROR(WriteFigures(report.figures, pipeline.run->PathOf(kFiguresFolder)));
  return base::WriteFileAtomically(pipeline.run->PathOf(kPageFile), report.html);
}

}  // namespace

absl::Status WritePage(const Pipeline& pipeline) {
  // The page shows what every stage wrote, if only by its hash.
  const std::vector<std::string> inputs = pipeline.run->Outputs();
  // It shows the spec and every name.
  const std::string settings = absl::StrCat(SettingsOf(pipeline, {&pipeline.spec}), absl::StrJoin(inputs, "\n"), "\n");
  return RunPipelineStage(pipeline, {kPageStage, ""}, settings, inputs, {kFiguresFolder, kPageFile},
                          [&](const std::string&) { return Write(pipeline); });
}

}  // namespace experiments
