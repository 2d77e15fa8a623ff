// Stage 1b: what trivial cues tell about the constitutions of the contrastive data set, before anything is trained on
// it; and, when it is, the same beside the SAMI arms' accuracies.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/pipeline/leak_audit_tables.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "sami/contrastive_data.h"
#include "sami/leaks/leak_audit.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;

int64_t ConstitutionsOf(const Pipeline& pipeline, const Arm& arm) {
  const int64_t all = pipeline.spec.data().constitutions_per_query(), first = arm.sami().first_constitutions();
  return first > 0 ? std::min(first, all) : all;
}

// All that the SAMI arms train on, the most first; those of the data where there is no such arm.
std::set<int64_t, std::greater<int64_t>> NumbersOfConstitutions(const Pipeline& pipeline) {
  std::set<int64_t, std::greater<int64_t>> numbers = {pipeline.spec.data().constitutions_per_query()};
  for (const Arm& arm : pipeline.spec.arms()) {
    if (arm.has_sami()) numbers.insert(ConstitutionsOf(pipeline, arm));
  }
  return numbers;
}

absl::StatusOr<std::vector<LeakRow>> Audit(const Pipeline& pipeline) {
  ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(kContrastiveFile)));
  std::vector<LeakRow> rows;
  for (const int64_t n : NumbersOfConstitutions(pipeline)) {
    for (sami::ContrastiveQuery& query : queries) query.pairs.resize(std::min<size_t>(query.pairs.size(), n));
    for (const sami::LeakMeasure& measure : sami::AuditLeaks(queries)) {
      ASSIGN_OR_RETURN(LeakRow row, SummarizeLeaks(measure, n, pipeline.spec.statistics().confidence_level()));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

absl::StatusOr<std::vector<LeakedArm>> Arms(const Pipeline& pipeline) {
  std::vector<LeakedArm> arms;
  for (const Arm& arm : pipeline.spec.arms()) {
    if (!arm.has_sami()) continue;
    ASSIGN_OR_RETURN(const auto metrics, ReadLines(pipeline.run->PathOf(MetricsFile(arm.name())), ParseStepMetrics));
    ASSIGN_OR_RETURN(LeakedArm leaked, ReadLeakedArm(arm.name(), ConstitutionsOf(pipeline, arm), metrics,
                                                     pipeline.spec.statistics().confidence_level()));
    arms.push_back(std::move(leaked));
  }
  return arms;
}

std::vector<std::string> FilesOf(const char* stem) {
  std::vector<std::string> files = TableFiles(stem);
  files.push_back(TextFile(stem));
  return files;
}

// With the text that people are shown.
absl::Status Write(const Pipeline& pipeline, const analysis::Table& table, const char* stem) {
  RETURN_IF_ERROR(analysis::WriteTable(table, pipeline.run->PathOf(stem)));
  return base::WriteFileAtomically(pipeline.run->PathOf(TextFile(stem)), analysis::ToText(table));
}

absl::StatusOr<std::string> Text(const Pipeline& pipeline, const char* stem) {
  return base::ReadFile(pipeline.run->PathOf(TextFile(stem)));
}

}  // namespace

absl::Status AuditLeaks(const Pipeline& pipeline) {
  RETURN_IF_ERROR(RunPipelineStage(pipeline, "leak_audit", {kContrastiveFile}, FilesOf(kLeakAudit),
                                   [&](const std::string&) -> absl::Status {
                                     ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline));
                                     return Write(pipeline, LeakTable(rows), kLeakAudit);
                                   }));
  ASSIGN_OR_RETURN(const std::string text, Text(pipeline, kLeakAudit));
  std::fprintf(stderr, "\n%s\n", text.c_str());
  return absl::OkStatus();
}

absl::Status CompareLeaks(const Pipeline& pipeline, std::string* summary) {
  ASSIGN_OR_RETURN(*summary, Text(pipeline, kLeakAudit));
  std::vector<std::string> inputs = {kContrastiveFile};
  for (const Arm& arm : pipeline.spec.arms()) {
    if (arm.has_sami()) inputs.push_back(MetricsFile(arm.name()));
  }
  if (inputs.size() == 1) return absl::OkStatus();
  RETURN_IF_ERROR(RunPipelineStage(pipeline, "leak_audit_arms", inputs, FilesOf(kLeakAuditArms),
                                   [&](const std::string&) -> absl::Status {
                                     ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline));
                                     ASSIGN_OR_RETURN(const std::vector<LeakedArm> arms, Arms(pipeline));
                                     return Write(pipeline, LeakedArmsTable(arms, rows), kLeakAuditArms);
                                   }));
  ASSIGN_OR_RETURN(const std::string arms, Text(pipeline, kLeakAuditArms));
  absl::StrAppend(summary, "\n", arms);
  return absl::OkStatus();
}

}  // namespace experiments
