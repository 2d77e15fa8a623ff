#include "experiments/pipeline/examples/examples.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::lm::PromptAndResponse;
using ::training::PreferenceExample;

PromptAndResponse OfPair(const lm::PromptText& prompt, const sami::ContrastivePair& pair,
                         const lm::LanguageModel& model, const ExampleOptions& options) {
  if (!options.keeps_sampled_ids || pair.response_ids.empty()) {
    return lm::EncodeResponse(model, prompt, pair.response, pair.finished);
  }
  PromptAndResponse ids = {lm::EncodePrompt(*model.tokenizer, prompt), pair.response_ids};
  if (pair.finished && model.ends.taught >= 0) ids.response.push_back(model.ends.taught);
  return ids;
}

// Two responses to one prompt, whose ids differ at the end where a token of one of them reaches over the border.
PreferenceExample Share(const PromptAndResponse& chosen, const PromptAndResponse& rejected) {
  const auto [end, other] =
      std::mismatch(chosen.prompt.begin(), chosen.prompt.end(), rejected.prompt.begin(), rejected.prompt.end());
  PreferenceExample example = {
      {chosen.prompt.begin(), end}, {end, chosen.prompt.end()}, {other, rejected.prompt.end()}};
  example.chosen.insert(example.chosen.end(), chosen.response.begin(), chosen.response.end());
  example.rejected.insert(example.rejected.end(), rejected.response.begin(), rejected.response.end());
  return example;
}

std::vector<training::LabeledExample> Labeled(const std::vector<PreferenceExample>& preferences) {
  std::vector<training::LabeledExample> labeled;
  for (const PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.chosen, true});
  for (const PreferenceExample& e : preferences) labeled.push_back({e.prompt, e.rejected, false});
  return labeled;
}

}  // namespace

