#include "evaluation/match/verdicts.h"

#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace evaluation {

std::vector<PairVerdicts> GroupVerdicts(absl::Span<const PairJudgment> judgments) {
  std::vector<PairVerdicts> groups;
  std::map<std::tuple<std::string, std::string, int64_t>, size_t> index;
  std::map<std::pair<size_t, int64_t>, size_t> questions;  // of a group, by id
  for (const PairJudgment& judgment : judgments) {
    const auto [group, is_new] =
        index.emplace(std::tuple(judgment.model_1, judgment.model_2, judgment.turn), groups.size());
    if (is_new) groups.push_back({judgment.model_1, judgment.model_2, judgment.turn, {}});
    auto& of_group = groups[group->second].questions;
    const auto [question, is_first] =
        questions.emplace(std::pair(group->second, judgment.question_id), of_group.size());
    if (is_first) {
      of_group.push_back(
          {absl::StrCat(judgment.question_id), judgment.category.empty() ? "all" : judgment.category, {}});
    }
    auto& games = of_group[question->second].games;
    const auto scores = GameScores(judgment);
    games.insert(games.end(), scores.begin(), scores.end());
    const bool is_graded = judgment.g1_preference.has_value() || judgment.g2_preference.has_value();
    if (is_graded) groups[group->second].verdicts = analysis::Verdicts::kGraded;
  }
  return groups;
}

}  // namespace evaluation
