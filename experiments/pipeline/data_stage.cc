// Stage 1: the contrastive data set, written by the generator model.
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/query_plan.h"
#include "experiments/run/records.h"
#include "lm/chat/text_generation.h"
#include "sami/contrastive_data.h"

namespace experiments {
namespace {

using ::sami::ContrastiveQuery;

sami::Filters FiltersOf(const sami_harness::FilterSpec& spec) {
  return {spec.unfinished(), spec.equal_responses(),  {spec.forbidden().begin(), spec.forbidden().end()},
          spec.min_length(), spec.min_length_ratio(), spec.min_distance()};
}

// Filters that are off are not written.
FilterCounts CountsOf(const sami::FilterCounts& counts, const sami_harness::FilterSpec& spec) {
  FilterCounts named = {{"unfinished", counts.unfinished},
                        {"empty", counts.empty},
                        {"forbidden", counts.forbidden},
                        {"equal_responses", counts.equal_responses}};
  if (spec.has_min_length()) named.emplace_back("too_short", counts.too_short);
  if (spec.has_min_length_ratio()) named.emplace_back("length_ratio", counts.length_ratio);
  if (spec.has_min_distance()) named.emplace_back("too_similar", counts.too_similar);
  named.emplace_back("kept", counts.kept);
  return named;
}

absl::Status Generate(const Pipeline& pipeline) {
  const sami_harness::SamplingSpec& sampling = pipeline.spec.data().sampling();
  ASSIGN_OR_RETURN(const lm::LanguageModel generator, LoadModel(pipeline, pipeline.generator_folder));
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
  const FilterCounts dropped = CountsOf(counts, pipeline.spec.data().filters());
  if (kept.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no query of ", queries.size(), " passes the filters (", ToJson(dropped).dump(),
        "): loosen data.filters, raise data.sampling.max_new_tokens or take a generator that follows constitutions"));
  }
  RETURN_IF_ERROR(WriteFilterCounts(pipeline.run->PathOf(kFiltersFile), dropped));
  return sami::WriteContrastiveData(pipeline.run->PathOf(kContrastiveFile), kept);
}

}  // namespace

absl::Status GenerateData(const Pipeline& pipeline) {
  std::vector<std::string> inputs = {"generator_model", "constitutions"};
  if (!pipeline.training_questions_file.empty()) inputs.push_back("training_questions");
  return RunPipelineStage(pipeline, "data", inputs, {kContrastiveFile, kFiltersFile},
                          [&](const std::string&) { return Generate(pipeline); });
}

}  // namespace experiments
