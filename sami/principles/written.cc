#include "sami/principles/written.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"

namespace sami {
namespace {

using ::base::Json;
using ::base::JsonLine;

constexpr size_t kMaxName = 32;

absl::Status Unusable(absl::string_view where, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(where, " ", problem));
}

absl::StatusOr<std::string> GetWording(const JsonLine& entry, const char* key, const PrincipleLimits& limits) {
  const auto found = entry.value.find(key);
  if (found == entry.value.end() || !found->is_string()) {
    return Unusable(entry.where, absl::StrCat("has no text \"", key, "\""));
  }
  const std::string given = found->get<std::string>();
  const auto is_control = [](char c) { return absl::ascii_iscntrl(c) && !absl::ascii_isspace(c); };
  std::string text = base::OneLine(given);
  if (std::any_of(given.begin(), given.end(), is_control)) {
    return Unusable(entry.where, absl::StrCat("has control characters in \"", key, "\""));
  }
  const int64_t length = base::CountCharacters(text);
  if (length < limits.min_characters || length > limits.max_characters || NormalizedText(text).empty()) {
    return Unusable(entry.where, absl::StrCat("has a \"", key, "\" of ", length, " characters; ", limits.min_characters,
                                              " to ", limits.max_characters, " are allowed, letters among them"));
  }
  return text;
}

absl::StatusOr<std::vector<std::string>> GetCategories(const JsonLine& entry, const PrincipleLimits& limits) {
  std::vector<std::string> categories;
  if (!entry.value.contains("relevant_for")) return categories;
  const Json& list = entry.value["relevant_for"];
  if (!list.is_array()) return Unusable(entry.where, "has a \"relevant_for\" that is no list");
  for (const Json& category : list) {
    if (!category.is_string()) return Unusable(entry.where, "has a category that is no text");
    const std::string name = category.get<std::string>();
    const bool known =
        limits.categories.empty() || std::count(limits.categories.begin(), limits.categories.end(), name);
    if (!known) return Unusable(entry.where, absl::StrCat("names an unknown category ", category.dump()));
    if (std::count(categories.begin(), categories.end(), name)) {
      return Unusable(entry.where, absl::StrCat("names the category ", category.dump(), " twice"));
    }
    categories.push_back(name);
  }
  return categories;
}

// Every wording so far.
std::set<std::string> Wordings(const std::vector<datasets::Principle>& principles) {
  std::set<std::string> wordings;
  for (const datasets::Principle& principle : principles) {
    wordings.insert(NormalizedText(principle.text));
    for (const std::string& antithesis : principle.antitheses) wordings.insert(NormalizedText(antithesis));
  }
  return wordings;
}

std::string NameOf(const Json& entry, const std::vector<datasets::Principle>& principles) {
  const auto is_new = [&](const std::string& name) {
    return std::none_of(principles.begin(), principles.end(),
                        [&](const datasets::Principle& principle) { return principle.id == name; });
  };
  const auto found = entry.find("name");
  if (found != entry.end() && found->is_string()) {
    const std::string name = found->get<std::string>();
    const auto is_plain = [](char c) { return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-'; };
    if (!name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), is_plain) && is_new(name)) {
      return name;
    }
  }
  size_t number = principles.size() + 1;
  while (!is_new(absl::StrCat("p", number))) ++number;
  return absl::StrCat("p", number);
}

absl::Status AddPrinciple(const JsonLine& entry, const PrincipleLimits& limits,
                          std::vector<datasets::Principle>* principles) {
  if (!entry.value.is_object()) return Unusable(entry.where, "is no object");
  datasets::Principle principle;
  ASSIGN_OR_RETURN(principle.text, GetWording(entry, "principle", limits));
  ASSIGN_OR_RETURN(std::string antithesis, GetWording(entry, "antithesis", limits));
  ASSIGN_OR_RETURN(principle.relevant_for, GetCategories(entry, limits));
  const std::string positive = NormalizedText(principle.text), negative = NormalizedText(antithesis);
  if (positive == negative) return Unusable(entry.where, "has an antithesis that says what its principle says");
  const std::set<std::string> wordings = Wordings(*principles);
  if (wordings.count(positive) > 0 || wordings.count(negative) > 0) {
    return Unusable(entry.where, "repeats a principle or antithesis that was there before");
  }
  principle.antitheses = {std::move(antithesis)};
  principle.id = NameOf(entry.value, *principles);
  principles->push_back(std::move(principle));
  return absl::OkStatus();
}

}  // namespace

std::string NormalizedText(absl::string_view text) {
  std::string normalized;
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || static_cast<unsigned char>(c) >= 0x80) {
      normalized.push_back(absl::ascii_tolower(c));
    } else if (!normalized.empty() && normalized.back() != ' ') {
      normalized.push_back(' ');
    }
  }
  absl::StripTrailingAsciiWhitespace(&normalized);
  return normalized;
}

absl::Status AddWrittenPrinciples(absl::string_view reply, const PrincipleLimits& limits,
                                  std::vector<datasets::Principle>* principles) {
  const size_t open = reply.find('['), close = reply.rfind(']');
  if (open == absl::string_view::npos || close == absl::string_view::npos || close < open) {
    return Unusable("the reply", "holds no JSON list in [ and ]");
  }
  ASSIGN_OR_RETURN(const Json list, base::ParseJson(reply.substr(open, close - open + 1), "the reply's list"));
  if (list.empty()) return Unusable("the reply", "holds an empty list");
  absl::Status first;
  for (size_t i = 0; i < list.size(); ++i) {
    first.Update(AddPrinciple({list[i], absl::StrCat("entry ", i + 1)}, limits, principles));
  }
  return first;
}

std::string ConstitutionFile(const std::vector<datasets::Principle>& principles) {
  base::OrderedJson file = base::OrderedJson::object();
  for (const datasets::Principle& principle : principles) {
    SAMI_CHECK(!principle.antitheses.empty()) << principle.id;
    base::OrderedJson entry;
    entry["weak"] = principle.text;
    if (!principle.paraphrases.empty()) entry["strong"] = principle.paraphrases[0];
    entry["antithesis"] = principle.antitheses[0];
    if (!principle.relevant_for.empty()) entry["relevant_for"] = principle.relevant_for;
    file[principle.id] = std::move(entry);
  }
  return base::PrintJson(file, 2) + "\n";
}

}  // namespace sami
