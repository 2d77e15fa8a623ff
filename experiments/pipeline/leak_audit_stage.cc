// Stage 1b: what trivial cues tell about the constitutions of the contrastive data set, before anything is trained on
// it; and, when it is, the same beside the SAMI arms' accuracies.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "analysis/figures/table.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/tables/leak_audit_tables.h"
#include "experiments/run/records.h"
#include "experiments/spec/methods.h"
#include "sami/contrastive_data.h"
#include "sami/leaks/leak_audit.h"
#include "sami/seen_pairs.h"

namespace experiments {
namespace {

using ::sami::SeenPairs;
using ::sami_harness::Arm;
using ::sami_harness::Data;

int64_t NumberOfConstitutions(const Data& data, const SeenPairs& seen) {
  return sami::SeenConstitutions(seen, /*query=*/0, data.constitutions_per_query()).size();
}

// Those that are trained on the data.
std::vector<const Arm*> SamiArms(const Pipeline& pipeline, const Data& data) {
  std::vector<const Arm*> arms;
  for (const Arm& arm : pipeline.spec.arms()) {
    if (arm.has_sami() && arm.data() == data.name()) arms.push_back(&arm);
  }
  return arms;
}

// All numbers of first constitutions that the SAMI arms train on, the most first; those of the data in any case.
std::set<int64_t, std::greater<int64_t>> NumbersOfConstitutions(const Pipeline& pipeline, const Data& data) {
  std::set<int64_t, std::greater<int64_t>> numbers = {data.constitutions_per_query()};
  for (const Arm* arm : SamiArms(pipeline, data)) {
    const SeenPairs seen = SeenPairsOf(pipeline.spec, *arm);
    if (seen.which != SeenPairs::Which::kRandom) numbers.insert(NumberOfConstitutions(data, seen));
  }
  return numbers;
}

// Of the constitutions that an arm sees.
absl::StatusOr<std::vector<LeakRow>> Audit(const Pipeline& pipeline, const Data& data, const SeenPairs& seen) {
  ASSIGN_OR_RETURN(auto queries, sami::ReadContrastiveData(pipeline.run->PathOf(ContrastiveFile(data.name()))));
  for (size_t q = 0; q < queries.size(); ++q) {
    std::vector<sami::ContrastivePair> taken;
    for (const int64_t k : sami::SeenConstitutions(seen, q, queries[q].pairs.size())) {
      taken.push_back(std::move(queries[q].pairs[k]));
    }
    queries[q].pairs = std::move(taken);
  }
  const int64_t n = NumberOfConstitutions(data, seen);
  std::vector<LeakRow> rows;
  for (const sami::LeakMeasure& measure : sami::AuditLeaks(queries)) {
    ASSIGN_OR_RETURN(LeakRow row, SummarizeLeaks(measure, n, pipeline.spec.statistics().confidence_level()));
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::StatusOr<std::vector<LeakRow>> AuditData(const Pipeline& pipeline, const Data& data) {
  std::vector<LeakRow> all;
  for (const int64_t n : NumbersOfConstitutions(pipeline, data)) {
    ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline, data, {SeenPairs::Which::kFirst, n}));
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

// Each arm beside the audit of the constitutions that it was trained on.
absl::StatusOr<analysis::Table> ArmsTable(const Pipeline& pipeline, const Data& data) {
  analysis::Table table = LeakedArmsForm();
  for (const Arm* arm : SamiArms(pipeline, data)) {
    const SeenPairs seen = SeenPairsOf(pipeline.spec, *arm);
    ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, Audit(pipeline, data, seen));
    ASSIGN_OR_RETURN(auto metrics, ReadLines(pipeline.run->PathOf(MetricsFile(arm->name())), ParseStepMetrics));
    metrics.erase(std::remove_if(metrics.begin(), metrics.end(), [](const auto& step) { return step.held_out; }),
                  metrics.end());
    ASSIGN_OR_RETURN(const LeakedArm leaked, ReadLeakedArm(arm->name(), NumberOfConstitutions(data, seen), metrics,
                                                           pipeline.spec.statistics().confidence_level()));
    const analysis::Table of_arm = LeakedArmsTable({leaked}, rows);
    table.rows.insert(table.rows.end(), of_arm.rows.begin(), of_arm.rows.end());
  }
  return table;
}

// Of a stem, in the run and in the store.
std::vector<StageOutput> FilesOf(const std::string& stem, const std::string& stored) {
  std::vector<std::string> files = TableFiles(stem), in_store = TableFiles(stored);
  files.push_back(TextFile(stem));
  in_store.push_back(TextFile(stored));
  std::vector<StageOutput> outputs;
  for (size_t i = 0; i < files.size(); ++i) outputs.emplace_back(files[i], in_store[i]);
  return outputs;
}

// With the text that people are shown.
absl::Status Write(const Pipeline& pipeline, const analysis::Table& table, const std::string& stem) {
  RETURN_IF_ERROR(analysis::WriteTable(table, pipeline.run->PathOf(stem)));
  return base::WriteFileAtomically(pipeline.run->PathOf(TextFile(stem)), analysis::ToText(table));
}

// Of the audit: what it looks at beside the data.
std::string AuditSettings(const Pipeline& pipeline, const Data& data) {
  std::string settings = SettingsOf(pipeline, {&pipeline.spec.statistics()});
  for (const int64_t n : NumbersOfConstitutions(pipeline, data)) absl::StrAppend(&settings, "n: ", n, "\n");
  return settings;
}

constexpr char kAudit[] = "leak_audit";
constexpr char kOfArms[] = "leak_audit_arms";

// Of a stage of one data set.
absl::StatusOr<std::string> Text(const Pipeline& pipeline, const char* kind, const Data& data,
                                 const std::string& stem) {
  return OutputText(pipeline, absl::StrCat(kind, "_", data.name()), TextFile(stem));
}

}  // namespace

absl::Status AuditLeaks(const Pipeline& pipeline, const Data& data) {
  const std::string stem = LeakAudit(data.name());
  // WriteTable completes the names of its files: it is given those in the store, which are none of the run's.
  const std::string stored = kAudit;
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {kAudit, data.name()}, AuditSettings(pipeline, data),
                                   {ContrastiveFile(data.name())}, FilesOf(stem, stored),
                                   [&](const std::string&) -> absl::Status {
                                     ASSIGN_OR_RETURN(const std::vector<LeakRow> rows, AuditData(pipeline, data));
                                     return Write(pipeline, LeakTable(rows), stored);
                                   }));
  ASSIGN_OR_RETURN(const std::string text, Text(pipeline, kAudit, data, stem));
  if (!text.empty()) std::fprintf(stderr, "\n%s\n", text.c_str());
  return absl::OkStatus();
}

