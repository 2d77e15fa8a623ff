#include "analysis/commands/verdict_rows.h"

#include <cmath>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/alpaca_eval_file.h"
#include "analysis/leaderboards/alpaca_win_rate.h"
#include "base/status.h"

namespace analysis {
namespace {

using ::base::Json;

constexpr double kGreatestWeight = 1e9;

absl::StatusOr<std::string> TextOr(const Row& row, absl::string_view key, absl::string_view otherwise) {
  if (!row.Has(key)) return std::string(otherwise);
  return row.Text(key);
}

// What all forms have in common.
absl::StatusOr<Game> NewGame(const Row& row, absl::string_view category, absl::string_view model_a,
                             absl::string_view model_b) {
  Game game;
  ASSIGN_OR_RETURN(game.model_a, row.Text(model_a));
  ASSIGN_OR_RETURN(game.model_b, row.Text(model_b));
  ASSIGN_OR_RETURN(game.category, TextOr(row, category, "all"));
  if (!row.Has("weight")) return game;
  ASSIGN_OR_RETURN(game.weight, row.Number("weight"));
  if (game.weight > 0 && game.weight <= kGreatestWeight) return game;
  return row.Error(absl::StrCat("\"weight\" must be above 0 and at most ", kGreatestWeight, ", not ", game.weight));
}

// "turn", and "repeat" as part of a game's name, where a row has them.
absl::Status ReadTurn(const Row& row, Game* game) {
  if (row.Has("turn")) {
    ASSIGN_OR_RETURN(game->turn, row.Id("turn"));
  }
  if (!row.Has("repeat")) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string repeat, row.Id("repeat"));
  absl::StrAppend(&game->name, "/repeat ", repeat);
  return absl::OkStatus();
}

// The game's verdict by the word for its winner, FastChat's or Chatbot Arena's: `a` and `b` name the row's models.
absl::StatusOr<double> WinnerVerdict(const Row& row, const char* key, const Game& game, absl::string_view a,
                                     absl::string_view b) {
  if (!row.Names(key)) return row.Error(absl::StrCat("\"", key, "\" is missing"));
  ASSIGN_OR_RETURN(const std::string word, TextOr(row, key, "error"));
  const std::string lower = absl::AsciiStrToLower(word);
  if (lower == "error") return kGivenWithoutVerdict;
  if (lower == "tie" || lower == "tie (bothbad)" || lower == "tie (inconsistent)") return 0.5;
  if (lower == a || word == game.model_a) return 1.0;
  if (lower == b || word == game.model_b) return 0.0;
  return row.Error(
      absl::StrCat("\"", key, "\" must be ", a, ", ", b, ", tie, error or a model's name, and is \"", word, "\""));
}

absl::StatusOr<double> ParseVerdict(const Row& row, const Game& game) {
  if (!row.Names("verdict")) {
    return row.Error("\"verdict\" is missing; write a verdict that the judge did not give as null or empty");
  }
  if (!row.Has("verdict")) return kGivenWithoutVerdict;
  const Json& members = row.members();
  if (members["verdict"].is_string()) {
    const std::string text = members["verdict"].get<std::string>(), lower = absl::AsciiStrToLower(text);
    if (text == game.model_a) return 1.0;
    if (text == game.model_b) return 0.0;
    if (lower == "a") return 1.0;
    if (lower == "b") return 0.0;
    if (lower == "tie") return 0.5;
  }
  ASSIGN_OR_RETURN(const double verdict, row.Number("verdict"));
  if (verdict < 0 || verdict > 1) return row.Error(absl::StrCat("a verdict must be in [0, 1], not ", verdict));
  return verdict;
}

// FastChat names a judge [model, prompt].
std::string JudgeOf(const Row& row) {
  const auto judge = row.members().find("judge");
  if (judge == row.members().end() || judge->is_null()) return "";
  if (judge->is_string()) return judge->get<std::string>();
  Json names = *judge;
  if (names.is_array() && names.size() == 2 && names[1].is_string()) {
    const std::string family = PromptFamily(names[1].get<std::string>());
    if (family.empty() && names[0].is_string()) return names[0].get<std::string>();
    names[1] = family;
  }
  return names.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<std::vector<Game>> Ours(const Row& row, RowFormat format) {
  ASSIGN_OR_RETURN(Game game, NewGame(row, "category", "model_a", "model_b"));
  ASSIGN_OR_RETURN(game.question_id, row.Id("question_id"));
  const auto judge = row.members().find("judge");
  if (judge != row.members().end() && judge->is_array()) {
    game.judge = JudgeOf(row);
  } else {
    ASSIGN_OR_RETURN(game.judge, TextOr(row, "judge", ""));
  }
  ASSIGN_OR_RETURN(game.name, TextOr(row, "order", ""));
  RETURN_IF_ERROR(ReadTurn(row, &game));
  if (format == RowFormat::kVotes) {
    game.is_vote = true;
    ASSIGN_OR_RETURN(game.verdict, WinnerVerdict(row, "winner", game, "model_a", "model_b"));
  } else {
    ASSIGN_OR_RETURN(game.verdict, ParseVerdict(row, game));
  }
  if (row.Has("length_a") && row.Has("length_b")) {
    ASSIGN_OR_RETURN(const double length_a, row.Number("length_a"));
    ASSIGN_OR_RETURN(const double length_b, row.Number("length_b"));
    game.length_difference = length_a - length_b;
  }
  return std::vector<Game>{std::move(game)};
}

absl::StatusOr<std::vector<Game>> FastChat(const Row& row) {
  ASSIGN_OR_RETURN(Game game, NewGame(row, "category", "model_1", "model_2"));
  ASSIGN_OR_RETURN(game.question_id, row.Id("question_id"));
  game.judge = JudgeOf(row);
  std::vector<Game> games(2, game);
  const char* const keys[] = {"g1_winner", "g2_winner"};
  const char* const preferences[] = {"g1_preference", "g2_preference"};
  for (int g = 0; g < 2; ++g) {
    games[g].name = keys[g];
    RETURN_IF_ERROR(ReadTurn(row, &games[g]));
    ASSIGN_OR_RETURN(games[g].verdict, WinnerVerdict(row, keys[g], game, "model_1", "model_2"));
    if (std::isnan(games[g].verdict) || !row.Has(preferences[g])) continue;
    // How probable it was that the judge preferred model_1.
    ASSIGN_OR_RETURN(games[g].verdict, row.Number(preferences[g]));
    if (games[g].verdict < 0 || games[g].verdict > 1) {
      return row.Error(absl::StrCat("\"", preferences[g], "\" must be in [0, 1], not ", games[g].verdict));
    }
  }
  return games;
}

// The points of answer A and how much they count; no points where the judge gave no verdict.
struct ArenaVerdict {
  double points = kGivenWithoutVerdict;
  double weight = 1;
};

absl::StatusOr<ArenaVerdict> ParseArenaVerdict(const Row& row, const Json& game) {
  if (game.is_null()) return ArenaVerdict{};
  const auto score = game.is_object() ? game.find("score") : game.end();
  if (!game.is_object() || score == game.end()) return row.Error("a game of \"games\" must have a \"score\"");
  if (score->is_null()) return ArenaVerdict{};
  const std::string word = score->is_string() ? score->get<std::string>() : score->dump();
  constexpr double kSure = 3;
  const struct {
    const char* word;
    ArenaVerdict verdict;
  } kWords[] = {{"A>B", {1, 1}},      {"A>>B", {1, kSure}}, {"A=B", {0.5, 1}}, {"B=A", {0.5, 1}},
                {"B>A", {0, 1}},      {"A<B", {0, 1}},      {"B<A", {1, 1}},   {"B<<A", {1, kSure}},
                {"B>>A", {0, kSure}}, {"A<<B", {0, kSure}}};
  for (const auto& known : kWords) {
    if (word == known.word) return known.verdict;
  }
  return row.Error(absl::StrCat("a game's \"score\" must be A>>B, A>B, A=B, B>A, B>>A or null, and is \"", word, "\""));
}

absl::StatusOr<std::vector<Game>> ArenaHard(const Row& row) {
  Game game;
  ASSIGN_OR_RETURN(game.question_id, row.Id(row.Has("uid") ? "uid" : "question_id"));
  ASSIGN_OR_RETURN(game.model_a, row.Text("model"));
  ASSIGN_OR_RETURN(game.model_b, TextOr(row, "baseline", "baseline"));
  ASSIGN_OR_RETURN(game.category, TextOr(row, "category", "all"));
  ASSIGN_OR_RETURN(game.judge, TextOr(row, "judge", ""));
  const Json& list = row.members()["games"];
  if (!list.is_array() || list.size() != 2) return row.Error("\"games\" must be a list of two, one in each order");
  std::vector<Game> games(2, game);
  for (int g = 0; g < 2; ++g) {
    ASSIGN_OR_RETURN(const ArenaVerdict verdict, ParseArenaVerdict(row, list[g]));
    games[g].name = absl::StrCat("game ", g + 1);
    games[g].weight = verdict.weight;
    // The baseline is A in the first.
    games[g].verdict = g == 0 ? 1 - verdict.points : verdict.points;
  }
  return games;
}

// Why a file that holds no comparisons is none for this command.
absl::Status NoComparison(const Row& row, RowFormat format) {
  if (format == RowFormat::kFastChatSingle) {
    return row.Error(
        "these are FastChat's ratings of single answers, no comparisons: --leaderboard prints FastChat's table of "
        "them, "
        "and sami compare --a=FILE --b=FILE compares two models' ratings");
  }
  if (format == RowFormat::kLmEval || format == RowFormat::kHumanEval || format == RowFormat::kAttempts) {
    return row.Error(absl::StrCat("these are ", FormatName(format),
                                  ", no comparisons: sami pass-at-k --samples=FILE or sami compare reads them"));
  }
  if (format == RowFormat::kAnswers || format == RowFormat::kOutputs) {
    return row.Error(absl::StrCat("these are ", FormatName(format), ", not yet judged: sami judge makes judgments"));
  }
  std::string columns;
  for (const auto& item : row.members().items()) absl::StrAppend(&columns, columns.empty() ? "" : ", ", item.key());
  return row.Error(absl::StrCat("\"model_a\" is missing, and its columns are no other known format's: ", columns));
}

}  // namespace

// An instruction's second row is a question of its own, as AlpacaEval counts it; the same row again is a mistake.
absl::StatusOr<std::vector<Game>> VerdictRows::AlpacaEval(const Row& row) {
  ASSIGN_OR_RETURN(Game game, NewGame(row, "dataset", "generator_2", "generator_1"));
  if (!row.Names("instruction")) return row.Error("\"instruction\" is missing");
  ASSIGN_OR_RETURN(game.question_id, TextOr(row, "instruction", ""));
  ASSIGN_OR_RETURN(const std::string annotator, TextOr(row, "annotator", ""));
  game.judge = AnnotatorName(annotator);
  RETURN_IF_ERROR(ReadTurn(row, &game));
  ASSIGN_OR_RETURN(const double preference, AlpacaPreference(row));
  const double share = AlpacaShare(preference);
  outside_ += std::isnan(share) && !std::isnan(preference);
  game.verdict = share;
  ASSIGN_OR_RETURN(const double length_1, AlpacaOutputLength(row, "1"));
  ASSIGN_OR_RETURN(const double length_2, AlpacaOutputLength(row, "2"));
  if (!std::isnan(length_1 + length_2)) game.length_difference = length_2 - length_1;
  std::vector<size_t>& rows = annotated_[absl::StrCat(game.model_a, "\n", game.model_b, "\n", game.judge, "\n",
                                                      game.turn, "\n", game.name, "\n", game.question_id)];
  const size_t content = absl::HashOf(row.members().dump(-1, ' ', false, Json::error_handler_t::replace));
  if (absl::c_linear_search(rows, content)) return row.Error("the same row stands in the file before");
  rows.push_back(content);
  if (rows.size() > 1) {
    ++repeated_;
    absl::StrAppend(&game.question_id, " (row ", rows.size(), " of this instruction)");
  }
  return std::vector<Game>{std::move(game)};
}

absl::StatusOr<std::vector<Game>> VerdictRows::Games(const Row& row, RowFormat format) {
  absl::StatusOr<std::vector<Game>> games = NoComparison(row, format);
  if (format == RowFormat::kVerdicts || format == RowFormat::kVotes) games = Ours(row, format);
  if (format == RowFormat::kFastChatPair) games = FastChat(row);
  if (format == RowFormat::kAlpacaEval) games = AlpacaEval(row);
  if (format == RowFormat::kArenaHard) games = ArenaHard(row);
  if (games.ok()) weighted_ += absl::c_any_of(*games, [](const Game& game) { return game.weight != 1; });
  return games;
}

std::vector<std::string> VerdictRows::Notes() const {
  std::vector<std::string> notes;
  if (weighted_ > 0) {
    notes.push_back(
        absl::StrCat("Games of another weight than 1 in ", weighted_, " of the rows: win rates are weighted."));
  }
  if (repeated_ > 0) {
    notes.push_back(
        absl::StrCat("Rows of an instruction that stands above: ", repeated_, "; each counts, as for AlpacaEval."));
  }
  if (outside_ > 0) {
    notes.push_back(absl::StrCat("Preferences neither 0 nor from 1 to 2: ", outside_, "; missing, as for AlpacaEval."));
  }
  return notes;
}

}  // namespace analysis
