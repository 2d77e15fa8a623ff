// pass@k: the probability that at least one of k attempts at a question is correct, from n >= k attempts of which c are
// correct; its mean over questions; paired differences between two arms; curves over k with simultaneous bands.
//
// All of an arm's attempts at one question are one item: intervals are over questions, never over attempts, as attempts
// at one question share its difficulty.
//
// Estimator: 1 - C(n - c, k) / C(n, k), unbiased for k <= n (Chen et al., "Evaluating Large Language Models Trained on
// Code", arXiv 2107.03374, equation 1). k > n is refused: there is no unbiased estimate, and the usual code returns 1.
#ifndef ANALYSIS_MEASURES_PASS_AT_K_H_
#define ANALYSIS_MEASURES_PASS_AT_K_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"

namespace analysis {

// One arm's attempts at one question.
struct QuestionAttempts {
  std::string question_id;
  int64_t attempts = 0;  // n
  int64_t correct = 0;   // c, 0 <= c <= n
};

// Of one question. kInvalidArgument unless k >= 1, 0 <= correct <= attempts and k <= attempts. O(min(k, correct)).
absl::StatusOr<double> PassAtK(int64_t attempts, int64_t correct, int64_t k);

// majority@n of one question: the credit of the answer given most often. 1 where it is `gold`, 0 where it is not, and
// 1 / t where `gold` is one of t answers that lead together (the expectation over a fair choice among them, so that the
// order of attempts does not matter). Attempts without an answer do not vote; without any vote the credit is 0.
// Answers are compared as strings: normalise them first. kInvalidArgument without attempts.
absl::StatusOr<double> MajorityAtN(absl::Span<const std::optional<std::string>> answers, absl::string_view gold);

// The mean over questions of pass@k.
//
// Estimand: the expectation of pass@k over the questions that these are an independent sample of. Questions may differ
// in n. The interval is LikelihoodScoreInterval's (analysis/statistics/mean_interval.h). O(questions * k).
// kInvalidArgument, naming the question: none, a repeated id, counts out of range, fewer attempts than k.
absl::StatusOr<Estimate> MeanPassAtK(absl::Span<const QuestionAttempts> questions, int64_t k, double level);

// Mean pass@k of arm a minus that of arm b over the questions that both attempted.
struct PassAtKDifference {
  Estimate difference;  // in [-1, 1]; n = common questions
  int64_t only_a = 0;   // questions that only one arm attempted: left out, and to be shown
  int64_t only_b = 0;
};

// Estimand: the expected difference over the questions that the common ones are a sample of. The interval is
// DifferenceInterval's. Errors as above, and kInvalidArgument when there is no common question.
absl::StatusOr<PassAtKDifference> ComparePassAtK(absl::Span<const QuestionAttempts> a,
                                                 absl::Span<const QuestionAttempts> b, int64_t k, double level);

// Mean pass@k for each k, with a simultaneous band: the probability that all intervals hold together is `options.level`
// (analysis/statistics/simultaneous.h). Monotone in k.
absl::StatusOr<std::vector<Estimate>> PassAtKCurve(absl::Span<const QuestionAttempts> questions,
                                                   absl::Span<const int64_t> ks, const BootstrapOptions& options);

// The same for the differences a - b over common questions.
absl::StatusOr<std::vector<Estimate>> PassAtKDifferenceCurve(absl::Span<const QuestionAttempts> a,
                                                             absl::Span<const QuestionAttempts> b,
                                                             absl::Span<const int64_t> ks,
                                                             const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_MEASURES_PASS_AT_K_H_
