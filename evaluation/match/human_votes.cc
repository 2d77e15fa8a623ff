#include "evaluation/match/human_votes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace evaluation {
namespace {

using ::base::JsonLine;
using ::datasets::InvalidAt;

absl::StatusOr<Winner> GetVote(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::string word, base::GetString(line, "winner"));
  if (word == "model_a") return Winner::kModel1;
  if (word == "model_b") return Winner::kModel2;
  if (word == "tie" || word == "tie (inconsistent)" || word == "tie (bothbad)") return Winner::kTie;
  return InvalidAt(line.where, absl::StrCat("\"winner\" must be model_a, model_b, tie, tie (inconsistent) or tie ",
                                            "(bothbad), and is \"", word, "\""));
}

// Characters of the assistant's message number `turn`, from 1; -1 where there is none.
int64_t AnswerLength(const JsonLine& line, const char* key, int64_t turn) {
  const auto conversation = line.value.find(key);
  if (conversation == line.value.end() || !conversation->is_array()) return -1;
  for (const base::Json& message : *conversation) {
    if (!message.is_object() || message.value("role", base::Json()) != "assistant" || --turn > 0) continue;
    const auto content = message.find("content");
    if (content == message.end() || !content->is_string()) return -1;
    return base::CountCharacters(content->get_ref<const std::string&>());
  }
  return -1;
}

absl::StatusOr<HumanVote> ParseVote(const JsonLine& line) {
  HumanVote vote;
  ASSIGN_OR_RETURN(vote.question_id, datasets::GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(vote.model_a, base::GetString(line, "model_a"));
  ASSIGN_OR_RETURN(vote.model_b, base::GetString(line, "model_b"));
  if (vote.model_a.empty() || vote.model_b.empty() || vote.model_a == vote.model_b) {
    return InvalidAt(line.where, "\"model_a\" and \"model_b\" must name two models");
  }
  ASSIGN_OR_RETURN(vote.winner, GetVote(line));
  const auto judge = line.value.find("judge");
  if (judge != line.value.end() && judge->is_array()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> words, base::GetStrings(line, "judge"));
    vote.judge = absl::StrJoin(words, "/");
  } else {
    ASSIGN_OR_RETURN(vote.judge, base::GetString(line, "judge"));
  }
  ASSIGN_OR_RETURN(vote.turn, base::GetInt(line, "turn"));
  if (vote.turn < 1) return InvalidAt(line.where, absl::StrCat("\"turn\" counts from 1 on, and is ", vote.turn));
  vote.length_a = AnswerLength(line, "conversation_a", vote.turn);
  vote.length_b = AnswerLength(line, "conversation_b", vote.turn);
  return vote;
}

}  // namespace

absl::StatusOr<std::vector<HumanVote>> ReadHumanVotes(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, datasets::ReadRecords(path));
  std::vector<HumanVote> votes;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(HumanVote vote, ParseVote(line));
    votes.push_back(std::move(vote));
  }
  return votes;
}

}  // namespace evaluation
