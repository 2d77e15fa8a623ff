#include "experiments/pipeline/examples.h"

#include <utility>

#include "base/check.h"
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

namespace {

// Empty where the prompt with this completion is longer than the context, or there is no completion.
lm::TokenIds CompletionIds(const lm::LanguageModel& model, const lm::TokenIds& prompt, const std::string& completion) {
  if (completion.empty()) return {};
  lm::TokenIds ids = model.tokenizer->Encode(completion);
  ids.push_back(lm::EndOfSequence(model));
  const int64_t length = static_cast<int64_t>(prompt.size() + ids.size());
  return length <= model.decoder.config().max_positions ? ids : lm::TokenIds();
}

}  // namespace

training::Examples ExamplesOf(training::ExampleKind kind, const DataRows& rows, const lm::LanguageModel& model,
                              int64_t* left_out) {
  SAMI_CHECK(kind != training::ExampleKind::kContrastive && rows.contrastive.empty());
  std::vector<training::PreferenceExample> preferences;
  for (const Preference& row : rows.preferences) {
    const lm::TokenIds prompt = lm::EncodePrompt(*model.tokenizer, row.prompt);
    preferences.push_back(
        {prompt, CompletionIds(model, prompt, row.chosen), CompletionIds(model, prompt, row.rejected)});
    if (!preferences.back().chosen.empty() && !preferences.back().rejected.empty()) continue;
    preferences.pop_back();
    ++*left_out;
  }
  if (kind == training::ExampleKind::kPreference) return preferences;
  std::vector<training::LabeledExample> labeled;
  for (const training::PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.chosen, true});
  for (const training::PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.rejected, false});
  for (const Completion& row : rows.completions) {
    const lm::TokenIds prompt = lm::EncodePrompt(*model.tokenizer, row.prompt);
    labeled.push_back({prompt, CompletionIds(model, prompt, row.completion), row.desirable});
    if (!labeled.back().response.empty()) continue;
    labeled.pop_back();
    ++*left_out;
  }
  if (kind == training::ExampleKind::kLabeled) return labeled;
  std::vector<training::TextExample> texts;
  for (training::LabeledExample& e : labeled) {
    if (e.desirable) texts.push_back({std::move(e.prompt), std::move(e.response)});
  }
  return texts;
}

}  // namespace experiments
