// Which template a folder has.
#include "lm/chat/template/chat_template.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status.h"

namespace lm {
namespace {

using ::base::OrderedJson;

constexpr char kConfig[] = "tokenizer_config.json";
constexpr char kSpecialTokensMap[] = "special_tokens_map.json";
constexpr char kTemplate[] = "chat_template.jinja";
constexpr char kMoreTemplates[] = "additional_chat_templates";
constexpr char kDefault[] = "default";
constexpr const char* kSpecialTokens[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                          "pad_token", "cls_token", "mask_token"};

// An empty object where there is no such file.
absl::StatusOr<OrderedJson> ReadObject(const std::string& path) {
  if (!base::FileExists(path)) return OrderedJson::object();
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  RETURN_IF_ERROR(base::ParseJson(text, path).status());  // nesting, form
  OrderedJson json = OrderedJson::parse(text);
  if (json.is_object()) return json;
  return absl::InvalidArgumentError(absl::StrCat(path, ": is no JSON object"));
}

// A token as a tokenizer's files have it: a text, or an object with its text. Empty: none.
std::string TokenText(const OrderedJson& token) {
  const auto content = token.is_object() ? token.find("content") : token.end();
  if (token.is_string()) return token.get<std::string>();
  return content != token.end() && content->is_string() ? content->get<std::string>() : "";
}

absl::StatusOr<OrderedJson> SpecialTokens(const std::string& folder, const OrderedJson& config) {
  ASSIGN_OR_RETURN(const OrderedJson map, ReadObject(absl::StrCat(folder, "/", kSpecialTokensMap)));
  OrderedJson tokens = OrderedJson::object();
  for (const char* name : kSpecialTokens) {
    for (const OrderedJson* file : {&config, &map}) {
      const std::string text = file->contains(name) ? TokenText((*file)[name]) : "";
      if (text.empty()) continue;
      tokens[name] = text;
      break;
    }
  }
  return tokens;
}

// The templates of tokenizer_config.json by their names; a text alone is "default".
absl::StatusOr<std::map<std::string, std::string>> Listed(const OrderedJson& config, const std::string& path) {
  std::map<std::string, std::string> templates;
  const auto listed = config.find("chat_template");
  if (listed == config.end() || listed->is_null()) return templates;
  if (listed->is_string()) return std::map<std::string, std::string>{{kDefault, listed->get<std::string>()}};
  for (const OrderedJson& entry : listed->is_array() ? *listed : OrderedJson::array({*listed})) {
    const bool good = entry.is_object() && entry.contains("name") && entry["name"].is_string() &&
                      entry.contains("template") && entry["template"].is_string();
    if (!good) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": \"chat_template\" must be a text or a list of {\"name\", \"template\"}"));
    }
    templates[entry["name"].get<std::string>()] = entry["template"].get<std::string>();
  }
  return templates;
}

}  // namespace

absl::StatusOr<ChatTemplate> ChatTemplateOf(const std::string& folder, std::string text, std::string source) {
  ASSIGN_OR_RETURN(const OrderedJson config, ReadObject(absl::StrCat(folder, "/", kConfig)));
  ASSIGN_OR_RETURN(OrderedJson tokens, SpecialTokens(folder, config));
  return ChatTemplate{std::move(text), std::move(source), std::move(tokens)};
}

absl::StatusOr<ChatTemplate> FindChatTemplate(const std::string& folder, absl::string_view name) {
  const std::string config_path = absl::StrCat(folder, "/", kConfig), file = absl::StrCat(folder, "/", kTemplate);
  ASSIGN_OR_RETURN(const OrderedJson config, ReadObject(config_path));
  std::map<std::string, std::string> templates, sources;
  if (base::FileExists(file)) {
    ASSIGN_OR_RETURN(templates[kDefault], base::ReadFile(file));
    sources[kDefault] = file;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(absl::StrCat(folder, "/", kMoreTemplates), none)) {
      if (entry.path().extension() != ".jinja") continue;
      const std::string stem = entry.path().stem().string();
      ASSIGN_OR_RETURN(templates[stem], base::ReadFile(entry.path().string()));
      sources[stem] = entry.path().string();
    }
  } else {
    ASSIGN_OR_RETURN(templates, Listed(config, config_path));
    for (const auto& [listed, text] : templates) sources[listed] = config_path;
  }
  if (templates.empty()) {
    return absl::NotFoundError(absl::StrCat(folder, ": has no chat template, neither ", kTemplate, " nor in ", kConfig,
                                            "; give it one, or ask in plain text"));
  }
  const std::string wanted = name.empty() ? kDefault : std::string(name);
  const auto found = templates.find(wanted);
  if (found != templates.end()) return ChatTemplateOf(folder, found->second, sources[wanted]);
  return absl::InvalidArgumentError(
      absl::StrCat(sources.begin()->second, ": has no chat template \"", wanted, "\"; it has ",
                   absl::StrJoin(templates, ", ", [](std::string* out, const auto& t) { out->append(t.first); })));
}

}  // namespace lm
