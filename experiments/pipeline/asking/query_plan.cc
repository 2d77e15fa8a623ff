#include "experiments/pipeline/asking/query_plan.h"

#include <limits>
#include <utility>

#include "absl/types/span.h"
#include "base/random.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/spec/nodes.h"
#include "sami/constitution.h"

namespace experiments {

using ::sami::ContrastiveQuery;

absl::StatusOr<std::vector<ContrastiveQuery>> PlanQueries(const Pipeline& pipeline, const AskedUnder& asked,
                                                          std::vector<lm::TextRequest>* requests) {
  const std::string& wording = PromptsOf(pipeline, asked.prompts).with_constitution();
  std::vector<ContrastiveQuery> queries;
  const absl::Span<const Query> all = pipeline.queries.at(asked.queries);
  for (const Query& source : all.subspan(asked.skip, asked.take)) {
    base::RandomStream stream(asked.seed, asked.stream, source.id);
    ContrastiveQuery query{source.id, source.category, source.text, {}};
    ASSIGN_OR_RETURN(const auto principles, DrawPrinciples(pipeline, asked.constitutions, query.category, stream));
    ASSIGN_OR_RETURN(const auto constitutions,
                     sami::ContrastingConstitutions(principles, asked.constitutions_per_query, stream));
    for (const datasets::Constitution& constitution : constitutions) {
      const std::string prompt = sami::BuildPrompt(constitution, source.text, wording);
      requests->push_back({prompt, static_cast<uint64_t>(source.id), static_cast<uint32_t>(query.pairs.size())});
      if (!asked.reorders) {
        query.pairs.push_back({constitution, prompt, "", false});
        continue;
      }
      const datasets::Constitution reordered = sami::Reordered(constitution, stream);
      query.pairs.push_back({reordered, sami::BuildPrompt(reordered, source.text, wording), "", false});
    }
    queries.push_back(std::move(query));
  }
  return queries;
}

absl::StatusOr<std::vector<std::string>> PlannedPrompts(const Pipeline& pipeline, const AskedUnder& asked) {
  std::vector<lm::TextRequest> requests;
  RETURN_IF_ERROR(PlanQueries(pipeline, asked, &requests).status());
  std::vector<std::string> prompts;
  for (lm::TextRequest& request : requests) prompts.push_back(std::move(request.prompt));
  return prompts;
}

AskedUnder AskedOf(const sami_harness::ExperimentSpec& spec, const sami_harness::Data& data) {
  return {data.queries(),
          data.constitutions(),
          data.prompts(),
          static_cast<int>(data.constitutions_per_query()),
          "sami/constitutions",
          SeedOf(spec, data),
          /*reorders=*/true,
          data.skip(),
          data.has_take() ? data.take() : std::numeric_limits<int64_t>::max()};
}

AskedUnder AskedOf(const sami_harness::ExperimentSpec& spec, const sami_harness::InformationSpec& information) {
  return {information.queries(),       information.constitutions(),
          information.prompts(),       static_cast<int>(information.constitutions_per_query()),
          "information/constitutions", SeedOf(spec, information),
          /*reorders=*/false};
}

}  // namespace experiments
