// Stage 3b: the InfoNCE bound on I(Y; C | X) of each arm on held-out queries: constitutions as in training, responses
// sampled from the arm itself at temperature 1, scored by the arm.
#include "absl/strings/str_cat.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/questions.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/pipeline/examples.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/run/records.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"
#include "sami/measure_information.h"

namespace experiments {
namespace {

absl::StatusOr<std::vector<sami::ContrastiveQuery>> SampleQueries(const Pipeline& pipeline, const std::string& arm,
                                                                  const lm::LanguageModel& model) {
  const sami_harness::DataSpec& data = pipeline.spec.data();
  ASSIGN_OR_RETURN(const auto questions,
                   embedded::DrawQuestions(embedded::Split::kHeldOut,
                                           pipeline.spec.evaluation().mutual_information_queries(), kSuiteSeed));
  std::vector<sami::ContrastiveQuery> queries;
  std::vector<lm::TextRequest> requests;
  for (const embedded::Question& question : questions) {
    base::RandomStream stream(pipeline.spec.seed(), "information/constitutions", question.id);
    sami::ContrastiveQuery query{
        question.id, std::string(embedded::CategoryName(question.category)), question.text, {}};
    ASSIGN_OR_RETURN(const auto principles, sami::DrawPrinciples(pipeline.principles, query.category,
                                                                 data.principles_per_constitution(), stream));
    ASSIGN_OR_RETURN(const auto constitutions,
                     sami::ContrastingConstitutions(principles, data.constitutions_per_query(), stream));
    for (const datasets::Constitution& constitution : constitutions) {
      const std::string prompt = sami::BuildPrompt(constitution, question.text);
      requests.push_back({prompt, static_cast<uint64_t>(question.id), static_cast<uint32_t>(query.pairs.size())});
      query.pairs.push_back({constitution, prompt, "", false});
    }
    queries.push_back(std::move(query));
  }
  lm::TextOptions options;
  options.temperature = 1;
  options.max_new_tokens = data.sampling().max_new_tokens();
  options.seed = pipeline.spec.seed();
  options.stream = "information/responses";
  options.threads = pipeline.threads;
  options.title = absl::StrCat("samples of ", arm);
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts, lm::GenerateTexts(model, requests, options));
  auto text = texts.begin();
  for (sami::ContrastiveQuery& query : queries) {
    for (sami::ContrastivePair& pair : query.pairs) pair.response = (text++)->text;
  }
  return queries;
}

absl::Status Estimate(const Pipeline& pipeline, const std::string& arm) {
  ASSIGN_OR_RETURN(const lm::LanguageModel model, LoadArm(pipeline, arm));
  ASSIGN_OR_RETURN(const auto queries, SampleQueries(pipeline, arm, model));
  base::Progress progress(absl::StrCat("information of ", arm), queries.size(), "queries");
  ASSIGN_OR_RETURN(const sami::InformationBound bound,
                   sami::MeasureInformation(model.decoder, ContrastiveExamples(queries, model), pipeline.spec.seed(),
                                            pipeline.threads, &progress));
  std::vector<QueryInformation> information;
  for (size_t i = 0; i < queries.size(); ++i) {
    information.push_back(
        {queries[i].query_id, queries[i].category, bound.calibrated[i], bound.permuted[i], bound.plain[i]});
  }
  return WriteLines(pipeline.run->PathOf(InformationFile(arm)), information);
}

}  // namespace

absl::Status EstimateInformation(const Pipeline& pipeline, const std::string& arm) {
  return RunPipelineStage(pipeline, absl::StrCat("information_", arm), {ModelInput(arm), "constitutions"},
                          {InformationFile(arm)}, [&](const std::string&) { return Estimate(pipeline, arm); });
}

}  // namespace experiments
