#include "experiments/pipeline/examples.h"

#include "sami/constitution.h"

namespace experiments {

lm::TokenIds ResponseIds(const lm::LanguageModel& model, absl::string_view response) {
  lm::TokenIds ids = model.tokenizer->Encode(sami::ResponseContinuation(response));
  ids.push_back(lm::EndOfSequence(model));
  return ids;
}

std::vector<sami::ContrastiveExample> ContrastiveExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                          const lm::LanguageModel& model) {
  std::vector<sami::ContrastiveExample> examples;
  for (const sami::ContrastiveQuery& query : queries) {
    sami::ContrastiveExample example;
    for (const sami::ContrastivePair& pair : query.pairs) {
      example.prompts.push_back(lm::EncodePrompt(*model.tokenizer, pair.prompt));
      example.responses.push_back(ResponseIds(model, pair.response));
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

std::vector<dpo::PreferenceExample> PreferenceExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                       const lm::LanguageModel& model) {
  std::vector<dpo::PreferenceExample> examples;
  for (const sami::ContrastiveQuery& query : queries) {
    examples.push_back({lm::EncodePrompt(*model.tokenizer, query.pairs[0].prompt),
                        ResponseIds(model, query.pairs[0].response), ResponseIds(model, query.pairs[1].response)});
  }
  return examples;
}

std::vector<sft::TextExample> TextExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                           const lm::LanguageModel& model) {
  std::vector<sft::TextExample> examples;
  for (const sami::ContrastiveQuery& query : queries) {
    examples.push_back(
        {lm::EncodePrompt(*model.tokenizer, query.pairs[0].prompt), ResponseIds(model, query.pairs[0].response)});
  }
  return examples;
}

}  // namespace experiments
