#include "experiments/inputs/asking.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/sources/find_input.h"
#include "experiments/spec/nodes.h"
#include "lm/checkpoint/model_places.h"

namespace experiments {

const sami_harness::Prompts& PromptsOf(const Pipeline& pipeline, const std::string& prompts) {
  const sami_harness::Prompts* node = FindNode(pipeline.spec.prompts(), prompts);
  return node != nullptr ? *node : sami_harness::Prompts::default_instance();
}

std::string ResponseOf(const sami_harness::Prompts& prompts, const std::string& text) {
  if (prompts.response_start().empty() && prompts.response_after().empty()) return text;
  absl::string_view response = text;
  if (const std::string& after = prompts.response_after(); !after.empty()) {
    const size_t at = response.find(after);
    if (at == absl::string_view::npos) return std::string();
    response.remove_prefix(at + after.size());
  }
  response = absl::StripAsciiWhitespace(response);
  if (response.empty() || prompts.response_start().empty()) return std::string(response);
  return absl::StrCat(prompts.response_start(), " ", response);
}

std::string WithResponseStart(const sami_harness::Prompts& prompts, std::string prompt) {
  if (!prompts.response_start().empty()) absl::StrAppend(&prompt, " ", prompts.response_start());
  return prompt;
}

lm::Asking AskingOf(const Pipeline& pipeline, const std::string& prompts) {
  const sami_harness::Prompts& node = PromptsOf(pipeline, prompts);
  return {node.system(), node.allow_special_in_text() ? lm::SpecialText::kAsTokens : lm::SpecialText::kAsText};
}

const lm::ChatFormat* ChatOf(const Pipeline& pipeline, const std::string& arm_or_model) {
  const auto chat = pipeline.chats.find(RootModel(pipeline.spec, arm_or_model));
  return chat == pipeline.chats.end() ? nullptr : chat->second.get();
}

absl::StatusOr<std::shared_ptr<const lm::ChatFormat>> FindChat(const sami_harness::Model& model,
                                                               const std::string& folder) {
  if (!model.has_chat()) return nullptr;
  const std::string where = absl::StrCat("models \"", model.name(), "\": chat");
  const sami_harness::Chat& chat = model.chat();
  lm::ChatFormatChoice choice;
  choice.chat_template = chat.template_name().empty() ? "default" : chat.template_name();
  if (!chat.template_file().empty()) {
    ASSIGN_OR_RETURN(const std::string file, datasets::FindInput(where + ".template_file", chat.template_file()));
    choice.chat_template = "file:" + file;
  }
  if (!chat.variables().empty()) {
    ASSIGN_OR_RETURN(const base::Json checked, base::ParseJson(chat.variables(), where + ".variables"));
    if (!checked.is_object()) return absl::InvalidArgumentError(where + ".variables: must be a JSON object");
    choice.variables = base::OrderedJson::parse(chat.variables());
  }
  choice.now = chat.date();
  choice.fold_system = chat.fold_system();
  ASSIGN_OR_RETURN(const lm::ModelPlaces places, lm::FindModelPlaces(folder));
  auto found = lm::FindChatFormat(places.texts, choice);
  if (!found.ok()) return base::Annotate(found.status(), where);
  return found;
}

}  // namespace experiments
