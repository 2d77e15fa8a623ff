#include "evaluation/formats/fastchat_tables.h"

#include <algorithm>
#include <map>
#include <utility>

namespace evaluation {
namespace {

// By `value` from the largest on; rows come by name.
template <typename Row>
std::vector<Row> BestFirst(const std::map<std::string, Row>& rows, double Row::*value) {
  std::vector<Row> sorted;
  for (const auto& [model, row] : rows) sorted.push_back(row);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Row& a, const Row& b) { return a.*value > b.*value; });
  return sorted;
}

}  // namespace

std::vector<PairwiseRow> PairwiseTable(absl::Span<const PairJudgment> judgments, absl::string_view baseline) {
  std::map<std::string, PairwiseRow> rows;
  for (const PairJudgment& judgment : judgments) {
    const Winner winner = BothGames(judgment);
    if (winner == Winner::kError) continue;
    if (!baseline.empty() && judgment.model_1 != baseline && judgment.model_2 != baseline) continue;
    PairwiseRow& first = rows[judgment.model_1];
    PairwiseRow& second = rows[judgment.model_2];
    first.model = judgment.model_1;
    second.model = judgment.model_2;
    ++(winner == Winner::kModel1 ? first.wins : winner == Winner::kModel2 ? first.losses : first.ties);
    ++(winner == Winner::kModel2 ? second.wins : winner == Winner::kModel1 ? second.losses : second.ties);
  }
  rows.erase(std::string(baseline));
  for (auto& [model, row] : rows) {
    const double games = row.wins + row.losses + row.ties;
    row.win_rate = row.wins / games;
    row.loss_rate = row.losses / games;
    row.win_rate_adjusted = (row.wins + 0.5 * row.ties) / games;
  }
  return BestFirst(rows, &PairwiseRow::win_rate_adjusted);
}

std::vector<SingleRow> SingleTable(absl::Span<const SingleJudgment> judgments, int64_t turn) {
  std::map<std::string, SingleRow> rows;
  for (const SingleJudgment& judgment : judgments) {
    if (!judgment.score.has_value() || (turn != 0 && judgment.turn != turn)) continue;
    SingleRow& row = rows[judgment.model];
    row.model = judgment.model;
    ++row.n;
    row.score += *judgment.score;
  }
  for (auto& [model, row] : rows) row.score /= row.n;
  return BestFirst(rows, &SingleRow::score);
}

}  // namespace evaluation
