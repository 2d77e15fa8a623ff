#include "experiments/report/provenance.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "analysis/page/page.h"
#include "base/hash.h"
#include "base/progress.h"
#include "experiments/spec/results_version.h"

namespace experiments {
namespace {

using ::analysis::Table;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;

Table RunTable(const RunFiles& run) {
  Table table;
  table.caption = "The run";
  table.columns = {{"what", "what"}, {"value", "value"}};
  const auto add = [&](const std::string& what, const std::string& value) {
    if (!value.empty()) table.rows.push_back({what, value});
  };
  add("run id", run.run_id());
  add("spec, SHA-256", run.spec_text().empty() ? "" : base::Sha256Hex(run.spec_text()));
  add("seed", absl::StrCat(run.spec().seed()));
  if (!run.record().has_value()) {
    add("report by results version", absl::StrCat(kResultsVersion));
    return table;
  }
  const RunRecord& record = *run.record();
  add("results version", absl::StrCat(record.results_version()));
  add("code commit", record.code_commit());
  add("started", record.started());
  add("finished", record.finished());
  add("system", record.host().system());
  add("processor",
      record.host().has_cpu() ? absl::StrCat(record.host().cpu(), ", ", record.host().cores(), " cores") : "");
  const sami_harness::ArithmeticRecord& arithmetic = record.arithmetic();
  add("matrix products by", arithmetic.products());
  add("torch", arithmetic.torch());
  add("own kernels by", arithmetic.kernels());
  add("exp and log by", arithmetic.math_library());
  add("device", arithmetic.device());
  add("stages of other arithmetic", absl::StrJoin(record.other_arithmetic(), ", "));
  for (const sami_harness::LibraryRecord& library : record.libraries()) add(library.name(), library.version());
  return table;
}

// What was read from outside: the inputs of the stages that no stage wrote.
Table InputTable(const RunFiles& run) {
  std::map<std::string, std::string> hashes;
  for (const StageRecord& stage : run.stages()) {
    for (const sami_harness::InputRecord& input : stage.inputs()) hashes[input.name()] = input.sha256();
  }
  for (const StageRecord& stage : run.stages()) {
    for (const sami_harness::OutputRecord& output : stage.outputs()) hashes.erase(output.path());
  }
  Table table;
  table.caption = "Inputs";
  table.columns = {{"input", "input"}, {"sha256", "SHA-256"}};
  for (const auto& [name, hash] : hashes) table.rows.push_back({name, hash});
  return table;
}

Table StageTable(const RunFiles& run) {
  const bool has_times = run.record().has_value();
  Table table;
  table.caption = "Stages and what they wrote";
  table.columns = {{"stage", "stage"}, {"output", "output"}, {"bytes", "bytes"}, {"sha256", "SHA-256"}};
  if (has_times) table.columns.insert(table.columns.begin() + 1, {"time", "wall time"});
  double seconds = 0;
  for (const StageRecord& stage : run.stages()) {
    seconds += stage.seconds();
    bool is_first = true;
    for (const sami_harness::OutputRecord& output : stage.outputs()) {
      std::vector<analysis::Cell> row = {stage.name(), output.path(), output.bytes(), output.sha256()};
      if (has_times) {
        const std::string time = base::HumanDuration(absl::Seconds(stage.seconds()));
        row.insert(row.begin() + 1, is_first ? analysis::Cell(time) : analysis::Cell(std::string()));
      }
      is_first = false;
      table.rows.push_back(std::move(row));
    }
  }
  if (has_times) {
    table.notes = {absl::StrCat("All stages together: ", base::HumanDuration(absl::Seconds(seconds)),
                                ". Of a stage that was killed and continued, the last attempt's time.")};
  } else {
    table.notes = {
        "Wall times, host, commit and libraries are in record.textproto; bazel run //experiments:report -- --run=DIR "
        "makes "
        "a report with them. The run's own leaves them out, so that it has the same bytes in every run of a spec."};
  }
  return table;
}

}  // namespace

std::string ProvenanceHtml(const RunFiles& run) {
  std::string html = analysis::TableHtml(RunTable(run));
  const Table inputs = InputTable(run), stages = StageTable(run);
  html += inputs.rows.empty() ? analysis::ParagraphHtml("stages/ is missing: no hashes.", "note")
                              : analysis::TableHtml(inputs) + analysis::TableHtml(stages);
  absl::StrAppend(&html, "<details><summary>The spec</summary><pre tabindex=\"0\">",
                  analysis::EscapeHtml(run.spec_text()), "</pre></details>\n");
  return html;
}

}  // namespace experiments
