#include "datasets/constitutions/constitutions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "datasets/constitutions/numbered.h"
#include "datasets/constitutions/own_forms.h"
#include "datasets/records/records.h"
#include "datasets/records/text_file.h"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;

constexpr char kForms[] =
    "The forms of principles are {\"id\": {\"weak\", \"antithesis\"}, ...}, {\"id\": {\"definition\", "
    "\"paraphrases_antithesis\"}, ...}, [{\"principle\", \"antithesis\"}, ...] and lines \"principle | antithesis\"";

absl::Status ReadKeyedWordings(const JsonLine& line, Principle& principle) {
  RETURN_IF_ERROR(CheckKnownKeys(line, {"weak", "strong", "antithesis", "relevant_for"}));
  ASSIGN_OR_RETURN(principle.text, GetText(line, "weak"));
  if (line.value.contains("strong")) {
    ASSIGN_OR_RETURN(std::string strong, GetText(line, "strong"));
    principle.paraphrases = {std::move(strong)};
  }
  ASSIGN_OR_RETURN(std::string antithesis, GetText(line, "antithesis"));
  principle.antitheses = {std::move(antithesis)};
  return absl::OkStatus();
}

absl::Status ReadListedWordings(const JsonLine& line, Principle& principle) {
  RETURN_IF_ERROR(CheckKnownKeys(line, {"definition", "paraphrases", "paraphrases_antithesis", "relevant_for"}));
  ASSIGN_OR_RETURN(principle.text, GetText(line, "definition"));
  if (line.value.contains("paraphrases")) {
    ASSIGN_OR_RETURN(principle.paraphrases, GetTexts(line, "paraphrases"));
  }
  ASSIGN_OR_RETURN(principle.antitheses, GetTexts(line, "paraphrases_antithesis"));
  return absl::OkStatus();
}

absl::StatusOr<Principle> ParsePrinciple(const Member& member) {
  const JsonLine& line = member.line;
  if (!line.value.is_object()) {
    return InvalidAt(line.where,
                     absl::StrCat("a principle must be an object, and is ", TypeName(line.value), ". ", kForms));
  }
  Principle principle;
  principle.id = member.key;
  const auto read_wordings = line.value.contains("definition") ? ReadListedWordings : ReadKeyedWordings;
  RETURN_IF_ERROR(read_wordings(line, principle));
  if (line.value.contains("relevant_for")) {
    ASSIGN_OR_RETURN(principle.relevant_for, GetTexts(line, "relevant_for"));
  }
  return principle;
}

bool IsJson(absl::string_view text) {
  const absl::string_view rest = absl::StripLeadingAsciiWhitespace(text);
  return absl::StartsWith(rest, "{") || absl::StartsWith(rest, "[");
}

absl::StatusOr<std::vector<Principle>> ParsePrinciples(const std::string& text, const std::string& path) {
  const auto parsed = ParseDocument(text, path);
  if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(parsed.status().message(), ". ", kForms));
  const base::OrderedJson& document = *parsed;
  if (document.is_array()) return ParsePrincipleList(Json(document), path);
  if (document.size() == 1 && document.contains("principles")) {
    return ParsePrincipleList(Json(document["principles"]), path);
  }
  if (IsConstitutionPair(text)) {
    return InvalidAt(path, "these are two whole constitutions, and not principles with an antithesis each");
  }
  ASSIGN_OR_RETURN(const std::vector<Member> members, ParseMembers(text, path));
  std::vector<Principle> principles;
  for (const Member& member : members) {
    ASSIGN_OR_RETURN(Principle principle, ParsePrinciple(member));
    principles.push_back(std::move(principle));
  }
  return principles;
}

absl::StatusOr<WrittenConstitution> ParseSide(const JsonLine& document, const JsonLine& identifiers, const char* side) {
  WrittenConstitution constitution;
  ASSIGN_OR_RETURN(constitution.text, GetText(document, side));
  auto principles = SplitPrinciples(constitution.text);
  if (!principles.ok()) return base::Annotate(principles.status(), absl::StrCat(document.where, ": ", side));
  constitution.principles = *std::move(principles);
  ASSIGN_OR_RETURN(constitution.ids, GetTexts(identifiers, side));
  if (constitution.ids.size() != constitution.principles.size()) {
    return InvalidAt(document.where, absl::StrCat(side, " has ", constitution.principles.size(), " principles and ",
                                                  constitution.ids.size(), " identifiers"));
  }
  return constitution;
}

}  // namespace

absl::Status CheckKnownKeys(const JsonLine& line, absl::Span<const char* const> known) {
  for (const auto& item : line.value.items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      return InvalidAt(line.where, absl::StrCat("unknown key \"", Excerpt(item.key()), "\"; known are ",
                                                absl::StrJoin(known, ", ")));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Principle>> ReadPrinciples(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  ASSIGN_OR_RETURN(std::vector<Principle> principles,
                   IsJson(text) ? ParsePrinciples(text, path) : ParsePrincipleLines(text, path));
  if (principles.empty()) return InvalidAt(path, "there is no principle in the file; it needs at least one");
  return principles;
}

bool IsConstitutionPair(absl::string_view text) {
  if (!IsJson(text)) return false;
  const auto document = base::ParseJson(text, "");
  return document.ok() && document->is_object() && (document->contains("positive") || document->contains("negative")) &&
         document->contains("identifiers");
}

absl::StatusOr<std::vector<Principle>> RelevantPrinciples(absl::Span<const Principle> principles,
                                                          absl::string_view category) {
  std::vector<Principle> relevant;
  for (const Principle& principle : principles) {
    const std::vector<std::string>& categories = principle.relevant_for;
    if (categories.empty() || std::find(categories.begin(), categories.end(), category) != categories.end()) {
      relevant.push_back(principle);
    }
  }
  if (relevant.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("no principle is relevant for the category \"", category,
                                                      "\": add it to a principle's \"relevant_for\""));
  }
  return relevant;
}

absl::StatusOr<ConstitutionPair> ReadConstitutionPair(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  ASSIGN_OR_RETURN(Json value, base::ParseJson(text, path));
  const JsonLine document{std::move(value), path};
  if (!document.value.is_object()) {
    return InvalidAt(path, absl::StrCat("must be a JSON object, and is ", TypeName(document.value)));
  }
  const auto found = document.value.find("identifiers");
  if (found == document.value.end() || !found->is_object()) {
    return InvalidAt(path, "\"identifiers\" must be an object with the keys positive and negative");
  }
  const JsonLine identifiers{*found, absl::StrCat(path, ": identifiers")};
  ConstitutionPair pair;
  ASSIGN_OR_RETURN(pair.positive, ParseSide(document, identifiers, "positive"));
  ASSIGN_OR_RETURN(pair.negative, ParseSide(document, identifiers, "negative"));
  if (pair.positive.principles.size() != pair.negative.principles.size()) {
    return InvalidAt(path, absl::StrCat("positive has ", pair.positive.principles.size(), " principles and negative ",
                                        pair.negative.principles.size()));
  }
  if (pair.positive.principles == pair.negative.principles) {
    return InvalidAt(path, "positive and negative are equal: turn a principle of negative into its opposite");
  }
  return pair;
}

}  // namespace datasets
