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

}  // namespace

std::vector<std::pair<std::string, std::string>> AskedQueries(const sami_harness::ExperimentSpec& spec) {
  std::vector<std::pair<std::string, std::string>> askers;
  const auto add = [&](const char* kind, const auto& nodes) {
    for (const auto& node : nodes) askers.emplace_back(absl::StrCat(kind, " ", node.name()), node.queries());
  };
  add("evaluation", spec.evaluations());
  add("information", spec.information());
  add("accuracy", spec.accuracy());
  return askers;
}

absl::StatusOr<std::vector<OverlapRow>> CountOverlaps(const Pipeline& pipeline) {
  std::vector<OverlapRow> rows;
  for (const sami_harness::Data& data : pipeline.spec.data()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> training, TrainingTexts(pipeline, data));
    const auto add = [&](const std::string& asker, const datasets::Overlap& overlap) {
      rows.push_back({data.name(), asker, overlap.texts, overlap.exact, overlap.normalized, overlap.near});
    };
    add(kItself, datasets::CountRepeats(training));
    for (const auto& [asker, set] : AskedQueries(pipeline.spec)) {
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
