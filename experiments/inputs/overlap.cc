#include "experiments/inputs/overlap.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/status.h"
#include "datasets/overlap/overlap.h"
#include "experiments/inputs/data_files.h"

namespace experiments {
namespace {

std::vector<std::string> Texts(absl::Span<const Query> queries) {
  std::vector<std::string> texts;
  for (const Query& query : queries) texts.push_back(query.text);
  return texts;
}

// What asks, and the set that it asks.
std::vector<std::pair<const char*, std::string>> Askers(const sami_harness::ExperimentSpec& spec) {
  std::vector<std::pair<const char*, std::string>> askers;
  if (spec.has_evaluation()) askers.emplace_back("evaluation", spec.evaluation().queries());
  if (spec.has_information()) askers.emplace_back("information", spec.information().queries());
  if (spec.has_accuracy()) askers.emplace_back("accuracy", spec.accuracy().queries());
  return askers;
}

}  // namespace

absl::StatusOr<std::vector<OverlapRow>> CountOverlaps(const Pipeline& pipeline) {
  std::vector<OverlapRow> rows;
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> training, TrainingTexts(pipeline, data));
    const auto add = [&](const char* asker, const datasets::Overlap& overlap) {
      rows.push_back({data.name(), asker, overlap.texts, overlap.exact, overlap.normalized, overlap.near});
    };
    add(kItself, datasets::CountRepeats(training));
    for (const auto& [asker, set] : Askers(pipeline.spec)) {
      add(asker, datasets::CountOverlap(training, Texts(pipeline.queries.at(set))));
    }
  }
  return rows;
}

absl::Status CheckNoOverlap(const std::vector<OverlapRow>& overlaps) {
  for (const OverlapRow& row : overlaps) {
    if (row.asked == kItself || row.exact + row.same_words == 0) continue;
    return absl::FailedPreconditionError(absl::StrCat("of the ", row.queries, " queries of ", row.asked, ", ",
                                                      row.exact + row.same_words, " are trained on in data \"",
                                                      row.data, "\": ask others, or run without --strict"));
  }
  return absl::OkStatus();
}

}  // namespace experiments
