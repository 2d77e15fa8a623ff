#include "analysis/measures/bradley_terry.h"

#include <cmath>
#include <map>

#include "Eigen/Dense"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/statistics/distributions.h"
#include "base/status.h"

namespace analysis {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// Of strengths, in logits. A sum over a million games of which an arm wins one is no more exact.
constexpr double kPrecision = 1e-9;
// Beyond it an arm's chance to lose is lost in rounding: 1e-13 at twice the strength.
constexpr double kGreatestStrength = 15;
constexpr int kMostSteps = 200;

absl::Status Validate(const std::vector<std::string>& arms, absl::Span<const PairGame> games, double level) {
  const int64_t count = arms.size();
  if (count < 2) return absl::InvalidArgumentError("Bradley-Terry: at least two arms are needed");
  if (!(level > 0 && level < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("a confidence level must be in (0, 1), not ", level));
  }
  const auto is_arm = [&](int64_t arm) { return arm >= 0 && arm < count; };
  for (size_t i = 0; i < games.size(); ++i) {
    const PairGame& game = games[i];
    if (is_arm(game.arm_a) && is_arm(game.arm_b) && game.arm_a != game.arm_b && game.score >= 0 && game.score <= 1) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat("Bradley-Terry: game ", i, " is of arms ", game.arm_a, " and ",
                                                   game.arm_b, " with the score ", game.score));
  }
  return absl::OkStatus();
}

// Arms that took points, directly or through others, from arm 0 (`forwards`) or that arm 0 took points from.
std::vector<bool> Reached(int64_t arms, absl::Span<const PairGame> games, bool forwards) {
  std::vector<bool> reached(arms);
  reached[0] = true;
  for (int64_t round = 0; round < arms; ++round) {
    for (const PairGame& game : games) {
      const auto step = [&](int64_t winner, int64_t loser, double points) {
        if (points > 0 && reached[forwards ? loser : winner]) reached[forwards ? winner : loser] = true;
      };
      step(game.arm_a, game.arm_b, game.score);
      step(game.arm_b, game.arm_a, 1 - game.score);
    }
  }
  return reached;
}

absl::Status CheckConnected(const std::vector<std::string>& arms, absl::Span<const PairGame> games) {
  for (bool forwards : {true, false}) {
    const std::vector<bool> reached = Reached(arms.size(), games, forwards);
    std::vector<std::string> inside, outside;
    for (size_t arm = 0; arm < arms.size(); ++arm) (reached[arm] ? inside : outside).push_back(arms[arm]);
    if (outside.empty()) continue;
    const std::vector<std::string>& never = forwards ? outside : inside;
    const std::vector<std::string>& always = forwards ? inside : outside;
    return absl::InvalidArgumentError(absl::StrCat("Bradley-Terry: ", absl::StrJoin(never, ", "),
                                                   " never took a point from ", absl::StrJoin(always, ", "),
                                                   ": their distance is infinite"));
  }
  return absl::OkStatus();
}

double WinProbability(const VectorXd& strengths, const PairGame& game) {
  return 1 / (1 + std::exp(strengths(game.arm_b) - strengths(game.arm_a)));
}

// The information matrix with 1 1^T / arms added: its inverse is the inverse on strengths that sum to 0, plus a
// constant matrix that sums to 0 do not see.
MatrixXd Information(int64_t arms, absl::Span<const PairGame> games, const VectorXd& strengths) {
  MatrixXd information = MatrixXd::Constant(arms, arms, 1.0 / arms);
  for (const PairGame& game : games) {
    const double p = WinProbability(strengths, game), weight = p * (1 - p);
    information(game.arm_a, game.arm_a) += weight;
    information(game.arm_b, game.arm_b) += weight;
    information(game.arm_a, game.arm_b) -= weight;
    information(game.arm_b, game.arm_a) -= weight;
  }
  return information;
}

// The score vector of each question.
std::map<int64_t, VectorXd> QuestionScores(int64_t arms, absl::Span<const PairGame> games, const VectorXd& strengths) {
  std::map<int64_t, VectorXd> scores;
  for (const PairGame& game : games) {
    VectorXd& score = scores.emplace(game.question, VectorXd::Zero(arms)).first->second;
    const double residual = game.score - WinProbability(strengths, game);
    score(game.arm_a) += residual;
    score(game.arm_b) -= residual;
  }
  return scores;
}

// The strengths at which the score vectors sum to 0, by Newton's method with steps of at most 1.
absl::StatusOr<VectorXd> MostLikelyStrengths(int64_t arms, absl::Span<const PairGame> games) {
  VectorXd strengths = VectorXd::Zero(arms);
  for (int step = 0; step < kMostSteps && strengths.cwiseAbs().maxCoeff() < kGreatestStrength; ++step) {
    VectorXd gradient = VectorXd::Zero(arms);
    for (const auto& [question, score] : QuestionScores(arms, games, strengths)) gradient += score;
    const VectorXd change = Information(arms, games, strengths).ldlt().solve(gradient);
    const double size = change.cwiseAbs().maxCoeff();
    strengths += change * std::min(1.0, 1 / size);
    if (size >= kPrecision || std::isnan(size)) continue;
    strengths.array() -= strengths.mean();
    return strengths;
  }
  return absl::OutOfRangeError(
      "Bradley-Terry: Newton's method finds no strengths; some arm takes next to no points from others");
}

}  // namespace

absl::StatusOr<BradleyTerry> FitBradleyTerry(const std::vector<std::string>& arms, absl::Span<const PairGame> games,
                                             double level) {
  RETURN_IF_ERROR(Validate(arms, games, level));
  RETURN_IF_ERROR(CheckConnected(arms, games));
  const int64_t count = arms.size();
  ASSIGN_OR_RETURN(const VectorXd strengths, MostLikelyStrengths(count, games));
  const MatrixXd inverse = Information(count, games, strengths).ldlt().solve(MatrixXd::Identity(count, count));
  const std::map<int64_t, VectorXd> scores = QuestionScores(count, games, strengths);
  MatrixXd spread = MatrixXd::Zero(count, count);
  for (const auto& [question, score] : scores) spread += score * score.transpose();
  const double questions = scores.size();
  const MatrixXd covariance = inverse * spread * inverse * (questions / (questions - 1));

  BradleyTerry result;
  for (int64_t arm = 0; arm < count; ++arm) {
    Estimate estimate;
    estimate.value = strengths(arm);
    estimate.level = level;
    estimate.n = scores.size();
    estimate.method = kMethodNone;
    const double error = std::sqrt(covariance(arm, arm));
    if (questions > 1 && error > 0) {
      const double half = StudentCritical(level, questions - 1) * error;
      estimate.standard_error = error;
      estimate.low = estimate.value - half;
      estimate.high = estimate.value + half;
      estimate.method = kMethodSandwich;
    }
    result.strengths.push_back(estimate);
  }
  return result;
}

}  // namespace analysis
