// Stage 1b: what trivial cues tell about the constitutions of the contrastive data set, before anything is trained on
// it; and, when it is, the same beside the SAMI arms' accuracies.
#include <cstdio>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/pipeline/leak_audit_tables.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "sami/contrastive_data.h"
#include "sami/leaks/leak_audit.h"
#include "sami/method.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::SamiConfig;

int64_t NumberOfConstitutions(const Pipeline& pipeline, const SamiConfig& config) {
  return sami::ConstitutionsOf(config, /*seed=*/0, /*query=*/0, pipeline.spec.data().constitutions_per_query()).size();
}

// All numbers of first constitutions that the SAMI arms train on, the most first; those of the data in any case.
std::set<int64_t, std::greater<int64_t>> NumbersOfConstitutions(const Pipeline& pipeline) {
  std::set<int64_t, std::greater<int64_t>> numbers = {pipeline.spec.data().constitutions_per_query()};
  for (const Arm& arm : pipeline.spec.arms()) {
    if (arm.has_sami() && arm.sami().sampled_constitutions() == 0) {
      numbers.insert(NumberOfConstitutions(pipeline, arm.sami()));
    }
  }
  return numbers;
}

// Of the constitutions that an arm with these settings trains on.
absl::StatusOr<std::vector<LeakRow>> Audit(const Pipeline& pipeline, const SamiConfig& config) {
  ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(kContrastiveFile)));
  for (size_t q = 0; q < queries.size(); ++q) {
    std::vector<sami::ContrastivePair> taken;
    for (const int64_t k : sami::ConstitutionsOf(config, pipeline.spec.seed(), q, queries[q].pairs.size())) {
      taken.push_back(std::move(queries[q].pairs[k]));
    }
    queries[q].pairs = std::move(taken);
  }
  const int64_t n = NumberOfConstitutions(pipeline, config);
  std::vector<LeakRow> rows;
  for (const sami::LeakMeasure& measure : sami::AuditLeaks(queries)) {
    ASSIGN_OR_RETURN(LeakRow row, SummarizeLeaks(measure, n, pipeline.spec.statistics().confidence_level()));
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::StatusOr<std::vector<LeakRow>> AuditData(const Pipeline& pipeline) {
  std::vector<LeakRow> all;
  for (const int64_t n : NumbersOfConstitutions(pipeline)) {
    SamiConfig config;
    config.set_first_constitutions(n);
    ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline, config));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

// Each arm beside the audit of the constitutions that it was trained on.
absl::StatusOr<analysis::Table> ArmsTable(const Pipeline& pipeline) {
  analysis::Table table = LeakedArmsForm();
  for (const Arm& arm : pipeline.spec.arms()) {
    if (!arm.has_sami()) continue;
    ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline, arm.sami()));
    ASSIGN_OR_RETURN(const auto metrics, ReadLines(pipeline.run->PathOf(MetricsFile(arm.name())), ParseStepMetrics));
    ASSIGN_OR_RETURN(const LeakedArm leaked, ReadLeakedArm(arm.name(), NumberOfConstitutions(pipeline, arm.sami()),
                                                           metrics, pipeline.spec.statistics().confidence_level()));
    const analysis::Table of_arm = LeakedArmsTable({leaked}, rows);
    table.rows.insert(table.rows.end(), of_arm.rows.begin(), of_arm.rows.end());
  }
  return table;
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
                                     ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, AuditData(pipeline));
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
                                     ASSIGN_OR_RETURN(const analysis::Table table, ArmsTable(pipeline));
                                     return Write(pipeline, table, kLeakAuditArms);
                                   }));
  ASSIGN_OR_RETURN(const std::string arms, Text(pipeline, kLeakAuditArms));
  absl::StrAppend(summary, "\n", arms);
  return absl::OkStatus();
}

}  // namespace experiments
