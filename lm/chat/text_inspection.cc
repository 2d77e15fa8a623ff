#include "lm/chat/text_inspection.h"

#include <algorithm>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "lm/chat/chat_format.h"
#include "lm/chat/end_tokens.h"
#include "lm/checkpoint/model_places.h"
#include "lm/config/config.h"
#include "lm/tokenizer/bos_eos.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

constexpr char kSomeDay[] = "2026-01-31";

// "1 <s>, 5 <x>".
std::string Named(const Tokenizer& tokenizer, const TokenIds& ids) {
  if (ids.empty()) return "nothing";
  return absl::StrJoin(ids, ", ", [&](std::string* out, int32_t id) {
    absl::StrAppend(out, id, " ", absl::Utf8SafeCEscape(tokenizer.Token(id).value_or("(no token)")));
  });
}

// What the tokenizer puts behind every text; empty where that is nothing.
std::string Behind(const Tokenizer& tokenizer) {
  if (tokenizer.suffix().empty()) return "";
  return absl::StrCat("the tokenizer's post-processor puts ", Named(tokenizer, tokenizer.suffix()),
                      " behind a text; behind a prompt, which a response continues, nothing is put here");
}

// Where transformers 4 puts something else around a text; empty where it does not.
std::string TransformersFour(const ModelPlaces& places, const std::string& config, const Tokenizer& tokenizer) {
  const std::string path = absl::StrCat(places.texts, "/tokenizer_config.json");
  const auto text = base::ReadFile(path);
  const auto json = text.ok() ? base::ParseJson(*text, path) : text.status();
  if (!json.ok()) return "";
  const auto model = base::ParseJson(config, "config.json");
  const auto around = AroundTextInTransformers4(tokenizer, *json, model.value_or(base::Json::object()), path);
  if (!around.ok()) return absl::StrCat("transformers 4 does not load it: ", around.status().message());
  if (around->prefix == tokenizer.prefix() && around->suffix == tokenizer.suffix()) return "";
  return absl::StrCat("transformers 4 obeys tokenizer_config.json instead: ", Named(tokenizer, around->prefix),
                      " before a text, ", Named(tokenizer, around->suffix), " behind it");
}

// The template's place, and what keeps it from being rendered.
std::shared_ptr<const ChatFormat> InspectTemplate(const std::string& folder, const Tokenizer& tokenizer,
                                                  TextInspection* inspection) {
  ChatFormatChoice choice;
  choice.now = kSomeDay;
  const auto chat = FindChatFormat(folder, choice);
  if (!chat.ok()) {
    inspection->problems.emplace_back(chat.status().message());
    return nullptr;
  }
  if (*chat == nullptr) {
    inspection->lines.push_back("template:   none; conversations are asked in plain text");
    return nullptr;
  }
  inspection->lines.push_back(
      absl::StrCat("template:   ", (*chat)->chat_template.source, ", ", (*chat)->chat_template.text.size(), " bytes"));
  const auto prompt = RenderPrompt(**chat, tokenizer, MessagesJson({{"user", "Hello"}}));
  if (!prompt.ok()) {
    inspection->problems.emplace_back(prompt.status().message());
    return nullptr;
  }
  inspection->lines.push_back(absl::StrCat("            \"Hello\" becomes \"", absl::CEscape(prompt->Text()), "\""));
  return *chat;
}

}  // namespace

std::string AroundTextNote(const std::string& folder) {
  const auto places = FindModelPlaces(folder);
  if (!places.ok()) return "";
  const auto config = base::ReadFile(absl::StrCat(places->model, "/config.json"));
  const auto tokenizer = LoadTokenizer(TokenizerPath(places->texts));
  if (!config.ok() || !tokenizer.ok()) return "";
  std::vector<std::string> notes = {Behind(**tokenizer), TransformersFour(*places, *config, **tokenizer)};
  notes.erase(std::remove(notes.begin(), notes.end(), ""), notes.end());
  return absl::StrJoin(notes, "; ");
}

TextInspection InspectTexts(const std::string& folder) {
  TextInspection inspection;
  const auto places = FindModelPlaces(folder);
  if (!places.ok()) return inspection;
  const std::string config_path = absl::StrCat(places->model, "/config.json");
  const auto json = base::ReadFile(config_path);
  const auto config = json.ok() ? ParseModelConfig(*json, config_path) : json.status();
  const auto tokenizer = LoadTokenizer(TokenizerPath(places->texts));
  if (!config.ok() || !tokenizer.ok()) return inspection;
  inspection.lines.push_back(absl::StrCat("before:     ", Named(**tokenizer, (*tokenizer)->prefix()),
                                          ", by the tokenizer's post-processor, as transformers 5 takes it"));
  for (const std::string& note : {Behind(**tokenizer), TransformersFour(*places, *json, **tokenizer)}) {
    if (!note.empty()) inspection.lines.push_back(absl::StrCat("            ", note));
  }
  const std::shared_ptr<const ChatFormat> chat = InspectTemplate(places->texts, **tokenizer, &inspection);
  const auto ends = FindEndTokens(places->texts, *config, **tokenizer, chat.get());
  if (!ends.ok()) {
    inspection.problems.emplace_back(ends.status().message());
    return inspection;
  }
  const char* title = "ends:       ";
  for (const std::string& fact : ends->facts) {
    inspection.lines.push_back(absl::StrCat(title, fact));
    title = "            ";
  }
  inspection.lines.push_back(absl::StrCat("            generation ends at ", Named(**tokenizer, ends->stop),
                                          "; training teaches ",
                                          ends->taught < 0 ? "nothing" : Named(**tokenizer, {ends->taught})));
  if (ends->taught < 0) {
    inspection.problems.push_back(
        absl::StrCat(places->texts, ": its files name no end token; a response needs one that ends it"));
  }
  return inspection;
}

}  // namespace lm
