#include "experiments/pipeline/asking/query_plan.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/types/span.h"
#include "base/random.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/spec/nodes.h"

namespace experiments {

using ::sami::ContrastiveQuery;

namespace {

sami::Draw DrawOf(sami_harness::Data::Draw draw) {
  switch (draw) {
    case sami_harness::Data::POLES:
      return sami::Draw::kPoles;
    case sami_harness::Data::ANY:
      return sami::Draw::kAny;
    case sami_harness::Data::POSITIVE_AND_ANY:
      return sami::Draw::kPositiveAndAny;
    case sami_harness::Data::FIRST_DIFFERS:
      return sami::Draw::kFirstDiffers;
  }
  return sami::Draw::kPoles;
}

// Brings that principle to the front which stands first in its set.
void FirstOfSetFirst(const std::vector<datasets::Principle>& set, std::vector<datasets::Principle>* drawn) {
  for (const datasets::Principle& principle : set) {
    const auto at = std::find_if(drawn->begin(), drawn->end(), [&](const auto& p) { return p.id == principle.id; });
    if (at == drawn->end()) continue;
    std::iter_swap(drawn->begin(), at);
    return;
  }
}

}  // namespace

absl::StatusOr<std::vector<ContrastiveQuery>> PlanQueries(const Pipeline& pipeline, const AskedUnder& asked,
                                                          std::vector<lm::TextRequest>* requests) {
  const sami_harness::Prompts& prompts = PromptsOf(pipeline, asked.prompts);
  const std::string& trained = PromptsOf(pipeline, asked.training_prompts).with_constitution();
  std::vector<ContrastiveQuery> queries;
  const absl::Span<const Query> all = pipeline.queries.at(asked.queries);
  for (const Query& source : all.subspan(asked.skip, asked.take)) {
    base::RandomStream stream(asked.seed, asked.stream, source.id);
    ContrastiveQuery query{source.id, source.category, source.text, {}};
    ASSIGN_OR_RETURN(auto principles, DrawPrinciples(pipeline, asked.constitutions, query.category, stream));
    if (asked.draw == sami::Draw::kFirstDiffers) {
      FirstOfSetFirst(pipeline.principles.at(asked.constitutions), &principles);
    }
    ASSIGN_OR_RETURN(const auto constitutions,
                     sami::ContrastingConstitutions(principles, asked.constitutions_per_query, asked.draw, stream));
    for (const datasets::Constitution& constitution : constitutions) {
      const std::string prompt = sami::BuildPrompt(constitution, source.text, prompts.with_constitution());
      requests->push_back({WithResponseStart(prompts, prompt), static_cast<uint64_t>(source.id),
                           static_cast<uint32_t>(query.pairs.size())});
      const datasets::Constitution shown = asked.reorders ? sami::Reordered(constitution, stream) : constitution;
      query.pairs.push_back({shown, sami::BuildPrompt(shown, source.text, trained), "", false});
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
          data.has_training_prompts() ? data.training_prompts() : data.prompts(),
          static_cast<int>(data.constitutions_per_query()),
          DrawOf(data.draw()),
          "sami/constitutions",
          SeedOf(spec, data),
          /*reorders=*/true,
          data.skip(),
          data.has_take() ? data.take() : std::numeric_limits<int64_t>::max()};
}

AskedUnder AskedOf(const sami_harness::ExperimentSpec& spec, const sami_harness::InformationSpec& information) {
  return {information.queries(),
          information.constitutions(),
          information.prompts(),
          information.prompts(),
          static_cast<int>(information.constitutions_per_query()),
          sami::Draw::kPoles,
          "information/constitutions",
          SeedOf(spec, information),
          /*reorders=*/false};
}

}  // namespace experiments
