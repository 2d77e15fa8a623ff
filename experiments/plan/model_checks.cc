#include "experiments/plan/model_checks.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"
#include "experiments/inputs/accuracy_items.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/judges.h"
#include "experiments/pipeline/asking/query_plan.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/chat_format.h"
#include "lm/chat/end_tokens.h"
#include "lm/chat/language_model.h"
#include "lm/chat/published_sampling.h"
#include "lm/chat/text_inspection.h"
#include "lm/checkpoint/model_places.h"
#include "lm/checkpoint/weight_files.h"
#include "lm/config/config.h"
#include "lm/model/adapter.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;

// What of a model folder is read. Null where it cannot be: who loads the model says why.
struct Known {
  std::string texts;  // ModelPlaces::texts; empty: there is no folder
  std::unique_ptr<lm::ModelConfig> config;
  std::unique_ptr<lm::Tokenizer> tokenizer;
};

Known Read(const std::string& folder) {
  Known known;
  const auto places = lm::FindModelPlaces(folder);
  if (!places.ok()) return known;
  known.texts = places->texts;
  const std::string path = absl::StrCat(places->model, "/config.json");
  const absl::StatusOr<std::string> text = base::ReadFile(path);
  if (!text.ok()) return known;
  absl::StatusOr<lm::ModelConfig> config = lm::ParseModelConfig(*text, path);
  if (config.ok()) known.config = std::make_unique<lm::ModelConfig>(*std::move(config));
  absl::StatusOr<std::unique_ptr<lm::Tokenizer>> tokenizer = lm::LoadTokenizer(lm::TokenizerPath(places->texts));
  if (tokenizer.ok()) known.tokenizer = *std::move(tokenizer);
  return known;
}

class Checker {
 public:
  explicit Checker(const Pipeline& pipeline) : pipeline_(pipeline) {
    for (const auto& [name, folder] : pipeline.model_folders) {
      if (FindNode(pipeline.spec.models(), name)->has_folder()) known_[name] = Read(folder);
    }
  }

  void CheckAdapter(const Arm& arm) {
    const sami_harness::TrainingConfig training = DescribeMethod(arm).training;
    const auto root = known_.find(RootModel(pipeline_.spec, arm.parent()));
    if (!training.has_lora() || root == known_.end() || root->second.config == nullptr) return;
    lm::AdapterConfig adapter;
    adapter.rank = training.lora().rank();
    adapter.targets.assign(training.lora().target_modules().begin(), training.lora().target_modules().end());
    Note(base::Annotate(lm::AdapterShapes(*root->second.config, adapter).status(),
                        absl::StrCat("arm \"", arm.name(), "\": lora")));
  }

  // That a response that a model is trained on has a token that ends it.
  void CheckEnd(const Arm& arm) {
    const std::string root = RootModel(pipeline_.spec, arm.parent());
    const auto known = known_.find(root);
    if (known == known_.end() || known->second.config == nullptr || known->second.tokenizer == nullptr) return;
    const auto ends = lm::FindEndTokens(known->second.texts, *known->second.config, *known->second.tokenizer,
                                        ChatOf(pipeline_, root));
    if (!ends.ok()) return Note(base::Annotate(ends.status(), absl::StrCat("models \"", root, "\"")));
    if (ends->taught >= 0) return;
    Note(absl::InvalidArgumentError(absl::StrCat(
        "arm \"", arm.name(), "\": the files of model \"", root,
        "\" name no end token, and a response needs one that ends it: ", absl::StrJoin(ends->facts, "; "))));
  }

  void CheckSampling(const std::string& where, const sami_harness::SamplingSpec& sampling,
                     const std::string& arm_or_model) {
    const auto known = known_.find(RootModel(pipeline_.spec, arm_or_model));
    if (!sampling.as_published() || known == known_.end() || known->second.texts.empty()) return;
    Note(base::Annotate(lm::ReadPublishedSampling(known->second.texts).status(), where + ": sampling.as_published"));
  }

  void CheckJudge(const std::string& where, const std::string& folder) {
    const Known known = Read(folder);
    if (known.texts.empty()) return;
    const auto chat = lm::FindChatFormat(known.texts, {});
    if (!chat.ok()) return Note(base::Annotate(chat.status(), where));
    if (*chat == nullptr || known.tokenizer == nullptr) return;
    Note(base::Annotate(
        lm::RenderPrompt(**chat, *known.tokenizer, lm::MessagesJson({{"user", "Which is better?"}})).status(), where));
  }

  // That each prompt, with so many tokens behind it, fits into the context of the model that an arm, or a data set's
  // generator, comes from. A model is asked once about the same prompts: `where` names them.
  void CheckRoom(const std::string& where, const std::vector<std::string>& prompts, const lm::Asking& asking,
                 int64_t max_new_tokens, const std::string& arm_or_model) {
    const std::string root = RootModel(pipeline_.spec, arm_or_model);
    const auto known = known_.find(root);
    if (known == known_.end() || known->second.config == nullptr || known->second.tokenizer == nullptr) return;
    if (!asked_.insert({where, root}).second) return;
    const int64_t context = known->second.config->max_positions;
    int64_t longest = 0, without_room = 0;
    for (const std::string& prompt : prompts) {
      const auto put = lm::PromptOf(ChatOf(pipeline_, root), *known->second.tokenizer, prompt, asking);
      if (!put.ok()) return Note(base::Annotate(put.status(), where));
      const auto length = static_cast<int64_t>(lm::EncodePrompt(*known->second.tokenizer, *put).size());
      longest = std::max(longest, length);
      without_room += length + max_new_tokens > context;
    }
    if (without_room == 0) return;
    Note(absl::InvalidArgumentError(
        absl::StrCat(where, ": ", without_room, " of ", prompts.size(), " prompts, the longest of ", longest,
                     " tokens, leave no room for max_new_tokens ", max_new_tokens, " in the context of ", context,
                     " tokens of model \"", root, "\": lower max_new_tokens, or take other queries")));
  }

