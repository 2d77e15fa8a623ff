// Stage 3b: the InfoNCE bound on I(Y; C | X) of each arm on a set of queries: constitutions as in training, responses
// sampled from the arm itself at temperature 1, scored by the arm.
#include "absl/strings/str_cat.h"
#include "base/progress.h"
#include "base/status.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/pipeline/examples/examples.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/pipeline/query_plan.h"
#include "experiments/run/records.h"
#include "lm/chat/text_generation.h"
#include "sami/contrastive_data.h"
#include "sami/measure_information.h"

namespace experiments {
namespace {

using ::sami_harness::InformationSpec;

absl::StatusOr<std::vector<sami::ContrastiveQuery>> SampleQueries(const Pipeline& pipeline,
                                                                  const InformationSpec& information,
                                                                  const std::string& arm,
                                                                  const lm::LanguageModel& model) {
  std::vector<lm::TextRequest> requests;
  ASSIGN_OR_RETURN(std::vector<sami::ContrastiveQuery> queries,
                   PlanQueries(pipeline, AskedOf(pipeline.spec, information), &requests));
  lm::TextOptions options;
  options.asking = AskingOf(pipeline, information.prompts());
  options.temperature = 1;
  options.max_new_tokens = information.max_new_tokens();
  options.stop.assign(information.stop().begin(), information.stop().end());
  options.seed = pipeline.spec.seed();
  options.stream = "information/responses";
  options.threads = pipeline.threads;
  options.title = absl::StrCat("samples of ", arm);
  ASSIGN_OR_RETURN(const std::vector<lm::GeneratedText> texts, lm::GenerateTexts(model, requests, options));
  auto text = texts.begin();
  for (sami::ContrastiveQuery& query : queries) {
    for (sami::ContrastivePair& pair : query.pairs) {
      pair.response = text->text;
      pair.response_ids = text->ids;
      pair.finished = (text++)->finished;
    }
  }
  return queries;
}

absl::Status Estimate(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  ASSIGN_OR_RETURN(const lm::LanguageModel model, LoadModel(pipeline, arm));
  ASSIGN_OR_RETURN(const auto queries, SampleQueries(pipeline, information, arm, model));
  const ExampleOptions as_sampled = {AskingOf(pipeline, information.prompts()), /*keeps_sampled_ids=*/true};
  ASSIGN_OR_RETURN(const auto examples, ContrastiveExamples(queries, model, as_sampled));
  base::Progress progress(absl::StrCat("information of ", arm), queries.size(), "queries");
  ASSIGN_OR_RETURN(
      const sami::InformationBound bound,
      sami::MeasureInformation(model.decoder, examples, pipeline.spec.seed(), pipeline.threads, &progress));
  std::vector<QueryInformation> lines;
  for (size_t i = 0; i < queries.size(); ++i) {
    lines.push_back({queries[i].query_id, queries[i].category, bound.calibrated[i], bound.permuted[i], bound.plain[i]});
  }
  return WriteLines(pipeline.run->PathOf(InformationFile(information.name(), arm)), lines);
}

}  // namespace

absl::Status EstimateInformation(const Pipeline& pipeline, const InformationSpec& information, const std::string& arm) {
  std::vector<std::string> inputs = {ModelInput(pipeline, arm)};
  AddConstitutions(pipeline, information.constitutions(), &inputs);
  inputs.push_back(absl::StrCat("queries/", information.queries()));
  return RunPipelineStage(pipeline, {"information", absl::StrCat(information.name(), ".", arm)},
                          SettingsOf(pipeline, information, information.prompts()), inputs,
                          {{InformationFile(information.name(), arm), InformationFile("information", "arm")}},
                          [&](const std::string&) { return Estimate(pipeline, information, arm); });
}

}  // namespace experiments
