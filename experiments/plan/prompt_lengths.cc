#include "experiments/plan/prompt_lengths.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/data_files.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/inputs.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/inputs/queries.h"
#include "experiments/pipeline/asking/query_plan.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/chat_format.h"
#include "lm/checkpoint/model_places.h"
#include "lm/tokenizer/tokenizer.h"

namespace experiments {
namespace {

// By the names of the spec's nodes.
struct Prompts {
  std::map<std::string, std::vector<std::string>> data, evaluations, information, accuracy;
};

// Of a data file's examples, a prompt and a response each.
absl::StatusOr<std::vector<std::string>> WholeTexts(const Pipeline& pipeline, const sami_harness::Data& data) {
  datasets::Notes unused;
  ASSIGN_OR_RETURN(const DataRows rows, ReadDataFile(pipeline, data, unused));
  std::vector<std::string> texts;
  for (const sami::ContrastiveQuery& query : rows.contrastive) {
    for (const sami::ContrastivePair& pair : query.pairs)
      texts.push_back(absl::StrCat(pair.prompt, " ", pair.response));
  }
  for (const Preference& row : rows.preferences) {
    texts.push_back(absl::StrCat(WhatWasSaid(row.prompt), WhatWasSaid(row.chosen)));
  }
  for (const Completion& row : rows.completions) {
    texts.push_back(absl::StrCat(WhatWasSaid(row.prompt), WhatWasSaid(row.completion)));
  }
  return texts;
}

absl::StatusOr<Prompts> FindPrompts(const sami_harness::ExperimentSpec& spec) {
  Pipeline pipeline;
  pipeline.spec = spec;
  const std::vector<absl::Status> errors = FindEachText(&pipeline);
  if (!errors.empty()) return errors[0];
  Prompts prompts;
  for (const sami_harness::Data& data : spec.data()) {
    std::vector<std::string>& texts = prompts.data[data.name()];
    if (IsGenerated(data)) {
      ASSIGN_OR_RETURN(texts, PlannedPrompts(pipeline, AskedOf(pipeline.spec, data)));
    } else {
      ASSIGN_OR_RETURN(texts, WholeTexts(pipeline, data));
    }
  }
  for (const auto& evaluation : spec.evaluations()) {
    ASSIGN_OR_RETURN(prompts.evaluations[evaluation.name()], EvaluationPrompts(pipeline, evaluation));
  }
  for (const auto& information : spec.information()) {
    ASSIGN_OR_RETURN(prompts.information[information.name()],
                     PlannedPrompts(pipeline, AskedOf(pipeline.spec, information)));
  }
  for (const auto& accuracy : spec.accuracy()) {
    ASSIGN_OR_RETURN(prompts.accuracy[accuracy.name()], AccuracyPrompts(pipeline, accuracy));
  }
  return prompts;
}

// How prompts become tokens: by the first model's files, as far as those are here.
struct Measure {
  std::unique_ptr<lm::Tokenizer> tokenizer;
  std::shared_ptr<const lm::ChatFormat> chat;
};

// Without what is not here, or not usable: a run would say what is wrong with it.
Measure FindMeasure(const sami_harness::ExperimentSpec& spec) {
  Measure measure;
  const sami_harness::Model& model = spec.models(0);
  const absl::StatusOr<std::string> folder = FindFolder(model);
  const auto places = folder.ok() ? lm::FindModelPlaces(*folder) : folder.status();
  if (!places.ok()) return measure;
  auto tokenizer = lm::LoadTokenizer(lm::TokenizerPath(places->texts));
  if (tokenizer.ok()) measure.tokenizer = *std::move(tokenizer);
  auto chat = FindChat(model, *folder);
  if (chat.ok()) measure.chat = *std::move(chat);
  return measure;
}

// asking: null where the texts are whole.
double Tokens(const Measure& measure, const lm::Asking* asking, const std::string& prompt) {
  constexpr double kBytesPerToken = 4;
  const lm::Tokenizer* tokenizer = measure.tokenizer.get();
  if (tokenizer == nullptr) return std::ceil(prompt.size() / kBytesPerToken);
  if (asking != nullptr) {
    const auto put = lm::PromptOf(measure.chat.get(), *tokenizer, prompt, *asking);
    if (put.ok()) return lm::EncodePrompt(*tokenizer, *put).size();
  }
  return tokenizer->AddSpecialTokens(tokenizer->Encode(prompt)).size();
}

PromptLength Length(const Measure& measure, const lm::Asking* asking, const std::vector<std::string>& prompts) {
  // Spread over all of them: neighbours may be of one category.
  const size_t count = std::min<size_t>(prompts.size(), kMostPrompts);
  PromptLength length;
  for (size_t i = 0; i < count; ++i) {
    const double tokens = Tokens(measure, asking, prompts[i * prompts.size() / count]);
    length.mean += tokens / count;
    length.longest = std::max(length.longest, tokens);
  }
  return length;
}

std::string Describe(const AskedSets& sets) {
  std::string text;
  const auto add = [&text](const std::string& name, const PromptLength& length) {
    if (length.longest == 0) return;
    absl::StrAppend(&text, text.empty() ? "" : ", ", name,
                    absl::StrFormat(" %.0f (%.0f)", length.mean, length.longest));
  };
  for (const auto& [name, set] : sets.data) add(absl::StrCat("data ", name), set.prompt);
  for (const auto& [name, set] : sets.evaluations) add(absl::StrCat("evaluation ", name), set.prompt);
  for (const auto& [name, set] : sets.information) add(absl::StrCat("information ", name), set.prompt);
  for (const auto& [name, set] : sets.accuracy) add(absl::StrCat("accuracy ", name), set.prompt);
  return text;
}

}  // namespace

AskedSets FindAskedSets(const sami_harness::ExperimentSpec& spec, std::string* source) {
  const absl::StatusOr<Prompts> prompts = FindPrompts(spec);
  if (!prompts.ok()) {
    *source = absl::StrFormat("Every prompt is taken to have %.0f tokens (--prompt_tokens): %s.", kUnknownPromptTokens,
                              std::string(prompts.status().message()));
    return EqualPrompts(spec, kUnknownPromptTokens);
  }
  const Measure measure = FindMeasure(spec);
  Pipeline pipeline;
  pipeline.spec = spec;
  // each: prompts a query
  const auto set = [&](const std::vector<std::string>& texts, double each, const lm::Asking* asking) {
    return AskedSet{texts.size() / each, Length(measure, asking, texts)};
  };
  AskedSets sets;
  for (const sami_harness::Data& data : spec.data()) {
    const lm::Asking asking = AskingOf(pipeline, data.prompts());
    sets.data[data.name()] =
        set(prompts->data.at(data.name()), IsContrastive(data) ? data.constitutions_per_query() : 1,
            IsGenerated(data) ? &asking : nullptr);
  }
  for (const auto& evaluation : spec.evaluations()) {
    const lm::Asking asking = AskingOf(pipeline, evaluation.prompts());
    sets.evaluations[evaluation.name()] =
        set(prompts->evaluations.at(evaluation.name()), evaluation.settings_size(), &asking);
  }
  for (const auto& information : spec.information()) {
    const lm::Asking asking = AskingOf(pipeline, information.prompts());
    sets.information[information.name()] =
        set(prompts->information.at(information.name()), information.constitutions_per_query(), &asking);
  }
  for (const auto& accuracy : spec.accuracy()) {
    const lm::Asking asking;
    sets.accuracy[accuracy.name()] = set(prompts->accuracy.at(accuracy.name()), 1, &asking);
  }
  *source = absl::StrCat("Tokens of a prompt, mean (longest), ",
                         measure.tokenizer == nullptr ? "four bytes each, as the tokenizer is not here: "
                         : measure.chat == nullptr    ? "by the first model's tokenizer: "
                                                      : "by the first model's chat template and tokenizer: ",
                         Describe(sets), ".");
  return sets;
}

std::vector<std::pair<std::string, std::string>> DescribeTexts(const sami_harness::ExperimentSpec& spec) {
  std::vector<std::pair<std::string, std::string>> texts;
  const auto add = [&](const char* kind, const std::string& name, const auto& found, const char* what) {
    texts.emplace_back(absl::StrCat(kind, " ", name),
                       found.ok() ? absl::StrCat(found->size(), " ", what)
                                  : absl::StrCat("NOT USABLE: ", std::string(found.status().message())));
  };
  for (const auto& set : spec.queries()) add("queries", set.name(), LoadQueries(set), "queries");
  for (const auto& set : spec.constitutions()) {
    if (!set.has_written_by()) {
      add("constitutions", set.name(), LoadPrinciples(set), "principles");
      continue;
    }
    texts.emplace_back(
        absl::StrCat("constitutions ", set.name()),
        absl::StrCat(set.written_by().count(), " principles that ", set.written_by().model(), " writes, in at most ",
                     set.written_by().replies(), " replies of ", set.written_by().max_new_tokens(), " tokens"));
  }
  return texts;
}

}  // namespace experiments
