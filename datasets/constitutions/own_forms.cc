#include "datasets/constitutions/own_forms.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/constitutions/numbered.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::JsonLine;

// Adds principles, each once.
class Unique {
 public:
  absl::Status Add(Principle principle, const std::string& where) {
    RETURN_IF_ERROR(seen_.Add(absl::StrCat("the id \"", principle.id, "\""), where));
    RETURN_IF_ERROR(seen_.Add(absl::StrCat("the principle \"", principle.text, "\""), where));
    for (const std::string& antithesis : principle.antitheses) {
      if (antithesis == principle.text) {
        return InvalidAt(where, "the antithesis is the principle itself: write its opposite");
      }
    }
    principles_.push_back(std::move(principle));
    return absl::OkStatus();
  }

  std::vector<Principle>& principles() { return principles_; }

 private:
  UniqueIds seen_;
  std::vector<Principle> principles_;
};

absl::StatusOr<Principle> ParseEntry(const JsonLine& line, const std::string& standard_id) {
  if (!line.value.is_object()) {
    return InvalidAt(line.where,
                     absl::StrCat("must be {\"principle\": ..., \"antithesis\": ...}, and is ", TypeName(line.value)));
  }
  RETURN_IF_ERROR(CheckKnownKeys(line, {"principle", "antithesis", "id", "paraphrases", "categories"}));
  Principle principle;
  principle.id = standard_id;
  if (Has(line, "id")) {
    ASSIGN_OR_RETURN(principle.id, GetId(line, "id"));
  }
  ASSIGN_OR_RETURN(principle.text, GetText(line, "principle"));
  if (Has(line, "antithesis") && line.value["antithesis"].is_array()) {
    ASSIGN_OR_RETURN(principle.antitheses, GetTexts(line, "antithesis"));
  } else {
    ASSIGN_OR_RETURN(std::string antithesis, GetText(line, "antithesis"));
    principle.antitheses = {std::move(antithesis)};
  }
  if (Has(line, "paraphrases")) {
    ASSIGN_OR_RETURN(principle.paraphrases, GetTexts(line, "paraphrases"));
  }
  if (Has(line, "categories")) {
    ASSIGN_OR_RETURN(principle.relevant_for, GetTexts(line, "categories"));
  }
  return principle;
}

absl::StatusOr<Principle> ParseLine(absl::string_view line, const std::string& where) {
  const std::vector<absl::string_view> fields = absl::StrSplit(line, '|');
  if (fields.size() < 2 || fields.size() > 3) {
    return InvalidAt(where,
                     absl::StrCat("must be \"principle | antithesis\", with \"| category, category\" at the end ",
                                  "if it is not for all, and has ", fields.size() - 1, " \"|\""));
  }
  Principle principle;
  absl::string_view text = absl::StripAsciiWhitespace(fields[0]);
  TakeNumber(text);
  const absl::string_view antithesis = absl::StripAsciiWhitespace(fields[1]);
  if (text.empty() || antithesis.empty()) {
    return InvalidAt(where, absl::StrCat(text.empty() ? "the principle" : "the antithesis", " is empty"));
  }
  principle.text = std::string(text);
  principle.antitheses = {std::string(antithesis)};
  if (fields.size() == 3) {
    for (const absl::string_view category : absl::StrSplit(fields[2], ',')) {
      principle.relevant_for.emplace_back(absl::StripAsciiWhitespace(category));
      if (principle.relevant_for.back().empty()) return InvalidAt(where, "a category is empty");
    }
  }
  return principle;
}

}  // namespace

absl::StatusOr<std::vector<Principle>> ParsePrincipleList(const base::Json& list, absl::string_view where) {
  if (!list.is_array()) {
    return InvalidAt(where, absl::StrCat("the principles must be a list, and are ", TypeName(list)));
  }
  Unique unique;
  for (size_t i = 0; i < list.size(); ++i) {
    const JsonLine line{list[i], absl::StrCat(where, ": principle ", i + 1)};
    ASSIGN_OR_RETURN(Principle principle, ParseEntry(line, absl::StrCat(i + 1)));
    RETURN_IF_ERROR(unique.Add(std::move(principle), line.where));
  }
  return std::move(unique.principles());
}

absl::StatusOr<std::vector<Principle>> ParsePrincipleLines(absl::string_view text, absl::string_view path) {
  if (!absl::StrContains(text, '|')) {
    return InvalidAt(path,
                     "there are no antitheses, and each principle needs its opposite: write lines \"principle | "
                     "antithesis\", or have sami write-principles write both");
  }
  Unique unique;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') continue;
    const std::string where = absl::StrCat(path, ":", number);
    ASSIGN_OR_RETURN(Principle principle, ParseLine(line, where));
    principle.id = absl::StrCat(unique.principles().size() + 1);
    RETURN_IF_ERROR(unique.Add(std::move(principle), where));
  }
  return std::move(unique.principles());
}

}  // namespace datasets
