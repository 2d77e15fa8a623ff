#include "analysis/commands/pair_collector.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"

namespace analysis {

absl::Status PairCollector::Add(const Row& row, Game game) {
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
  if (game.weight != 1) entry.weights[{q, g}] = game.weight;
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

std::vector<JudgedPair> PairCollector::Finish() {
  std::vector<JudgedPair> pairs;
  for (Entry& entry : entries_) {
    for (QuestionVerdicts& question : entry.pair.questions) {
      question.games.resize(entry.pair.games.size());
      for (std::optional<double>& verdict : question.games) {
        if (verdict.has_value() && std::isnan(*verdict)) verdict.reset();
      }
    }
    if (!entry.weights.empty()) {
      entry.pair.weights.assign(entry.pair.questions.size(), std::vector<double>(entry.pair.games.size(), 1));
      for (const auto& [game, weight] : entry.weights) entry.pair.weights[game.first][game.second] = weight;
    }
    if (entry.has_lengths) {
      for (const auto& [sum, games] : entry.lengths) entry.pair.length_differences.push_back(sum / games);
    }
    pairs.push_back(std::move(entry.pair));
  }
  return pairs;
}

PairCollector::Entry& PairCollector::Find(Game* game) {
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

}  // namespace analysis
