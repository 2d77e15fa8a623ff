#include "experiments/pipeline/examples.h"

#include <utility>

#include "sami/constitution.h"

namespace experiments {

lm::TokenIds ResponseIds(const lm::LanguageModel& model, absl::string_view response) {
  lm::TokenIds ids = model.tokenizer->Encode(sami::ResponseContinuation(response));
  ids.push_back(lm::EndOfSequence(model));
  return ids;
}

std::vector<training::ContrastiveExample> ContrastiveExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                              const lm::LanguageModel& model) {
  std::vector<training::ContrastiveExample> examples;
  for (const sami::ContrastiveQuery& query : queries) {
    training::ContrastiveExample example;
    for (const sami::ContrastivePair& pair : query.pairs) {
      example.prompts.push_back(lm::EncodePrompt(*model.tokenizer, pair.prompt));
      example.responses.push_back(ResponseIds(model, pair.response));
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

training::Examples ExamplesOf(training::ExampleKind kind, const std::vector<sami::ContrastiveQuery>& queries,
                              const lm::LanguageModel& model) {
  if (kind == training::ExampleKind::kContrastive) return ContrastiveExamples(queries, model);
  std::vector<training::PreferenceExample> preferences;
  for (const sami::ContrastiveQuery& query : queries) {
    preferences.push_back({lm::EncodePrompt(*model.tokenizer, query.pairs[0].prompt),
                           ResponseIds(model, query.pairs[0].response), ResponseIds(model, query.pairs[1].response)});
  }
  if (kind == training::ExampleKind::kPreference) return preferences;
  if (kind == training::ExampleKind::kText) {
    std::vector<training::TextExample> texts;
    for (const training::PreferenceExample& e : preferences) texts.push_back({e.prompt, e.chosen});
    return texts;
  }
  std::vector<training::LabeledExample> labeled;
  for (const training::PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.chosen, true});
  for (const training::PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.rejected, false});
  return labeled;
}

}  // namespace experiments
