// Stage 1: a contrastive data set, written by its generator or from a file.
#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/data_files.h"
#include "experiments/pipeline/asking/query_plan.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/text_writer.h"
#include "experiments/run/records.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/text_generation.h"
#include "sami/contrastive_data.h"

namespace experiments {
namespace {

using ::sami::ContrastiveQuery;

sami::Filters FiltersOf(const sami_harness::FilterSpec& spec) {
  return {spec.unfinished(),
          spec.equal_responses(),
          {spec.forbidden().begin(), spec.forbidden().end()},
          spec.min_length(),
          spec.min_length_ratio(),
          spec.min_distance(),
          {spec.first_ends_in().begin(), spec.first_ends_in().end()},
          {spec.ends_in().begin(), spec.ends_in().end()}};
}

// Leaves out the queries of which a prompt has no room for its response, with their requests. Returns how many.
absl::StatusOr<int64_t> DropTooLong(const lm::LanguageModel& generator, const lm::Asking& asking,
                                    int64_t max_new_tokens, std::vector<ContrastiveQuery>* queries,
                                    std::vector<lm::TextRequest>* requests) {
  const int64_t room = generator.decoder.config().max_positions - max_new_tokens;
  std::vector<ContrastiveQuery> kept;
  std::vector<lm::TextRequest> kept_requests;
  size_t first = 0;  // request of the query
  for (ContrastiveQuery& query : *queries) {
    const auto begin = requests->begin() + first, end = begin + query.pairs.size();
    first += query.pairs.size();
    bool fits = true;
    for (auto request = begin; request != end && fits; ++request) {
      ASSIGN_OR_RETURN(const lm::PromptText prompt,
                       lm::PromptOf(generator.chat.get(), *generator.tokenizer, request->prompt, asking));
      fits = static_cast<int64_t>(lm::EncodePrompt(*generator.tokenizer, prompt).size()) <= room;
    }
    if (!fits) continue;
    kept_requests.insert(kept_requests.end(), begin, end);
    kept.push_back(std::move(query));
  }
  const int64_t dropped = static_cast<int64_t>(queries->size() - kept.size());
  *queries = std::move(kept);
  *requests = std::move(kept_requests);
  return dropped;
}

// Filters that are off are not written.
FilterCounts CountsOf(int64_t too_long, const sami::FilterCounts& counts, const sami_harness::FilterSpec& spec) {
  FilterCounts named = {{"too_long", too_long},
                        {"unfinished", counts.unfinished},
                        {"empty", counts.empty},
                        {"forbidden", counts.forbidden},
                        {"equal_responses", counts.equal_responses}};
  if (spec.has_min_length()) named.emplace_back("too_short", counts.too_short);
  if (spec.has_min_length_ratio()) named.emplace_back("length_ratio", counts.length_ratio);
  if (spec.has_min_distance()) named.emplace_back("too_similar", counts.too_similar);
  if (spec.first_ends_in_size() + spec.ends_in_size() > 0) named.emplace_back("other_end", counts.other_end);
  named.emplace_back("kept", counts.kept);
  return named;
}

// The queries with the responses that the generator writes. `too_long` gets how many were left out.
absl::StatusOr<std::vector<ContrastiveQuery>> Generate(const Pipeline& pipeline, const sami_harness::Data& data,
                                                       int64_t* too_long) {
  const sami_harness::SamplingSpec& sampling = data.sampling();
  ASSIGN_OR_RETURN(const TextWriter generator, TextWriter::Make(pipeline, data.generator(), "data/" + data.name()));
  std::vector<lm::TextRequest> requests;
  ASSIGN_OR_RETURN(std::vector<ContrastiveQuery> queries,
                   PlanQueries(pipeline, AskedOf(pipeline.spec, data), &requests));
  if (data.filters().too_long() && generator.language_model() != nullptr) {
    ASSIGN_OR_RETURN(*too_long, DropTooLong(*generator.language_model(), AskingOf(pipeline, data.prompts()),
                                            sampling.max_new_tokens(), &queries, &requests));
  }
  const sami_harness::Prompts& frame = PromptsOf(pipeline, data.prompts());
  lm::TextOptions options;
  options.asking = AskingOf(pipeline, data.prompts());
  options.temperature = sampling.temperature();
  options.top_p = sampling.top_p();
  options.max_new_tokens = sampling.max_new_tokens();
  options.seed = SeedOf(pipeline.spec, data);
  options.stop.assign(sampling.stop().begin(), sampling.stop().end());
  options.stream = "sami/responses";
  options.threads = pipeline.model_threads();
  options.title = absl::StrCat("responses of ", data.name());
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts,
                   generator.Write(requests, options, sampling.as_published()));
  auto text = texts.begin();
  for (ContrastiveQuery& query : queries) {
    for (sami::ContrastivePair& pair : query.pairs) {
      pair.finished = text->finished;
      pair.response = ResponseOf(frame, text->text);
      // The tokens are the response's only where nothing was added and nothing left out.
      if (pair.response == text->text) pair.response_ids = text->ids;
      ++text;
    }
  }
  return queries;
}

absl::StatusOr<std::vector<ContrastiveQuery>> FromFile(const Pipeline& pipeline, const sami_harness::Data& data) {
  datasets::Notes notes;  // were said when the file was found
  ASSIGN_OR_RETURN(DataRows rows, ReadDataFile(pipeline, data, notes));
  return std::move(rows.contrastive);
}

absl::Status WriteData(const Pipeline& pipeline, const sami_harness::Data& data) {
  int64_t too_long = 0;
  ASSIGN_OR_RETURN(const std::vector<ContrastiveQuery> queries,
                   IsGenerated(data) ? Generate(pipeline, data, &too_long) : FromFile(pipeline, data));
  sami::FilterCounts counts;
  const auto kept = sami::ApplyFilters(FiltersOf(data.filters()), queries, &counts);
  const FilterCounts dropped = CountsOf(too_long, counts, data.filters());
  if (kept.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "data \"", data.name(), "\": no query of ", queries.size() + too_long, " passes the filters (",
        ToJson(dropped).dump(),
        "): loosen its filters, raise sampling.max_new_tokens or take a generator that follows constitutions"));
  }
  RETURN_IF_ERROR(WriteFilterCounts(pipeline.run->PathOf(FiltersFile(data.name())), dropped));
  return sami::WriteContrastiveData(pipeline.run->PathOf(ContrastiveFile(data.name())), kept);
}

}  // namespace

absl::Status GenerateData(const Pipeline& pipeline, const sami_harness::Data& data) {
  std::vector<std::string> inputs = {absl::StrCat("data/", data.name())};
  if (IsGenerated(data)) {
    inputs = {ModelInput(pipeline, data.generator())};
    AddConstitutions(pipeline, data.constitutions(), &inputs);
    inputs.push_back(absl::StrCat("queries/", data.queries()));
  }
  std::string settings = SettingsOf(pipeline, data, data.prompts());
  if (data.has_training_prompts()) {
    const std::string& wording = PromptsOf(pipeline, data.training_prompts()).with_constitution();
    absl::StrAppend(&settings, "trained on: ", absl::CEscape(wording), "\n");
  }
  return RunPipelineStage(
      pipeline, {"data", data.name()}, settings, inputs,
      {{ContrastiveFile(data.name()), ContrastiveFile("data")}, {FiltersFile(data.name()), FiltersFile("data")}},
      [&](const std::string&) { return WriteData(pipeline, data); });
}

}  // namespace experiments
