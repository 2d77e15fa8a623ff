#include "datasets/queries/queries.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::JsonLine;

// Of a line's keys in a message, and of each.
constexpr size_t kShownKeys = 12, kShownCharacters = 40;

// Where other formats have the text.
constexpr const char* kOtherNames[] = {"question", "prompt", "instruction", "input", "text"};

absl::Status NeitherTextNorMessages(const JsonLine& line) {
  std::string hint;
  for (const char* name : kOtherNames) {
    if (hint.empty() && Has(line, name)) hint = absl::StrCat(": rename \"", name, "\" to it");
  }
  if (Has(line, "turns")) hint = ": \"turns\" is MT-Bench's format";
  if (Has(line, "conversations")) hint = ": of \"conversations\" make \"messages\" with \"role\" and \"content\"";
  std::vector<std::string> keys;
  for (const auto& item : line.value.items()) {
    if (keys.size() < kShownKeys) keys.push_back(base::Excerpt(item.key(), kShownCharacters));
  }
  const size_t others = line.value.size() - keys.size();
  const std::string has =
      keys.empty() ? "nothing"
                   : absl::StrCat(absl::StrJoin(keys, ", "), others > 0 ? absl::StrCat(" and ", others, " more") : "");
  return InvalidAt(line.where,
                   absl::StrCat("a query needs \"query\", a text, or \"messages\", and this line has ", has, hint));
}

absl::StatusOr<Query> ParseQuery(const JsonLine& line, Notes& notes) {
  RETURN_IF_ERROR(NoteUnknownKeys(line, {"id", "category", "query", "messages", "answer"}, notes));
  Query query;
  query.id = LineNumber(line);
  if (Has(line, "id")) {
    ASSIGN_OR_RETURN(query.id, GetId(line, "id"));
  }
  if (Has(line, "category")) {
    ASSIGN_OR_RETURN(query.category, GetText(line, "category"));
  }
  if (Has(line, "query") && Has(line, "messages")) {
    return InvalidAt(line.where, "a query has \"query\" or \"messages\", and not both");
  }
  if (Has(line, "query")) {
    ASSIGN_OR_RETURN(std::string text, GetText(line, "query"));
    query.messages.push_back({"user", std::move(text)});
  } else if (Has(line, "messages")) {
    ASSIGN_OR_RETURN(query.messages, GetMessages(line, "messages", notes));
    RETURN_IF_ERROR(CheckPromptMessages(query.messages, absl::StrCat(line.where, ": messages")));
  } else {
    return NeitherTextNorMessages(line);
  }
  if (Has(line, "answer")) {
    if (line.value["answer"].is_number()) {
      query.answer = line.value["answer"].dump();
    } else {
      ASSIGN_OR_RETURN(query.answer, GetText(line, "answer"));
    }
  }
  return query;
}

}  // namespace

std::string TextOf(const Query& query) {
  std::string text;
  for (const Message& message : query.messages) {
    absl::StrAppend(&text, text.empty() ? "" : "\n\n", message.content);
  }
  return text;
}

absl::StatusOr<std::vector<Query>> ReadQueries(const std::string& path, Notes& notes) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<Query> queries;
  UniqueIds ids;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Query query, ParseQuery(line, notes));
    RETURN_IF_ERROR(ids.Add(absl::StrCat("the id \"", query.id, "\""), line.where));
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace datasets
