// Stage 1: the contrastive data set, written by the generator model.
#include <map>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/questions.h"
#include "experiments/pipeline/pipeline.h"
#include "lm/language_model.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"

namespace experiments {
namespace {

using ::sami::ContrastiveQuery;

sami::Filters FiltersOf(const sami_harness::FilterSpec& spec) {
  return {spec.unfinished(), spec.equal_responses(), {spec.forbidden().begin(), spec.forbidden().end()}};
}

// The queries with their constitutions and training prompts; responses are still to be written. `requests` get the
// generation prompts, pair after pair.
absl::StatusOr<std::vector<ContrastiveQuery>> PlanQueries(const Pipeline& pipeline,
                                                          std::vector<lm::TextRequest>* requests) {
  const sami_harness::DataSpec& data = pipeline.spec.data();
  ASSIGN_OR_RETURN(const auto questions,
                   embedded::DrawQuestions(embedded::Split::kTrain, data.train_queries(), pipeline.spec.seed()));
  std::vector<ContrastiveQuery> queries;
  for (const embedded::Question& question : questions) {
    base::RandomStream stream(pipeline.spec.seed(), "sami/constitutions", question.id);
    ContrastiveQuery query{question.id, std::string(embedded::CategoryName(question.category)), question.text, {}};
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

absl::Status WriteFilterCounts(const std::string& path, const sami::FilterCounts& counts) {
  base::OrderedJson json;
  json["unfinished"] = counts.unfinished;
  json["empty"] = counts.empty;
  json["forbidden"] = counts.forbidden;
  json["equal_responses"] = counts.equal_responses;
  json["kept"] = counts.kept;
  return base::WriteFileAtomically(path, json.dump(2) + "\n");
}

absl::Status Generate(const Pipeline& pipeline) {
  const sami_harness::SamplingSpec& sampling = pipeline.spec.data().sampling();
  lm::LoadOptions load;
  load.device = pipeline.device;
  ASSIGN_OR_RETURN(const lm::LanguageModel generator, lm::LoadLanguageModel(pipeline.generator_folder, load));
  std::vector<lm::TextRequest> requests;
  ASSIGN_OR_RETURN(std::vector<ContrastiveQuery> queries, PlanQueries(pipeline, &requests));
  lm::TextOptions options;
  options.temperature = sampling.temperature();
  options.top_p = sampling.top_p();
  options.max_new_tokens = sampling.max_new_tokens();
  options.seed = pipeline.spec.seed();
  options.stream = "sami/responses";
  options.threads = pipeline.threads;
  options.title = "responses";
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts, lm::GenerateTexts(generator, requests, options));
  auto text = texts.begin();
  for (ContrastiveQuery& query : queries) {
    for (sami::ContrastivePair& pair : query.pairs) {
      pair.response = text->text;
      pair.finished = (text++)->finished;
    }
  }
  sami::FilterCounts counts;
  const auto kept = sami::ApplyFilters(FiltersOf(pipeline.spec.data().filters()), queries, &counts);
  if (kept.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no query of ", queries.size(), " passes the filters (unfinished ", counts.unfinished, ", empty ", counts.empty,
        ", forbidden ", counts.forbidden, ", equal_responses ", counts.equal_responses,
        "): loosen data.filters, raise data.sampling.max_new_tokens or take a generator that follows constitutions"));
  }
  RETURN_IF_ERROR(WriteFilterCounts(pipeline.run->PathOf("data/filters.json"), counts));
  return sami::WriteContrastiveData(pipeline.run->PathOf("data/contrastive.jsonl"), kept);
}

}  // namespace

absl::Status GenerateData(const Pipeline& pipeline) {
  return RunPipelineStage(pipeline, "data", {"generator_model", "constitutions"},
                          {"data/contrastive.jsonl", "data/filters.json"},
                          [&](const std::string&) { return Generate(pipeline); });
}

}  // namespace experiments
