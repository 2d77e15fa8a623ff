#include "evaluation/ifeval/responses.h"

#include <array>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace ifeval {
namespace {

using ::base::Json;
using ::base::JsonLine;
using ::datasets::InvalidAt;

struct Places {
  std::map<std::string, size_t> by_key, by_text;
};

Places PlacesOf(const std::vector<datasets::Query>& prompts) {
  Places places;
  for (size_t i = 0; i < prompts.size(); ++i) {
    places.by_key[prompts[i].id] = i;
    const auto [text, first] = places.by_text.emplace(datasets::TextOf(prompts[i]), i);
    if (!first) text->second = prompts.size();
  }
  return places;
}

// A key as files write it: 1000, "1000" or "en:1000".
std::string KeyText(const Json& key) {
  const std::string text = key.is_string() ? key.get<std::string>() : key.dump();
  return std::string(absl::StripPrefix(text, "en:"));
}

absl::StatusOr<size_t> PromptOf(const JsonLine& line, const Places& places) {
  const auto doc = line.value.find("doc");
  const Json& holder = doc != line.value.end() && doc->is_object() ? *doc : line.value;
  for (const char* name : {"key", "id", "question_id"}) {
    const auto key = holder.find(name);
    if (key == holder.end()) continue;
    const auto found = places.by_key.find(KeyText(*key));
    if (found != places.by_key.end()) return found->second;
    return InvalidAt(line.where, absl::StrCat("its \"", name, "\" is ", key->dump(), ", which no prompt has"));
  }
  for (const char* name : {"prompt", "instruction"}) {
    const auto text = holder.find(name);
    if (text == holder.end() || !text->is_string()) continue;
    const auto found = places.by_text.find(text->get<std::string>());
    const bool here = found != places.by_text.end();
    if (here && found->second < places.by_key.size()) return found->second;
    return InvalidAt(line.where,
                     absl::StrCat("its \"", name, "\", ", base::Excerpt(text->get<std::string>(), 60), ", ",
                                  here ? "is that of several prompts: give \"key\"" : "is none of the prompts"));
  }
  return InvalidAt(line.where, "it names no prompt: give \"key\" or \"prompt\"");
}

// All texts that a member holds, in lists in one another.
void Collect(const Json& value, std::vector<std::string>& texts) {  // NOLINT(misc-no-recursion): as deep as the file
  if (value.is_string()) texts.push_back(value.get<std::string>());
  if (value.is_object() && value.contains("turns")) Collect(value.at("turns"), texts);
  if (!value.is_array()) return;
  for (const Json& item : value) Collect(item, texts);
}

absl::StatusOr<std::string> ResponseOf(const JsonLine& line) {
  static constexpr std::array<const char*, 5> kMembers = {"response", "text", "output", "resps", "choices"};
  for (const char* name : kMembers) {
    const auto member = line.value.find(name);
    if (member == line.value.end()) continue;
    std::vector<std::string> texts;
    Collect(*member, texts);
    if (texts.size() == 1) return texts[0];
    return InvalidAt(line.where, absl::StrCat("its \"", name, "\" has ", texts.size(),
                                              " responses, and IFEval scores one a prompt: keep one"));
  }
  return InvalidAt(line.where,
                   "it has no response: none of \"response\", \"text\", \"output\", \"resps\", \"choices\"");
}

}  // namespace

absl::StatusOr<std::vector<std::optional<std::string>>> ReadResponses(const std::string& path,
                                                                      const std::vector<datasets::Query>& prompts) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, datasets::ReadRecords(path));
  const Places places = PlacesOf(prompts);
  std::vector<std::optional<std::string>> responses(prompts.size());
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(const size_t prompt, PromptOf(line, places));
    ASSIGN_OR_RETURN(std::string response, ResponseOf(line));
    if (responses[prompt].has_value()) {
      return InvalidAt(line.where, absl::StrCat("prompt ", prompts[prompt].id, " was answered before"));
    }
    responses[prompt] = std::move(response);
  }
  return responses;
}

}  // namespace ifeval
