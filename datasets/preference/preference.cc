#include "datasets/preference/preference.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/hh_rlhf/dialogue.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;
using Messages = std::vector<Message>;

// The prompt that chosen and rejected share, and what follows it.
absl::StatusOr<PreferencePair> SplitMessages(const JsonLine& line, const Messages& chosen, const Messages& rejected) {
  const size_t shorter = std::min(chosen.size(), rejected.size());
  size_t common = 0;
  while (common + 1 < shorter && chosen[common] == rejected[common]) ++common;
  while (common > 0 && chosen[common - 1].role != "user") --common;
  if (common == 0) {
    return InvalidAt(line.where, "\"chosen\" and \"rejected\" begin with no common prompt: give it as \"prompt\"");
  }
  const Messages prompt(chosen.begin(), chosen.begin() + common);
  const Messages preferred(chosen.begin() + common, chosen.end()), other(rejected.begin() + common, rejected.end());
  RETURN_IF_ERROR(CheckPromptMessages(prompt, line.where));
  RETURN_IF_ERROR(CheckReplyMessages(preferred, absl::StrCat(line.where, ": chosen, after the prompt")));
  RETURN_IF_ERROR(CheckReplyMessages(other, absl::StrCat(line.where, ": rejected, after the prompt")));
  return PreferencePair{prompt, preferred, other};
}

// Whether a "prompt" beside completions that hold it already says the same.
absl::StatusOr<bool> Agrees(const JsonLine& line, const Messages& prompt, Notes& notes) {
  if (line.value["prompt"].is_array()) {
    ASSIGN_OR_RETURN(const Messages given, GetMessages(line, "prompt", notes));
    return given == prompt;
  }
  ASSIGN_OR_RETURN(const std::string given, GetText(line, "prompt"));
  return given == prompt.back().content || given == prompt[prompt[0].role == "system" ? 1 : 0].content;
}

// Whether a list of messages begins with somebody else than the assistant.
bool HoldsPrompt(const Json& messages) {
  return !messages.empty() && messages[0].is_object() && messages[0].value("role", Json()) != "assistant";
}

absl::StatusOr<PreferencePair> ParseWholeMessages(const JsonLine& line, Notes& notes) {
  ASSIGN_OR_RETURN(const Messages chosen, GetMessages(line, "chosen", notes));
  ASSIGN_OR_RETURN(const Messages rejected, GetMessages(line, "rejected", notes));
  ASSIGN_OR_RETURN(PreferencePair pair, SplitMessages(line, chosen, rejected));
  if (Has(line, "prompt")) {
    ASSIGN_OR_RETURN(const bool agrees, Agrees(line, std::get<Messages>(pair.prompt), notes));
    if (!agrees) {
      return InvalidAt(line.where,
                       "\"chosen\" begins with a prompt, and it is not \"prompt\": leave \"prompt\" out, or the "
                       "messages of the prompt");
    }
  }
  return pair;
}

absl::StatusOr<PreferencePair> ParseDialogues(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::string chosen, GetText(line, "chosen"));
  ASSIGN_OR_RETURN(const std::string rejected, GetText(line, "rejected"));
  const auto split = SplitDialogues(chosen, rejected);
  if (!split.ok()) {
    return InvalidAt(line.where,
                     absl::StrCat("there is no \"prompt\", so \"chosen\" and \"rejected\" must be HH-RLHF's ",
                                  "dialogues: ", split.status().message()));
  }
  return PreferencePair{split->prompt, split->chosen, split->rejected};
}

absl::StatusOr<PreferencePair> ParsePair(const JsonLine& line, Notes& notes) {
  RETURN_IF_ERROR(NoteUnknownKeys(line, {"prompt", "chosen", "rejected"}, notes));
  for (const char* key : {"chosen", "rejected"}) {
    if (!Has(line, key)) return InvalidAt(line.where, absl::StrCat("the key \"", key, "\" is missing"));
  }
  const bool messages = line.value["chosen"].is_array();
  if (messages != line.value["rejected"].is_array()) {
    return InvalidAt(line.where, "\"chosen\" and \"rejected\" must both be texts or both lists of messages");
  }
  if (messages) {
    if (!Has(line, "prompt") || HoldsPrompt(line.value["chosen"])) return ParseWholeMessages(line, notes);
  } else if (!Has(line, "prompt")) {
    return ParseDialogues(line);
  }
  PreferencePair pair;
  ASSIGN_OR_RETURN(pair.chosen, GetReply(line, "chosen", notes));
  ASSIGN_OR_RETURN(pair.rejected, GetReply(line, "rejected", notes));
  ASSIGN_OR_RETURN(pair.prompt, GetPrompt(line, messages, notes));
  return pair;
}

absl::Status CheckPair(const PreferencePair& pair, absl::string_view where) {
  const bool blank =
      IsChat(pair.prompt) ? std::get<Messages>(pair.prompt).empty() : base::IsBlank(std::get<std::string>(pair.prompt));
  if (blank) return InvalidAt(where, "\"prompt\" must not be empty");
  if (pair.chosen == pair.rejected) {
    return InvalidAt(where, "\"chosen\" and \"rejected\" are equal: nothing is preferred");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PreferencePair>> ReadPreferencePairs(const std::string& path, Notes& notes) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<PreferencePair> pairs;
  OneKind kind;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(PreferencePair pair, ParsePair(line, notes));
    RETURN_IF_ERROR(kind.Add(pair.prompt, line.where));
    if (pair.chosen == pair.rejected) {
      notes.Add(kEqualCompletions, line.where);
    } else {
      pairs.push_back(std::move(pair));
    }
  }
  if (pairs.empty()) {
    return InvalidAt(path, absl::StrCat("\"chosen\" and \"rejected\" are equal in all of its ", lines.size(),
                                        " rows: nothing is preferred"));
  }
  return pairs;
}

absl::Status WritePreferencePairs(const std::string& path, absl::Span<const PreferencePair> pairs) {
  std::vector<base::OrderedJson> lines;
  for (const PreferencePair& pair : pairs) {
    RETURN_IF_ERROR(CheckPair(pair, absl::StrCat(path, ":", lines.size() + 1)));
    base::OrderedJson line;
    line["prompt"] = ToJson(pair.prompt);
    line["chosen"] = ToJson(pair.chosen);
    line["rejected"] = ToJson(pair.rejected);
    lines.push_back(std::move(line));
  }
  return base::WriteJsonLines(path, lines);
}

}  // namespace datasets