absl::Status CompareLeaks(const Pipeline& pipeline, const Data& data, std::string* summary) {
  ASSIGN_OR_RETURN(*summary, Text(pipeline, kAudit, data, LeakAudit(data.name())));
  const std::vector<const Arm*> arms = SamiArms(pipeline, data);
  if (arms.empty()) return absl::OkStatus();
  std::vector<std::string> inputs = {ContrastiveFile(data.name())};
  std::string settings = AuditSettings(pipeline, data);
  for (const Arm* arm : arms) {
    inputs.push_back(MetricsFile(arm->name()));
    const SeenPairs seen = SeenPairsOf(pipeline.spec, *arm);
    absl::StrAppend(&settings, "arm: ", arm->name(), " ", static_cast<int>(seen.which), " ", seen.count, " ", seen.seed,
                    "\n");
  }
  const std::string stem = LeakAuditArms(data.name()), stored = kOfArms;
  RETURN_IF_ERROR(RunPipelineStage(pipeline, {kOfArms, data.name()}, settings, inputs, FilesOf(stem, stored),
                                   [&](const std::string&) -> absl::Status {
                                     ASSIGN_OR_RETURN(const analysis::Table table, ArmsTable(pipeline, data));
                                     return Write(pipeline, table, stored);
                                   }));
  ASSIGN_OR_RETURN(const std::string text, Text(pipeline, kOfArms, data, stem));
  if (!text.empty()) absl::StrAppend(summary, "\n", text);
  return absl::OkStatus();
}

}  // namespace experiments
