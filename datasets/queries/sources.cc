#include "datasets/queries/sources.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/hh_rlhf/dialogue.h"
#include "datasets/mt_bench/questions.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;

absl::StatusOr<std::vector<Instruction>> ParseInstructions(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, GetTexts(line, "instruction_id_list"));
  const auto kwargs = line.value.find("kwargs");
  if (kwargs == line.value.end() || !kwargs->is_array() || kwargs->size() != ids.size()) {
    return InvalidAt(line.where, absl::StrCat("\"kwargs\" must be a list of ", ids.size(),
                                              " objects, one for each of \"instruction_id_list\""));
  }
  std::vector<Instruction> instructions;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!(*kwargs)[i].is_object()) {
      return InvalidAt(line.where, absl::StrCat("kwargs[", i, "] must be an object, and is ", TypeName((*kwargs)[i])));
    }
    Instruction instruction{std::string(absl::StripPrefix(ids[i], "en:")), Json::object()};
    for (const auto& item : (*kwargs)[i].items()) {
      if (!item.value().is_null()) instruction.kwargs[item.key()] = item.value();
    }
    instructions.push_back(std::move(instruction));
  }
  return instructions;
}

}  // namespace

absl::StatusOr<std::vector<Query>> ReadMtBenchQueries(const std::string& path) {
  ASSIGN_OR_RETURN(std::vector<MtBenchQuestion> questions, ReadMtBenchQuestions(path));
  std::vector<Query> queries;
  for (MtBenchQuestion& question : questions) {
    Query query;
    query.id = absl::StrCat(question.id);
    query.category = std::move(question.category);
    query.messages = {{"user", std::move(question.turns[0])}};
    query.follow_ups.assign(question.turns.begin() + 1, question.turns.end());
    query.reference = std::move(question.reference);
    queries.push_back(std::move(query));
  }
  return queries;
}

absl::StatusOr<std::vector<Query>> ReadHhRlhfQueries(const std::string& path, Notes& notes) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<Query> queries;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(const std::string chosen, GetText(line, "chosen"));
    ASSIGN_OR_RETURN(const std::string rejected, GetText(line, "rejected"));
    const auto split = SplitDialogues(chosen, rejected);
    if (!split.ok()) return base::Annotate(split.status(), line.where);
    Query query;
    query.id = LineNumber(line);
    ASSIGN_OR_RETURN(query.messages, DialogueMessages(split->prompt));
    if (CheckPromptMessages(query.messages, line.where).ok()) {
      queries.push_back(std::move(query));
    } else {
      notes.Add("rows left out: the turns of the prompt do not alternate, or one is empty", line.where);
    }
  }
  if (queries.empty()) return InvalidAt(path, "in no row do the turns of the prompt alternate, without an empty one");
  return queries;
}

void KeepSingleTurns(std::vector<Query>* queries, Notes& notes) {
  std::set<std::string> seen;
  std::vector<Query> kept;
  for (Query& query : *queries) {
    const std::string where = absl::StrCat("query ", query.id);
    if (!IsSingleTurn(query)) {
      notes.Add("dialogues left out: their prompts have several turns", where);
    } else if (!seen.insert(TextOf(query)).second) {
      notes.Add("dialogues left out: their prompts were there before", where);
    } else {
      kept.push_back(std::move(query));
    }
  }
  *queries = std::move(kept);
}

absl::StatusOr<std::vector<Query>> ReadIfEvalQueries(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<Query> queries;
  UniqueIds ids;
  for (const JsonLine& line : lines) {
    Query query;
    ASSIGN_OR_RETURN(query.id, GetId(line, "key"));
    RETURN_IF_ERROR(ids.Add(absl::StrCat("the key ", query.id), line.where));
    ASSIGN_OR_RETURN(std::string prompt, GetText(line, "prompt"));
    query.messages = {{"user", std::move(prompt)}};
    ASSIGN_OR_RETURN(query.instructions, ParseInstructions(line));
    queries.push_back(std::move(query));
  }
  return queries;
}

}  // namespace datasets