absl::StatusOr<std::vector<training::ContrastiveExample>> ContrastiveExamples(
    const std::vector<sami::ContrastiveQuery>& queries, const lm::LanguageModel& model, const ExampleOptions& options) {
  std::vector<training::ContrastiveExample> examples;
  for (const sami::ContrastiveQuery& query : queries) {
    training::ContrastiveExample example;
    for (const sami::ContrastivePair& pair : query.pairs) {
      ASSIGN_OR_RETURN(const lm::PromptText prompt,
                       lm::PromptOf(model.chat.get(), *model.tokenizer, pair.prompt, options.asking));
      PromptAndResponse ids = OfPair(prompt, pair, model, options);
      example.prompts.push_back(std::move(ids.prompt));
      example.responses.push_back(std::move(ids.response));
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

absl::StatusOr<training::Examples> ExamplesOf(training::ExampleKind kind,
                                              const std::vector<sami::ContrastiveQuery>& queries,
                                              const lm::LanguageModel& model, const ExampleOptions& options) {
  const auto index = [&](size_t i) { return options.queries.empty() ? static_cast<int64_t>(i) : options.queries[i]; };
  if (kind == training::ExampleKind::kContrastive) {
    std::vector<sami::ContrastiveQuery> seen;
    for (size_t i = 0; i < queries.size(); ++i) {
      seen.push_back({queries[i].query_id, queries[i].category, queries[i].question, {}});
      for (const int64_t k : sami::SeenConstitutions(options.seen, index(i), queries[i].pairs.size())) {
        seen.back().pairs.push_back(queries[i].pairs[k]);
      }
    }
    return ContrastiveExamples(seen, model, options);
  }
  std::vector<training::TextExample> texts;
  std::vector<PreferenceExample> preferences;
  for (size_t i = 0; i < queries.size(); ++i) {
    const std::vector<sami::ContrastivePair>& pairs = queries[i].pairs;
    const auto prompt = [&](int64_t k) {
      return lm::PromptOf(model.chat.get(), *model.tokenizer, pairs[k].prompt, options.asking);
    };
    if (kind == training::ExampleKind::kText) {
      for (const int64_t k : sami::SeenConstitutions(options.seen, index(i), pairs.size())) {
        ASSIGN_OR_RETURN(const lm::PromptText asked, prompt(k));
        PromptAndResponse ids = OfPair(asked, pairs[k], model, options);
        texts.push_back({std::move(ids.prompt), std::move(ids.response)});
      }
      continue;
    }
    for (const auto& [own, other] : sami::SeenPreferences(options.seen, index(i), pairs)) {
      ASSIGN_OR_RETURN(const lm::PromptText asked, prompt(own));
      preferences.push_back(
          Share(OfPair(asked, pairs[own], model, options), OfPair(asked, pairs[other], model, options)));
    }
  }
  if (kind == training::ExampleKind::kText) return texts;
  if (kind == training::ExampleKind::kPreference) return preferences;
  return Labeled(preferences);
}

namespace {

// Rows of a file as ids; an empty response where a row is to be left out.
class RowEncoder {
 public:
  RowEncoder(const lm::LanguageModel& model, const ExampleOptions& options)
      : model_(model), special_(options.file_texts) {
    if (model.chat == nullptr) return;
    chat_ = *model.chat;
    if (special_ == lm::SpecialText::kAsTokens) chat_.content = special_;
  }

  // row: from 1
  absl::StatusOr<PromptAndResponse> Encode(int64_t row, const datasets::Passage& prompt,
                                           const datasets::Passage& completion) const {
    if (datasets::IsBlank(completion)) return PromptAndResponse();
    PromptAndResponse ids;
    if (datasets::IsChat(prompt)) {
      SAMI_CHECK(model_.chat != nullptr);
      const auto exchange =
          lm::RenderExchange(chat_, *model_.tokenizer, datasets::ToJson(prompt), datasets::ToJson(completion));
      if (!exchange.ok()) return base::Annotate(exchange.status(), absl::StrCat("row ", row));
      ids = lm::EncodePromptAndResponse(*model_.tokenizer, exchange->prompt, exchange->response);
      // What the template writes between turns is not the assistant's to say.
      const auto end = std::find(ids.response.rbegin(), ids.response.rend(), model_.ends.taught);
      if (end != ids.response.rend()) ids.response.erase(end.base(), ids.response.end());
    } else {
      ids = lm::EncodePromptAndResponse(*model_.tokenizer, lm::PromptText::Of(std::get<std::string>(prompt), special_),
                                        lm::PromptText::Of(std::get<std::string>(completion), special_));
    }
    const bool has_end = !ids.response.empty() && ids.response.back() == model_.ends.taught;
    if (!has_end && model_.ends.taught >= 0) ids.response.push_back(model_.ends.taught);
    const int64_t length = static_cast<int64_t>(ids.prompt.size() + ids.response.size());
    return length <= model_.decoder.config().max_positions ? ids : PromptAndResponse();
  }

 private:
  const lm::LanguageModel& model_;
  const lm::SpecialText special_;
  lm::ChatFormat chat_;
};

}  // namespace

absl::StatusOr<training::Examples> ExamplesOf(training::ExampleKind kind, const DataRows& rows,
                                              const lm::LanguageModel& model, const ExampleOptions& options,
                                              int64_t* left_out) {
  SAMI_CHECK(kind != training::ExampleKind::kContrastive && rows.contrastive.empty());
  const RowEncoder encoder(model, options);
  int64_t row_number = 0;
  std::vector<PreferenceExample> preferences;
  for (const Preference& row : rows.preferences) {
    ASSIGN_OR_RETURN(const PromptAndResponse chosen, encoder.Encode(++row_number, row.prompt, row.chosen));
    ASSIGN_OR_RETURN(const PromptAndResponse rejected, encoder.Encode(row_number, row.prompt, row.rejected));
    if (chosen.response.empty() || rejected.response.empty()) {
      ++*left_out;
    } else {
      preferences.push_back(Share(chosen, rejected));
    }
  }
  if (kind == training::ExampleKind::kPreference) return preferences;
  std::vector<training::LabeledExample> labeled = Labeled(preferences);
  for (const Completion& row : rows.completions) {
    ASSIGN_OR_RETURN(PromptAndResponse ids, encoder.Encode(++row_number, row.prompt, row.completion));
    if (ids.response.empty()) {
      ++*left_out;
    } else {
      labeled.push_back({std::move(ids.prompt), std::move(ids.response), row.desirable});
    }
  }
  if (kind == training::ExampleKind::kLabeled) return labeled;
  std::vector<training::TextExample> texts;
  for (training::LabeledExample& e : labeled) {
    if (e.desirable) texts.push_back({std::move(e.prompt), std::move(e.response)});
  }
  return texts;
}

}  // namespace experiments
