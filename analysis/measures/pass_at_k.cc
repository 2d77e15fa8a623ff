#include "analysis/measures/pass_at_k.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "analysis/statistics/mean_interval.h"
#include "analysis/statistics/simultaneous.h"
#include "base/status.h"

namespace analysis {
namespace {

absl::Status ValidateIds(absl::Span<const QuestionAttempts> questions) {
  if (questions.empty()) return absl::InvalidArgumentError("pass@k: no questions");
  absl::flat_hash_set<absl::string_view> ids;
  for (const QuestionAttempts& question : questions) {
    if (ids.insert(question.question_id).second) continue;
    return absl::InvalidArgumentError(absl::StrCat("pass@k: question ", question.question_id, " occurs twice"));
  }
  return absl::OkStatus();
}

absl::StatusOr<double> Score(const QuestionAttempts& question, int64_t k) {
  const absl::StatusOr<double> pass = PassAtK(question.attempts, question.correct, k);
  if (!pass.ok()) return base::Annotate(pass.status(), absl::StrCat("question ", question.question_id));
  return pass;
}

absl::StatusOr<std::vector<double>> Scores(absl::Span<const QuestionAttempts> questions, int64_t k) {
  std::vector<double> scores;
  scores.reserve(questions.size());
  for (const QuestionAttempts& question : questions) {
    ASSIGN_OR_RETURN(const double score, Score(question, k));
    scores.push_back(score);
  }
  return scores;
}

// The questions of both arms, in the order of a.
struct Common {
  std::vector<QuestionAttempts> a, b;
};

absl::StatusOr<Common> CommonQuestions(absl::Span<const QuestionAttempts> a, absl::Span<const QuestionAttempts> b) {
  RETURN_IF_ERROR(ValidateIds(a));
  RETURN_IF_ERROR(ValidateIds(b));
  std::unordered_map<std::string, const QuestionAttempts*> of_b;
  for (const QuestionAttempts& question : b) of_b[question.question_id] = &question;
  Common common;
  for (const QuestionAttempts& question : a) {
    const auto found = of_b.find(question.question_id);
    if (found == of_b.end()) continue;
    common.a.push_back(question);
    common.b.push_back(*found->second);
  }
  if (common.a.empty()) return absl::InvalidArgumentError("pass@k: the two arms have no question in common");
  return common;
}

absl::StatusOr<std::vector<double>> Differences(const Common& common, int64_t k) {
  ASSIGN_OR_RETURN(std::vector<double> differences, Scores(common.a, k));
  ASSIGN_OR_RETURN(const std::vector<double> scores_b, Scores(common.b, k));
  for (size_t i = 0; i < differences.size(); ++i) differences[i] -= scores_b[i];
  return differences;
}

// `scores[j]` with the interval that `interval` makes at the simultaneous level; `level` of each is the band's.
template <typename Interval>
absl::StatusOr<std::vector<Estimate>> Band(const std::vector<std::vector<double>>& scores, const Interval& interval,
                                           const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const double level, SimultaneousLevel(scores, options));
  std::vector<Estimate> band;
  for (const std::vector<double>& quantity : scores) {
    ASSIGN_OR_RETURN(Estimate estimate, interval(quantity, level));
    estimate.level = options.level;
    estimate.method += kMethodSimultaneousSuffix;
    band.push_back(std::move(estimate));
  }
  return band;
}

}  // namespace

absl::StatusOr<double> PassAtK(int64_t attempts, int64_t correct, int64_t k) {
  if (attempts < 0 || correct < 0 || correct > attempts) {
    return absl::InvalidArgumentError(
        absl::StrCat("pass@k: ", correct, " correct of ", attempts, " attempts is impossible"));
  }
  if (k < 1) return absl::InvalidArgumentError(absl::StrCat("pass@k: k must be at least 1, not ", k));
  if (k > attempts) {
    return absl::InvalidArgumentError(absl::StrCat("pass@", k, " needs at least ", k, " attempts, but there are ",
                                                   attempts, ": no unbiased estimate exists"));
  }
  if (attempts - correct < k) return 1.0;
  // C(n - c, k) / C(n, k) is symmetric in c and k.
  double none = 1;
  for (int64_t i = 0; i < std::min(correct, k); ++i) {
    none *= 1 - static_cast<double>(std::max(correct, k)) / (attempts - i);
  }
  return 1 - none;
}

absl::StatusOr<double> MajorityAtN(absl::Span<const std::optional<std::string>> answers, absl::string_view gold) {
  if (answers.empty()) return absl::InvalidArgumentError("majority: no attempts");
  std::map<std::string, int64_t> votes;
  for (const std::optional<std::string>& answer : answers) {
    if (answer.has_value()) ++votes[*answer];
  }
  int64_t most = 0, leaders = 0;
  for (const auto& [answer, count] : votes) most = std::max(most, count);
  for (const auto& [answer, count] : votes) leaders += count == most;
  const auto found = votes.find(std::string(gold));
  return found != votes.end() && found->second == most ? 1.0 / leaders : 0.0;
}

absl::StatusOr<Estimate> MeanPassAtK(absl::Span<const QuestionAttempts> questions, int64_t k, double level) {
  RETURN_IF_ERROR(ValidateIds(questions));
  ASSIGN_OR_RETURN(const std::vector<double> scores, Scores(questions, k));
  return LikelihoodScoreInterval(scores, level);
}

absl::StatusOr<PassAtKDifference> ComparePassAtK(absl::Span<const QuestionAttempts> a,
                                                 absl::Span<const QuestionAttempts> b, int64_t k, double level) {
  ASSIGN_OR_RETURN(const Common common, CommonQuestions(a, b));
  ASSIGN_OR_RETURN(const std::vector<double> differences, Differences(common, k));
  PassAtKDifference result;
  ASSIGN_OR_RETURN(result.difference, DifferenceInterval(differences, level));
  result.only_a = a.size() - common.a.size();
  result.only_b = b.size() - common.b.size();
  return result;
}

absl::StatusOr<std::vector<Estimate>> PassAtKCurve(absl::Span<const QuestionAttempts> questions,
                                                   absl::Span<const int64_t> ks, const BootstrapOptions& options) {
  RETURN_IF_ERROR(ValidateIds(questions));
  std::vector<std::vector<double>> scores;
  for (int64_t k : ks) {
    ASSIGN_OR_RETURN(std::vector<double> at_k, Scores(questions, k));
    scores.push_back(std::move(at_k));
  }
  return Band(scores, LikelihoodScoreInterval, options);
}

absl::StatusOr<std::vector<Estimate>> PassAtKDifferenceCurve(absl::Span<const QuestionAttempts> a,
                                                             absl::Span<const QuestionAttempts> b,
                                                             absl::Span<const int64_t> ks,
                                                             const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const Common common, CommonQuestions(a, b));
  std::vector<std::vector<double>> differences;
  for (int64_t k : ks) {
    ASSIGN_OR_RETURN(std::vector<double> at_k, Differences(common, k));
    differences.push_back(std::move(at_k));
  }
  return Band(differences, DifferenceInterval, options);
}

}  // namespace analysis
