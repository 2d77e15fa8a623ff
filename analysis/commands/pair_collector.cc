#include "analysis/commands/pair_collector.h"

#include <cmath>
#include <map>
#include <optional>
#include <set>

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
    entry.given.emplace_back();
  }
  QuestionVerdicts& question = entry.pair.questions[q];
  if (question.category != game.category) {
    return row.Error(absl::StrCat("question ", game.question_id, " is in category \"", game.category,
                                  "\" here, and in \"", question.category, "\" above"));
  }
  const size_t name = entry.names.emplace(game.name, entry.names.size()).first->second;
  const auto turn_of = [&](const std::string& turn) {
    return entry.turns.emplace(turn, entry.turns.size()).first->second;
  };
  size_t turn = turn_of(game.turn);
  if (const int before = entry.times[{q, turn, name}]++; before > 0) {
    if (!game.is_vote) {
      return row.Error(absl::StrCat("question ", game.question_id, " has this game of ", game.model_a, " and ",
                                    game.model_b, " already; tell games apart by `order` and `repeat`"));
    }
    ++votes_again_;
    turn = turn_of(absl::StrCat(game.turn, "\nagain ", before));  // no other question is expected to have one
  }
  const Given given = {turn, name, game.verdict, game.weight};
  entry.given[q].push_back(given);
  entry.is_weighted |= game.weight != 1;
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

// The games that are planned: in each turn that a question has, those that any question has.
void PairCollector::Plan(Entry* entry) {
  for (size_t q = 0; q < entry->given.size(); ++q) {
    std::vector<Given>& given = entry->given[q];
    std::set<size_t> turns;
    std::map<std::pair<size_t, size_t>, Given> by_place;
    for (const Given& one : given) {
      turns.insert(one.turn);
      by_place[{one.turn, one.name}] = one;
    }
    for (const size_t turn : turns) {
      for (size_t name = 0; name < entry->names.size(); ++name) {
        const auto found = by_place.find({turn, name});
        const bool has_verdict = found != by_place.end() && !std::isnan(found->second.verdict);
        entry->pair.questions[q].games.push_back(has_verdict ? std::optional(found->second.verdict) : std::nullopt);
        if (!entry->is_weighted) continue;
        entry->pair.weights.resize(entry->given.size());
        entry->pair.weights[q].push_back(found == by_place.end() ? 1 : found->second.weight);
      }
    }
  }
}

std::vector<JudgedPair> PairCollector::Finish() {
  std::vector<JudgedPair> pairs;
  for (Entry& entry : entries_) {
    Plan(&entry);
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
