#include "experiments/pipeline/query_plan.h"

#include <utility>

#include "base/random.h"
#include "base/status.h"
#include "experiments/inputs/training_questions.h"
#include "sami/constitution.h"

namespace experiments {

using ::sami::ContrastiveQuery;

absl::StatusOr<std::vector<ContrastiveQuery>> PlanQueries(const Pipeline& pipeline,
                                                          std::vector<lm::TextRequest>* requests) {
  const sami_harness::DataSpec& data = pipeline.spec.data();
  ASSIGN_OR_RETURN(const std::vector<TrainingQuestion> questions, TrainingQuestions(pipeline));
  std::vector<ContrastiveQuery> queries;
  for (const TrainingQuestion& question : questions) {
    base::RandomStream stream(pipeline.spec.seed(), "sami/constitutions", question.id);
    ContrastiveQuery query{question.id, question.category, question.text, {}};
    ASSIGN_OR_RETURN(const auto principles, sami::DrawPrinciples(pipeline.principles, query.category,
                                                                 data.principles_per_constitution(), stream));
    ASSIGN_OR_RETURN(const auto constitutions,
                     sami::ContrastingConstitutions(principles, data.constitutions_per_query(), stream));
    for (const datasets::Constitution& constitution : constitutions) {
      requests->push_back({sami::BuildPrompt(constitution, question.text), static_cast<uint64_t>(question.id),
                           static_cast<uint32_t>(query.pairs.size())});
      const datasets::Constitution reordered = sami::Reordered(constitution, stream);
      query.pairs.push_back({reordered, sami::BuildPrompt(reordered, question.text), "", false});
    }
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace experiments
