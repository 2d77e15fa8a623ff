#include "evaluation/match/agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <tuple>

#include "analysis/statistics/cluster.h"
#include "base/status.h"

namespace evaluation {
namespace {

// A game of two models in alphabetical order: question, turn, models, whether the first model's answer is shown first.
using Game = std::tuple<int64_t, int64_t, std::string, std::string, bool>;
// Verdicts by repeat: the preferred model is 0 or 1, a tie 2.
using Verdicts = std::map<Game, std::map<int64_t, int>>;

void Add(const PairJudgment& judgment, Winner winner, bool shows_model_1_first, Verdicts* verdicts) {
  if (winner == Winner::kError) return;
  const bool turned = judgment.model_2 < judgment.model_1;
  const Game game = {judgment.question_id, judgment.turn, turned ? judgment.model_2 : judgment.model_1,
                     turned ? judgment.model_1 : judgment.model_2, shows_model_1_first != turned};
  const int verdict = winner == Winner::kTie ? 2 : (winner == Winner::kModel1) != turned ? 0 : 1;
  (*verdicts)[game].emplace(judgment.repeat, verdict);
}

Verdicts VerdictsOf(absl::Span<const PairJudgment> judgments) {
  Verdicts verdicts;
  for (const PairJudgment& judgment : judgments) {
    Add(judgment, judgment.g1_winner, true, &verdicts);
    Add(judgment, judgment.g2_winner, false, &verdicts);
  }
  return verdicts;
}

struct Opinions {
  std::vector<std::pair<int, int>> of_games;
  std::vector<int64_t> questions;  // of each
};

Opinions OpinionsOnSameGames(absl::Span<const PairJudgment> a, absl::Span<const PairJudgment> b) {
  const Verdicts ours = VerdictsOf(a), theirs = VerdictsOf(b);
  Opinions opinions;
  for (const auto& [game, repeats] : ours) {
    const auto found = theirs.find(game);
    if (found == theirs.end()) continue;
    for (const auto& [repeat, verdict] : repeats) {
      const auto other = found->second.find(repeat);
      if (other == found->second.end()) continue;
      opinions.of_games.emplace_back(verdict, other->second);
      opinions.questions.push_back(std::get<0>(game));
    }
  }
  return opinions;
}

// Each judge's share of an opinion.
std::map<int, std::pair<double, double>> SharesOf(absl::Span<const std::pair<int, int>> opinions) {
  std::map<int, std::pair<double, double>> shares;
  for (const auto& [a, b] : opinions) {
    shares[a].first += 1.0 / opinions.size();
    shares[b].second += 1.0 / opinions.size();
  }
  return shares;
}

}  // namespace

Agreement CohensKappa(absl::Span<const std::pair<int, int>> opinions) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Agreement agreement;
  agreement.n = opinions.size();
  if (opinions.empty()) {
    agreement.share = agreement.kappa = kNan;
    return agreement;
  }
  std::map<int, std::pair<double, double>> marginals;
  int64_t same = 0;
  for (const auto& [a, b] : opinions) {
    same += a == b;
    ++marginals[a].first;
    ++marginals[b].second;
  }
  const double n = opinions.size();
  agreement.share = same / n;
  double chance = 0;
  for (const auto& [opinion, counts] : marginals) chance += counts.first / n * (counts.second / n);
  agreement.kappa = chance < 1 ? (agreement.share - chance) / (1 - chance) : kNan;
  return agreement;
}

Agreement JudgesAgreement(absl::Span<const PairJudgment> a, absl::Span<const PairJudgment> b) {
  return CohensKappa(OpinionsOnSameGames(a, b).of_games);
}

absl::StatusOr<AgreementEstimates> EstimateAgreement(absl::Span<const PairJudgment> a, absl::Span<const PairJudgment> b,
                                                     double level) {
  const Opinions opinions = OpinionsOnSameGames(a, b);
  const Agreement agreement = CohensKappa(opinions.of_games);
  AgreementEstimates estimates;
  estimates.games = agreement.n;
  if (agreement.n == 0) return estimates;
  std::vector<double> same, kappas;
  auto shares = SharesOf(opinions.of_games);
  double chance = 0;
  for (const auto& [opinion, share] : shares) chance += share.first * share.second;
  for (const auto& [x, y] : opinions.of_games) {
    same.push_back(x == y);
    const double by_chance = shares[x].second + shares[y].first - 2 * chance;
    kappas.push_back(agreement.kappa +
                     ((same.back() - agreement.share) * (1 - chance) - (1 - agreement.share) * by_chance) /
                         ((1 - chance) * (1 - chance)));
  }
  ASSIGN_OR_RETURN(estimates.share, analysis::ClusterScoreInterval(same, opinions.questions, level));
  if (std::isnan(agreement.kappa)) return estimates;
  // Of a judge that always says the same they are equal but for rounding.
  const auto [least, most] = std::minmax_element(kappas.begin(), kappas.end());
  if (*most - *least < 1e-9) std::fill(kappas.begin(), kappas.end(), agreement.kappa);
  ASSIGN_OR_RETURN(estimates.kappa, analysis::ClusterInterval(kappas, opinions.questions, level));
  estimates.kappa.value = agreement.kappa;
  estimates.kappa.low = std::max(estimates.kappa.low, -1.0);
  estimates.kappa.high = std::min(estimates.kappa.high, 1.0);
  return estimates;
}

Agreement RepeatsAgreement(absl::Span<const PairJudgment> judgments) {
  std::vector<std::pair<int, int>> opinions;
  for (const auto& [game, repeats] : VerdictsOf(judgments)) {
    for (const auto& [r, verdict] : repeats) {
      for (const auto& [s, other] : repeats) {
        if (r != s) opinions.emplace_back(verdict, other);
      }
    }
  }
  Agreement agreement = CohensKappa(opinions);
  agreement.n /= 2;
  return agreement;
}

}  // namespace evaluation
