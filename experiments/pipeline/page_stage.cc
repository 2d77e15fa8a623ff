// Stage 6: all that a run has found, as report.html and figures/.
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
  std::vector<std::string> inputs;
  for (const auto& [output, hash] : pipeline.run->Outputs()) inputs.push_back(output);
  return RunPipelineStage(pipeline, kPageStage, inputs, {kFiguresFolder, kPageFile},
                          [&](const std::string&) { return Write(pipeline); });
}

}  // namespace experiments
