#include "evaluation/formats/fastchat_tables.h"

#include <limits>

namespace evaluation {
namespace {

// What the tables take for a verdict or rating that is missing.
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

std::vector<PairwiseRow> PairwiseTable(absl::Span<const PairJudgment> judgments, absl::string_view baseline) {
  std::vector<analysis::FastChatPair> pairs;
  for (const PairJudgment& judgment : judgments) {
    pairs.push_back({judgment.model_1, judgment.model_2, ScoreOf(judgment.g1_winner).value_or(kMissing),
                     ScoreOf(judgment.g2_winner).value_or(kMissing)});
  }
  return analysis::PairwiseTable(pairs, baseline);
}

std::vector<SingleRow> SingleTable(absl::Span<const SingleJudgment> judgments, int64_t turn) {
  std::vector<analysis::FastChatRating> ratings;
  for (const SingleJudgment& judgment : judgments) {
    ratings.push_back({judgment.model, judgment.turn, judgment.score.value_or(kMissing)});
  }
  return analysis::SingleTable(ratings, turn);
}

}  // namespace evaluation
