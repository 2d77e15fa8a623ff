#include "analysis/commands/arena_hard_file.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "analysis/commands/rows.h"
#include "base/status.h"
#include "base/text.h"

namespace analysis {
namespace {

using ::base::Json;

const Json* Member(const Json* object, const char* key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

const Json* Last(const Json* list) {
  return list == nullptr || !list->is_array() || list->empty() ? nullptr : &list->back();
}

const Json* First(const Json* list) {
  return list == nullptr || !list->is_array() || list->empty() ? nullptr : &list->front();
}

// A turn is its text, or holds it, or an object that does, as "content".
const Json* TextOf(const Json* turn) {
  const Json* content = turn != nullptr && turn->is_object() ? Member(turn, "content") : turn;
  if (content != nullptr && content->is_object()) content = Member(content, "answer");
  return content != nullptr && content->is_string() ? content : nullptr;
}

// A count, or the sum of an object's: {"h1": 1, "h2": 3}. NaN where there is none.
double Count(const Json* value) {
  if (value == nullptr) return kUndefined;
  if (value->is_number()) return value->get<double>();
  if (!value->is_object()) return kUndefined;
  double sum = 0;
  for (const Json& part : *value) sum += part.is_number() ? part.get<double>() : kUndefined;
  return sum;
}

}  // namespace

absl::Status AnswerStyles::Read(const std::string& path) {
  return ForEachRow(path, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const std::string question, row.Id(row.Has("uid") ? "uid" : "question_id"));
    ASSIGN_OR_RETURN(const std::string model, row.Text(row.Has("model") ? "model" : "model_id"));
    const Json* turn = Last(Member(&row.members(), "messages"));
    if (turn == nullptr) turn = First(Member(First(Member(&row.members(), "choices")), "turns"));
    const Json* metadata = Member(&row.members(), "metadata");
    Entry entry;
    const Json* text = TextOf(turn);
    if (text != nullptr) entry.style = MarkdownStyle(text->get_ref<const std::string&>());
    entry.tokens = Count(Member(metadata, "token_len"));
    if (std::isnan(entry.tokens)) entry.tokens = Count(Member(turn, "token_len"));
    if (Member(metadata, "header_count") != nullptr) {
      entry.style.headers = Count(Member(metadata, "header_count"));
      entry.style.lists = Count(Member(metadata, "list_count"));
      entry.style.bold = Count(Member(metadata, "bold_count"));
    } else if (text == nullptr) {
      return row.Error("there is neither the answer's text nor \"metadata\" with its counts");
    }
    const double sum = entry.style.headers + entry.style.lists + entry.style.bold;
    if (!(sum >= 0) || std::isinf(sum) || entry.tokens < 0 || (text == nullptr && std::isnan(entry.tokens))) {
      return row.Error("\"metadata\" must have token_len, header_count, list_count and bold_count, none negative");
    }
    without_tokens_ += std::isnan(entry.tokens);
    if (styles_.emplace(std::pair(model, question), entry).second) return absl::OkStatus();
    return row.Error(absl::StrCat("model ", model, " answers question ", question, " twice"));
  });
}

absl::StatusOr<Style> AnswerStyles::Of(const std::string& model, const std::string& question) const {
  const auto found = styles_.find({model, question});
  if (found == styles_.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--answers: no file has the answer of ", model, " to question ", question));
  }
  Style style = found->second.style;
  if (in_tokens()) style.length = found->second.tokens;
  return style;
}

absl::StatusOr<std::vector<ArenaBattles>> BattlesOf(const std::vector<JudgedPair>& pairs, const AnswerStyles* styles) {
  std::vector<ArenaBattles> all;
  std::map<std::pair<std::string, std::string>, size_t> index;
  std::map<std::string, int64_t> questions;
  for (const JudgedPair& pair : pairs) {
    const auto [found, is_new] = index.emplace(std::pair(pair.model_b, pair.judge), all.size());
    if (is_new) all.push_back({pair.model_b, pair.judge, {}, {}, 0});
    ArenaBattles& battles = all[found->second];
    const int64_t model = battles.models.size();
    battles.models.push_back(pair.model_a);
    for (size_t q = 0; q < pair.questions.size(); ++q) {
      const QuestionVerdicts& question = pair.questions[q];
      StyledBattle battle;
      battle.question = questions.emplace(question.question_id, questions.size()).first->second;
      battle.model = model;
      bool complete = true;
      for (const std::optional<double>& game : question.games) complete = complete && game.has_value();
      battles.missing += !complete;
      if (!complete) continue;
      if (styles != nullptr) {
        ASSIGN_OR_RETURN(battle.of_model, styles->Of(pair.model_a, question.question_id));
        ASSIGN_OR_RETURN(battle.of_baseline, styles->Of(pair.model_b, question.question_id));
      }
      for (size_t g = 0; g < question.games.size(); ++g) {
        battle.score = *question.games[g];
        battle.weight = pair.weights.empty() ? 1 : pair.weights[q][g];
        battles.battles.push_back(battle);
      }
    }
  }
  return all;
}

}  // namespace analysis
