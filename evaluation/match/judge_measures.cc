#include "evaluation/match/judge_measures.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/statistics/cluster.h"
#include "base/status.h"
#include "evaluation/match/games.h"

namespace evaluation {
namespace {

// Two models in alphabetical order, at a turn of a question.
using Pair = std::tuple<int64_t, int64_t, std::string, std::string>;

bool IsTurned(const std::string& model_1, const std::string& model_2) { return model_2 < model_1; }

Pair PairOf(int64_t question, int64_t turn, const std::string& model_1, const std::string& model_2) {
  return {question, turn, std::min(model_1, model_2), std::max(model_1, model_2)};
}

// As of the pair's models in alphabetical order.
Winner Turned(Winner winner, bool turned) {
  if (!turned || (winner != Winner::kModel1 && winner != Winner::kModel2)) return winner;
  return winner == Winner::kModel1 ? Winner::kModel2 : Winner::kModel1;
}

struct Items {
  std::vector<double> values;
  std::vector<int64_t> questions;

  void Add(bool value, int64_t question) {
    values.push_back(value);
    questions.push_back(question);
  }

  absl::StatusOr<Share> Estimate(double level) const {
    Share share;
    share.items = values.size();
    if (values.empty()) return share;
    ASSIGN_OR_RETURN(share.estimate, analysis::ClusterScoreInterval(values, questions, level));
    return share;
  }
};

struct Vote {
  Winner winner;  // of the pair's models in alphabetical order
  std::string judge;
};

std::map<Pair, std::vector<Vote>> VotesByPair(absl::Span<const HumanVote> votes) {
  std::map<Pair, std::vector<Vote>> by_pair;
  for (const HumanVote& vote : votes) {
    by_pair[PairOf(vote.question_id, vote.turn, vote.model_a, vote.model_b)].push_back(
        {Turned(vote.winner, IsTurned(vote.model_a, vote.model_b)), vote.judge});
  }
  return by_pair;
}

void Compare(Winner a, Winner b, int64_t question, Items* all, Items* decided) {
  all->Add(a == b, question);
  if (a != Winner::kTie && b != Winner::kTie) decided->Add(a == b, question);
}

// Whether the winner's answer is the longer one, where it has one and lengths are known and differ.
void AddLength(const AnswerLengths& lengths, const std::string& model_1, const std::string& model_2, int64_t question,
               int64_t turn, Winner winner, Items* longer) {
  if (winner != Winner::kModel1 && winner != Winner::kModel2) return;
  const auto first = lengths.find({model_1, question, turn}), second = lengths.find({model_2, question, turn});
  if (first == lengths.end() || second == lengths.end() || first->second == second->second) return;
  longer->Add((first->second > second->second) == (winner == Winner::kModel1), question);
}

// Same verdicts of each two repeats of a game.
Items RepeatItems(absl::Span<const PairJudgment> judgments) {
  std::map<std::pair<Pair, bool>, std::vector<Winner>> games;
  for (const PairJudgment& judgment : judgments) {
    const bool turned = IsTurned(judgment.model_1, judgment.model_2);
    const Pair pair = PairOf(judgment.question_id, judgment.turn, judgment.model_1, judgment.model_2);
    for (const bool is_second : {false, true}) {
      const Winner winner = is_second ? judgment.g2_winner : judgment.g1_winner;
      if (winner != Winner::kError) games[{pair, is_second != turned}].push_back(Turned(winner, turned));
    }
  }
  Items items;
  for (const auto& [game, winners] : games) {
    for (size_t i = 0; i < winners.size(); ++i) {
      for (size_t j = i + 1; j < winners.size(); ++j) items.Add(winners[i] == winners[j], std::get<0>(game.first));
    }
  }
  return items;
}

// The verdict of more than half, else a tie.
Winner Majority(const std::vector<Winner>& winners) {
  if (winners.empty()) return Winner::kError;
  for (const Winner winner : {Winner::kModel1, Winner::kModel2}) {
    if (2 * std::count(winners.begin(), winners.end(), winner) > static_cast<int64_t>(winners.size())) return winner;
  }
  return Winner::kTie;
}

}  // namespace

absl::StatusOr<JudgeMeasures> MeasureJudge(absl::Span<const PairJudgment> judgments, absl::Span<const HumanVote> votes,
                                           const AnswerLengths& lengths, double level) {
  const auto by_pair = VotesByPair(votes);
  Items people, people_decided, orders, first_place, longer;
  for (const PairJudgment& judgment : judgments) {
    const int64_t question = judgment.question_id;
    for (const auto& [winner, shown_first] :
         {std::pair(judgment.g1_winner, Winner::kModel1), std::pair(judgment.g2_winner, Winner::kModel2)}) {
      if (winner == Winner::kModel1 || winner == Winner::kModel2) first_place.Add(winner == shown_first, question);
      AddLength(lengths, judgment.model_1, judgment.model_2, question, judgment.turn, winner, &longer);
    }
    const Winner both = BothGames(judgment);
    if (both == Winner::kError) continue;
    orders.Add(judgment.g1_winner == judgment.g2_winner, question);
    const auto voted = by_pair.find(PairOf(question, judgment.turn, judgment.model_1, judgment.model_2));
    if (voted == by_pair.end()) continue;
    const Winner verdict = Turned(both, IsTurned(judgment.model_1, judgment.model_2));
    for (const Vote& vote : voted->second) Compare(verdict, vote.winner, question, &people, &people_decided);
  }
  const GameCounts counts = CountGames(judgments);
  JudgeMeasures measures;
  measures.games = counts.games;
  measures.missing = counts.missing;
  ASSIGN_OR_RETURN(measures.people, people.Estimate(level));
  ASSIGN_OR_RETURN(measures.people_decided, people_decided.Estimate(level));
  ASSIGN_OR_RETURN(measures.orders, orders.Estimate(level));
  ASSIGN_OR_RETURN(measures.repeats, RepeatItems(judgments).Estimate(level));
  ASSIGN_OR_RETURN(measures.first_place, first_place.Estimate(level));
  ASSIGN_OR_RETURN(measures.longer, longer.Estimate(level));
  return measures;
}

absl::StatusOr<JudgeMeasures> MeasurePeople(absl::Span<const HumanVote> votes, const AnswerLengths& lengths,
                                            double level) {
  Items people, people_decided, longer;
  for (const auto& [pair, of_pair] : VotesByPair(votes)) {
    for (size_t i = 0; i < of_pair.size(); ++i) {
      for (size_t j = i + 1; j < of_pair.size(); ++j) {
        if (of_pair[i].judge == of_pair[j].judge) continue;
        Compare(of_pair[i].winner, of_pair[j].winner, std::get<0>(pair), &people, &people_decided);
      }
    }
  }
  for (const HumanVote& vote : votes) {
    AddLength(lengths, vote.model_a, vote.model_b, vote.question_id, vote.turn, vote.winner, &longer);
  }
  JudgeMeasures measures;
  ASSIGN_OR_RETURN(measures.people, people.Estimate(level));
  ASSIGN_OR_RETURN(measures.people_decided, people_decided.Estimate(level));
  ASSIGN_OR_RETURN(measures.longer, longer.Estimate(level));
  return measures;
}

std::vector<std::string> JudgeWarnings(absl::Span<const PairJudgment> judgments, const JudgeMeasures& measures) {
  std::vector<std::string> warnings;
  const std::string always = PositionWarning(CountGames(judgments));
  if (!always.empty()) warnings.push_back(always);
  // Chance is 0.5; an interval that does not exist says nothing.
  const auto warn = [&](const Share& share, const char* above, const char* below) {
    const analysis::Estimate& estimate = share.estimate;
    const char* what = estimate.low > 0.5 ? above : estimate.high < 0.5 ? below : nullptr;
    if (what == nullptr) return;
    warnings.push_back(absl::StrFormat("%s in %.1f%% of %d verdicts [%.1f, %.1f]", what,
                                       100 * (what == above ? estimate.value : 1 - estimate.value), share.items,
                                       100 * (what == above ? estimate.low : 1 - estimate.high),
                                       100 * (what == above ? estimate.high : 1 - estimate.low)));
  };
  if (always.empty()) {
    warn(measures.first_place, "prefers the answer that is shown first", "prefers the answer that is shown second");
  }
  warn(measures.longer, "prefers the longer answer", "prefers the shorter answer");
  const Share& decided = measures.people_decided;
  if (decided.items > 0 && !(decided.estimate.low > 0.5)) {
    warnings.push_back(absl::StrFormat(
        "agrees with people in %.1f%% of %d decided votes: not shown to be more than a coin does (50%%)",
        100 * decided.estimate.value, decided.items));
  }
  return warnings;
}

std::vector<PairJudgment> PanelJudgments(absl::Span<const std::vector<PairJudgment>> judges) {
  // Verdicts of the game that shows the alphabetically first model first, and of the other one.
  std::map<std::pair<Pair, int64_t>, std::array<std::vector<Winner>, 2>> games;
  std::map<std::pair<Pair, int64_t>, std::string> categories;
  for (const std::vector<PairJudgment>& judge : judges) {
    for (const PairJudgment& judgment : judge) {
      const bool turned = IsTurned(judgment.model_1, judgment.model_2);
      const std::pair key(PairOf(judgment.question_id, judgment.turn, judgment.model_1, judgment.model_2),
                          judgment.repeat);
      auto& verdicts = games[key];
      categories.emplace(key, judgment.category);
      for (const bool is_second : {false, true}) {
        const Winner winner = is_second ? judgment.g2_winner : judgment.g1_winner;
        if (winner != Winner::kError) verdicts[is_second != turned].push_back(Turned(winner, turned));
      }
    }
  }
  std::vector<PairJudgment> panel;
  for (const auto& [key, verdicts] : games) {
    PairJudgment judgment;
    std::tie(judgment.question_id, judgment.turn, judgment.model_1, judgment.model_2) = key.first;
    judgment.repeat = key.second;
    judgment.judge_model = "panel";
    judgment.judge_prompt = "majority";
    judgment.category = categories[key];
    judgment.g1_winner = Majority(verdicts[0]);
    judgment.g2_winner = Majority(verdicts[1]);
    panel.push_back(std::move(judgment));
  }
  return panel;
}

}  // namespace evaluation
