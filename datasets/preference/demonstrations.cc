#include "datasets/preference/demonstrations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::JsonLine;

// Reads every row by `parse`.
template <typename Row>
absl::StatusOr<std::vector<Row>> ReadRows(const std::string& path, Notes& notes,
                                          absl::StatusOr<Row> (*parse)(const JsonLine&, Notes&)) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<Row> rows;
  OneKind kind;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Row row, parse(line, notes));
    RETURN_IF_ERROR(kind.Add(row.prompt, line.where));
    rows.push_back(std::move(row));
  }
  return rows;
}

bool HasAssistant(const std::vector<Message>& messages) {
  return std::any_of(messages.begin(), messages.end(), [](const Message& m) { return m.role == "assistant"; });
}

absl::StatusOr<Demonstration> SplitDialogue(const JsonLine& line, Notes& notes) {
  ASSIGN_OR_RETURN(std::vector<Message> messages, GetMessages(line, "messages", notes));
  if (messages.back().role != "assistant") {
    return InvalidAt(line.where, "the last of \"messages\" must be the assistant's: it is what is learned");
  }
  std::vector<Message> reply = {std::move(messages.back())};
  messages.pop_back();
  RETURN_IF_ERROR(CheckPromptMessages(messages, absl::StrCat(line.where, ": messages before the last")));
  if (HasAssistant(messages)) notes.Add(kEarlierAnswers, line.where);
  return Demonstration{std::move(messages), std::move(reply)};
}

absl::StatusOr<Demonstration> ParseDemonstration(const JsonLine& line, Notes& notes) {
  RETURN_IF_ERROR(NoteUnknownKeys(line, {"prompt", "completion", "messages"}, notes));
  const bool has_messages = Has(line, "messages"), has_prompt = Has(line, "prompt") || Has(line, "completion");
  if (has_messages == has_prompt) {
    return InvalidAt(line.where, absl::StrCat(has_prompt ? "both" : "neither of", " \"messages\" and \"prompt\" with ",
                                              "\"completion\": a row has one of the two",
                                              Has(line, "text") ? "; of a \"text\" it must be said what is asked and "
                                                                  "what is to be learned"
                                                                : ""));
  }
  Demonstration row;
  if (has_messages) {
    ASSIGN_OR_RETURN(row, SplitDialogue(line, notes));
  } else {
    ASSIGN_OR_RETURN(row.completion, GetReply(line, "completion", notes));
    ASSIGN_OR_RETURN(row.prompt, GetPrompt(line, IsChat(row.completion), notes));
  }
  if (IsBlank(row.completion)) return InvalidAt(line.where, "the completion is empty: there is nothing to learn");
  return row;
}

absl::StatusOr<LabelledCompletion> ParseLabelled(const JsonLine& line, Notes& notes) {
  RETURN_IF_ERROR(NoteUnknownKeys(line, {"prompt", "completion", "label"}, notes));
  if (!Has(line, "label") || !line.value["label"].is_boolean()) {
    return InvalidAt(line.where, "\"label\" must be true (a good completion) or false");
  }
  LabelledCompletion row;
  row.desirable = line.value["label"].get<bool>();
  ASSIGN_OR_RETURN(row.completion, GetReply(line, "completion", notes));
  ASSIGN_OR_RETURN(row.prompt, GetPrompt(line, IsChat(row.completion), notes));
  return row;
}

}  // namespace

absl::StatusOr<std::vector<Demonstration>> ReadDemonstrations(const std::string& path, Notes& notes) {
  return ReadRows(path, notes, &ParseDemonstration);
}

absl::StatusOr<std::vector<LabelledCompletion>> ReadLabelledCompletions(const std::string& path, Notes& notes) {
  return ReadRows(path, notes, &ParseLabelled);
}

}  // namespace datasets