  void Note(const absl::Status& status) {
    if (!status.ok()) errors_.push_back(status);
  }
  std::vector<absl::Status> errors() && { return std::move(errors_); }

 private:
  const Pipeline& pipeline_;
  std::map<std::string, Known> known_;
  std::set<std::pair<std::string, std::string>> asked_;
  std::vector<absl::Status> errors_;
};

}  // namespace

std::vector<absl::Status> CheckModels(const Pipeline& pipeline) {
  const sami_harness::ExperimentSpec& spec = pipeline.spec;
  // Categories without principles enough, and problems without answers, were found before.
  const std::vector<std::string> kNone;
  const auto is_known = [&](const std::string& queries) { return pipeline.queries.count(queries) > 0; };
  Checker checker(pipeline);
  for (const Arm& arm : spec.arms()) {
    if (!IsTrained(arm)) continue;
    checker.CheckAdapter(arm);
    checker.CheckEnd(arm);
  }
  for (const auto& [where, folder] : LocalJudges(pipeline)) checker.CheckJudge(where, folder);
  for (const sami_harness::Data& data : spec.data()) {
    if (IsGenerated(data)) {
      checker.CheckSampling(absl::StrCat("data \"", data.name(), "\""), data.sampling(), data.generator());
    }
    if (!IsGenerated(data) || data.filters().too_long() || !is_known(data.queries())) continue;
    checker.CheckRoom(absl::StrCat("data \"", data.name(), "\""),
                      PlannedPrompts(pipeline, AskedOf(pipeline.spec, data)).value_or(kNone),
                      AskingOf(pipeline, data.prompts()), data.sampling().max_new_tokens(), data.generator());
  }
  const auto check = [&](const char* kind, const auto& asker, const std::vector<std::string>& prompts,
                         const lm::Asking& asking, int64_t tokens) {
    for (const std::string& arm : AskedArms(spec, asker)) {
      checker.CheckRoom(absl::StrCat(kind, " \"", asker.name(), "\""), prompts, asking, tokens, arm);
    }
  };
  for (const auto& evaluation : spec.evaluations()) {
    for (const std::string& arm : AskedArms(spec, evaluation)) {
      checker.CheckSampling(absl::StrCat("evaluations \"", evaluation.name(), "\""), evaluation.sampling(), arm);
    }
    if (!is_known(evaluation.queries())) continue;
    check("evaluations", evaluation, EvaluationPrompts(pipeline, evaluation).value_or(kNone),
          AskingOf(pipeline, evaluation.prompts()), evaluation.sampling().max_new_tokens());
  }
  for (const auto& information : spec.information()) {
    if (!is_known(information.queries())) continue;
    check("information", information, PlannedPrompts(pipeline, AskedOf(pipeline.spec, information)).value_or(kNone),
          AskingOf(pipeline, information.prompts()), information.max_new_tokens());
  }
  for (const auto& accuracy : spec.accuracy()) {
    if (!is_known(accuracy.queries())) continue;
    check("accuracy", accuracy, AccuracyPrompts(pipeline, accuracy).value_or(kNone), {},
          accuracy.sampling().max_new_tokens());
  }
  return std::move(checker).errors();
}

MissingFiles FindMissingFiles(const Pipeline& pipeline) {
  std::vector<std::pair<std::string, std::string>> folders = LocalJudges(pipeline);
  for (const auto& [name, folder] : pipeline.model_folders) {
    if (!FindNode(pipeline.spec.models(), name)->has_folder()) continue;
    folders.emplace_back(absl::StrCat("models \"", name, "\""), folder);
  }
  MissingFiles missing;
  for (const auto& [where, folder] : folders) {
    const auto places = lm::FindModelPlaces(folder);
    if (!places.ok()) continue;
    const bool has_weights = !lm::HasNoWeights(places->model);
    if (!has_weights) missing.weights.push_back(absl::StrCat(where, ": no weights in ", places->model));
    if (base::FileExists(lm::TokenizerPath(places->texts))) continue;
    (has_weights ? missing.tokenizers_of_weights : missing.tokenizers)
        .push_back(absl::StrCat(where, ": no tokenizer in ", places->texts));
  }
  return missing;
}

absl::Status CheckNothingIsMissing(const Pipeline& pipeline) {
  const MissingFiles missing = FindMissingFiles(pipeline);
  if (!missing.weights.empty()) return absl::NotFoundError(missing.weights[0] + "; a run needs them");
  for (const auto* lines : {&missing.tokenizers, &missing.tokenizers_of_weights}) {
    if (!lines->empty()) return absl::NotFoundError(lines->front() + "; a run needs it");
  }
  return absl::OkStatus();
}

std::vector<std::string> NotesOnModels(const Pipeline& pipeline) {
  std::vector<std::string> notes;
  for (const auto& [name, folder] : pipeline.model_folders) {
    const sami_harness::Model& model = *FindNode(pipeline.spec.models(), name);
    if (!model.has_folder()) continue;
    if (!model.has_chat() && lm::HasChatTemplate(folder)) {
      notes.push_back(absl::StrCat("model \"", name,
                                   "\" has a chat template and is asked in plain text; `chat {}` asks it in ",
                                   "conversation"));
    }
    const std::string note = lm::AroundTextNote(folder);
    if (!note.empty()) notes.push_back(absl::StrCat("model \"", name, "\": ", note));
  }
  return notes;
}

}  // namespace experiments
