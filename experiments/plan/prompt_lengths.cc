#include "experiments/plan/prompt_lengths.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "datasets/sources/find_input.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/inputs.h"
#include "experiments/pipeline/query_plan.h"
#include "lm/tokenizer/tokenizer.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

struct Prompts {
  std::vector<std::string> data, evaluation, accuracy;
};

absl::StatusOr<Prompts> FindPrompts(const sami_harness::ExperimentSpec& spec) {
  Pipeline pipeline;
  pipeline.spec = spec;
  RETURN_IF_ERROR(FindTexts(&pipeline));
  Prompts prompts;
  std::vector<lm::TextRequest> requests;
  RETURN_IF_ERROR(PlanQueries(pipeline, &requests).status());
  for (lm::TextRequest& request : requests) prompts.data.push_back(std::move(request.prompt));
  if (spec.has_evaluation()) {
    ASSIGN_OR_RETURN(const auto questions, EvaluationQuestions(pipeline));
    for (const EvaluationQuestion& question : questions) {
      for (const datasets::Constitution& constitution : question.constitutions) {
        prompts.evaluation.push_back(sami::BuildPrompt(constitution, question.text));
      }
    }
  }
  if (spec.has_accuracy()) {
    ASSIGN_OR_RETURN(const auto questions, AccuracyQuestions(pipeline));
    for (const AccuracyQuestion& question : questions) {
      prompts.accuracy.push_back(AccuracyPrompt(pipeline, question));
    }
  }
  return prompts;
}

// Null where it is not here, or not usable: a run would say what is wrong with it.
std::unique_ptr<lm::Tokenizer> FindTokenizer(const sami_harness::ExperimentSpec& spec) {
  const absl::StatusOr<std::string> folder = datasets::FindInput("base_model.folder", spec.base_model().folder());
  if (!folder.ok()) return nullptr;
  absl::StatusOr<std::unique_ptr<lm::Tokenizer>> tokenizer = lm::LoadTokenizer(lm::TokenizerPath(*folder));
  return tokenizer.ok() ? *std::move(tokenizer) : nullptr;
}

double Tokens(const lm::Tokenizer* tokenizer, const std::string& prompt) {
  constexpr double kBytesPerToken = 4;
  if (tokenizer == nullptr) return std::ceil(prompt.size() / kBytesPerToken);
  return tokenizer->AddSpecialTokens(tokenizer->Encode(prompt)).size();
}

PromptLength Length(const lm::Tokenizer* tokenizer, const std::vector<std::string>& prompts) {
  // Spread over all of them: neighbours may be of one category.
  const size_t count = std::min<size_t>(prompts.size(), kMostPrompts);
  PromptLength length;
  for (size_t i = 0; i < count; ++i) {
    const double tokens = Tokens(tokenizer, prompts[i * prompts.size() / count]);
    length.mean += tokens / count;
    length.longest = std::max(length.longest, tokens);
  }
  return length;
}

std::string Describe(const PromptLengths& lengths) {
  std::string text;
  const auto add = [&text](const char* name, const PromptLength& length) {
    if (length.longest == 0) return;
    absl::StrAppend(&text, text.empty() ? "" : ", ", name,
                    absl::StrFormat(" %.0f (%.0f)", length.mean, length.longest));
  };
  add("data", lengths.data);
  add("questions", lengths.evaluation);
  add("problems", lengths.accuracy);
  return text;
}

}  // namespace

PromptLengths FindPromptLengths(const sami_harness::ExperimentSpec& spec, std::string* source) {
  const absl::StatusOr<Prompts> prompts = FindPrompts(spec);
  if (!prompts.ok()) {
    *source = absl::StrFormat("Every prompt is taken to have %.0f tokens (--prompt_tokens): %s.", kUnknownPromptTokens,
                              std::string(prompts.status().message()));
    return EqualPromptLengths(kUnknownPromptTokens);
  }
  const std::unique_ptr<lm::Tokenizer> tokenizer = FindTokenizer(spec);
  const PromptLengths lengths = {Length(tokenizer.get(), prompts->data), Length(tokenizer.get(), prompts->evaluation),
                                 Length(tokenizer.get(), prompts->accuracy)};
  *source = absl::StrCat(
      "Tokens of a prompt, mean (longest), ",
      tokenizer != nullptr ? "by the base model's tokenizer: " : "four bytes each, as the tokenizer is not here: ",
      Describe(lengths), ".");
  return lengths;
}

PromptLengths EqualPromptLengths(double tokens) { return {{tokens, tokens}, {tokens, tokens}, {tokens, tokens}}; }

}  // namespace experiments
