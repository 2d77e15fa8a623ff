#include "analysis/commands/judgments.h"

#include <cmath>
#include <limits>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/rows.h"
#include "base/status.h"

namespace analysis {
namespace {

// A game that a row gave, though without a verdict; a game that no row gave is nullopt until the end.
constexpr double kGivenWithoutVerdict = std::numeric_limits<double>::quiet_NaN();

// One verdict of a row, from the point of view of its first model.
struct Game {
  std::string question_id, category, model_a, model_b, judge, name;
  double verdict = kGivenWithoutVerdict;
  std::optional<double> length_difference;
};

absl::StatusOr<std::string> TextOr(const Row& row, absl::string_view key, absl::string_view otherwise) {
  if (!row.Has(key)) return std::string(otherwise);
  return row.Text(key);
}

absl::StatusOr<double> ParseVerdict(const Row& row, const Game& game) {
  if (!row.Has("verdict")) return kGivenWithoutVerdict;
  const auto& members = row.members();
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

// Builds the pairs row by row.
class Collector {
 public:
  absl::Status Add(const Row& row, Game game) {
    if (game.model_a == game.model_b) {
      return row.Error(absl::StrCat("model ", game.model_a, " is compared with itself"));
    }
    Entry& entry = Find(&game);
    const size_t q = entry.questions.emplace(game.question_id, entry.pair.questions.size()).first->second;
    if (q == entry.pair.questions.size()) {
      entry.pair.questions.push_back({game.question_id, game.category});
      entry.lengths.push_back({0, 0});
    }
    QuestionVerdicts& question = entry.pair.questions[q];
    if (question.category != game.category) {
      return row.Error(absl::StrCat("question ", game.question_id, " is in category \"", game.category,
                                    "\" here, and in \"", question.category, "\" above"));
    }
    const size_t g = entry.games.emplace(game.name, entry.pair.games.size()).first->second;
    if (g == entry.pair.games.size()) entry.pair.games.push_back(game.name);
    if (question.games.size() <= g) question.games.resize(g + 1);
    if (question.games[g].has_value()) {
      return row.Error(absl::StrCat("question ", game.question_id, " has this game of ", game.model_a, " and ",
                                    game.model_b, " already; tell games apart by `order` and `repeat`"));
    }
    question.games[g] = game.verdict;
    const double twice = 2 * game.verdict;
    if (!std::isnan(twice) && twice != std::floor(twice)) entry.pair.verdicts = Verdicts::kGraded;
    if (game.length_difference.has_value()) {
      entry.lengths[q].first += *game.length_difference;
      ++entry.lengths[q].second;
    } else {
      entry.has_lengths = false;
    }
    return absl::OkStatus();
  }

  std::vector<JudgedPair> Finish() {
    std::vector<JudgedPair> pairs;
    for (Entry& entry : entries_) {
      for (QuestionVerdicts& question : entry.pair.questions) {
        question.games.resize(entry.pair.games.size());
        for (std::optional<double>& verdict : question.games) {
          if (verdict.has_value() && std::isnan(*verdict)) verdict.reset();
        }
      }
      if (entry.has_lengths) {
        for (const auto& [sum, games] : entry.lengths) entry.pair.length_differences.push_back(sum / games);
      }
      pairs.push_back(std::move(entry.pair));
    }
    return pairs;
  }

 private:
  struct Entry {
    JudgedPair pair;
    absl::flat_hash_map<std::string, size_t> questions, games;
    std::vector<std::pair<double, int>> lengths;  // sum and number, of each question
    bool has_lengths = true;
  };

  // The game's pair; the game is turned where the pair was first named the other way round.
  Entry& Find(Game* game) {
    const auto key = [&](const std::string& a, const std::string& b) {
      return absl::StrCat(a, "\n", b, "\n", game->judge);
    };
    if (const auto turned = index_.find(key(game->model_b, game->model_a)); turned != index_.end()) {
      std::swap(game->model_a, game->model_b);
      game->verdict = 1 - game->verdict;
      if (game->length_difference.has_value()) game->length_difference = -*game->length_difference;
      return entries_[turned->second];
    }
    const auto [found, is_new] = index_.emplace(key(game->model_a, game->model_b), entries_.size());
    if (is_new) {
      entries_.emplace_back();
      entries_.back().pair.model_a = game->model_a;
      entries_.back().pair.model_b = game->model_b;
      entries_.back().pair.judge = game->judge;
    }
    return entries_[found->second];
  }

  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, size_t> index_;
};

absl::Status AddOurs(const Row& row, Collector& collector) {
  Game game;
  ASSIGN_OR_RETURN(game.question_id, row.Text("question_id"));
  ASSIGN_OR_RETURN(game.model_a, row.Text("model_a"));
  ASSIGN_OR_RETURN(game.model_b, row.Text("model_b"));
  ASSIGN_OR_RETURN(game.category, TextOr(row, "category", "all"));
  ASSIGN_OR_RETURN(game.judge, TextOr(row, "judge", ""));
  ASSIGN_OR_RETURN(const std::string order, TextOr(row, "order", ""));
  ASSIGN_OR_RETURN(const std::string repeat, TextOr(row, "repeat", ""));
  game.name = absl::StrCat(order, "/", repeat);
  if (row.members().find("verdict") == row.members().end()) {
    return row.Error("\"verdict\" is missing; write a verdict that the judge did not give as null or empty");
  }
  ASSIGN_OR_RETURN(game.verdict, ParseVerdict(row, game));
  if (row.Has("length_a") && row.Has("length_b")) {
    ASSIGN_OR_RETURN(const double length_a, row.Number("length_a"));
    ASSIGN_OR_RETURN(const double length_b, row.Number("length_b"));
    game.length_difference = length_a - length_b;
  }
  return collector.Add(row, std::move(game));
}

absl::Status AddFastChat(const Row& row, Collector& collector) {
  Game game;
  ASSIGN_OR_RETURN(game.question_id, row.Text("question_id"));
  ASSIGN_OR_RETURN(game.model_a, row.Text("model_1"));
  ASSIGN_OR_RETURN(game.model_b, row.Text("model_2"));
  ASSIGN_OR_RETURN(game.category, TextOr(row, "category", "all"));
  const auto judge = row.members().find("judge");
  if (judge != row.members().end()) game.judge = judge->is_string() ? judge->get<std::string>() : judge->dump();
  ASSIGN_OR_RETURN(const std::string turn, TextOr(row, "turn", ""));
  ASSIGN_OR_RETURN(const std::string repeat, TextOr(row, "repeat", ""));
  for (const char* key : {"g1_winner", "g2_winner"}) {
    ASSIGN_OR_RETURN(const std::string winner, TextOr(row, key, ""));
    game.name = absl::StrCat(key, "/", turn, repeat.empty() ? "" : "/", repeat);
    game.verdict = VerdictOfWinner(winner).value_or(kGivenWithoutVerdict);
    RETURN_IF_ERROR(collector.Add(row, game));
  }
  return absl::OkStatus();
}

absl::Status AddAlpacaEval(const Row& row, Collector& collector) {
  Game game;
  ASSIGN_OR_RETURN(game.question_id, row.Text("instruction"));
  ASSIGN_OR_RETURN(game.model_a, row.Text("generator_2"));
  ASSIGN_OR_RETURN(game.model_b, row.Text("generator_1"));
  ASSIGN_OR_RETURN(game.category, TextOr(row, "dataset", "all"));
  ASSIGN_OR_RETURN(game.judge, TextOr(row, "annotator", ""));
  ASSIGN_OR_RETURN(game.name, TextOr(row, "repeat", ""));
  if (row.Has("preference")) {
    ASSIGN_OR_RETURN(const double preference, row.Number("preference"));
    if (preference < 1 || preference > 2) {
      return row.Error(absl::StrCat("\"preference\" must be from 1 to 2, not ", preference));
    }
    game.verdict = preference - 1;
  }
  if (row.Has("output_1") && row.Has("output_2")) {
    ASSIGN_OR_RETURN(const std::string output_1, row.Text("output_1"));
    ASSIGN_OR_RETURN(const std::string output_2, row.Text("output_2"));
    game.length_difference = static_cast<double>(output_2.size()) - static_cast<double>(output_1.size());
  }
  return collector.Add(row, std::move(game));
}

}  // namespace

absl::StatusOr<std::vector<JudgedPair>> ReadJudgments(const std::string& path) {
  Collector collector;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) {
    const auto has = [&](const char* key) { return row.members().find(key) != row.members().end(); };
    if (has("g1_winner")) return AddFastChat(row, collector);
    if (has("generator_1")) return AddAlpacaEval(row, collector);
    return AddOurs(row, collector);
  }));
  return collector.Finish();
}

}  // namespace analysis
