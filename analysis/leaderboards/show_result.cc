#include "analysis/leaderboards/show_result.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace analysis {
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

std::vector<PairwiseRow> PairwiseTable(absl::Span<const FastChatPair> pairs, absl::string_view baseline) {
  std::map<std::string, PairwiseRow> rows;
  for (const FastChatPair& pair : pairs) {
    if (std::isnan(pair.g1) || std::isnan(pair.g2)) continue;
    if (!baseline.empty() && pair.model_1 != baseline && pair.model_2 != baseline) continue;
    PairwiseRow& first = rows[pair.model_1];
    PairwiseRow& second = rows[pair.model_2];
    first.model = pair.model_1;
    second.model = pair.model_2;
    const double both = pair.g1 == pair.g2 ? pair.g1 : 0.5;
    ++(both == 1 ? first.wins : both == 0 ? first.losses : first.ties);
    ++(both == 0 ? second.wins : both == 1 ? second.losses : second.ties);
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

std::vector<SingleRow> SingleTable(absl::Span<const FastChatRating> ratings, int64_t turn) {
  std::map<std::string, SingleRow> rows;
  for (const FastChatRating& rating : ratings) {
    if (std::isnan(rating.score) || (turn != 0 && rating.turn != turn)) continue;
    SingleRow& row = rows[rating.model];
    row.model = rating.model;
    ++row.n;
    row.score += rating.score;
  }
  for (auto& [model, row] : rows) row.score /= row.n;
  return BestFirst(rows, &SingleRow::score);
}

}  // namespace analysis
