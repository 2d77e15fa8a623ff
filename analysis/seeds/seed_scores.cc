#include "analysis/seeds/seed_scores.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace analysis {
namespace {

using Cell = std::vector<double>;  // its repeats

// Adds the cell to the table's sums: those of squares within cells, their degrees, and of 1 / repeats.
struct RepeatSums {
  double squares = 0, inverses = 0;
  int64_t degrees = 0, cells = 0;

  double Add(const Cell& cell) {
    double mean = 0;
    for (const double score : cell) mean += (score - cell[0]) / cell.size();
    // Rounding does not take a mean out of a score's range.
    const auto [least, greatest] = std::minmax_element(cell.begin(), cell.end());
    mean = std::clamp(mean + cell[0], *least, *greatest);
    for (const double score : cell) squares += (score - mean) * (score - mean);
    degrees += cell.size() - 1;
    inverses += 1.0 / cell.size();
    ++cells;
    return mean;
  }
};

std::vector<std::string> Together(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

bool IsSeedless(const SeedTable& table) { return table.seeds.size() == 1 && table.seeds[0] == kNoSeed; }

absl::Status SameSeeds(const SeedTable& a, const SeedTable& b) {
  std::vector<std::string> alone;
  std::set_symmetric_difference(a.seeds.begin(), a.seeds.end(), b.seeds.begin(), b.seeds.end(),
                                std::back_inserter(alone));
  if (alone.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("seeds that one of the two arms has alone: ", absl::StrJoin(alone, ", "),
                   "; arms are compared seed by seed: give both the same seeds, or one of them none"));
}

// The parts of repeats in differences of arms whose seeds are their own.
void AddRepeats(const SeedTable& a, const SeedTable& b, SeedTable* difference) {
  difference->repeat_variance = a.repeat_variance + b.repeat_variance;
  const double of_cell = a.repeat_variance / a.repeats + b.repeat_variance / b.repeats;
  difference->repeats = of_cell > 0 ? difference->repeat_variance / of_cell : 1;
}

}  // namespace

absl::StatusOr<SeedTable> TabulateSeeds(absl::Span<const SeedScore> scores) {
  if (scores.empty()) return absl::InvalidArgumentError("a table of seeds needs at least one score");
  std::map<std::string, std::map<std::string, Cell>> cells;  // by question, by seed
  std::set<std::string> seeds;
  for (const SeedScore& row : scores) {
    if (std::isinf(row.score)) {
      return absl::InvalidArgumentError(
          absl::StrCat("seed \"", row.seed, "\", question \"", row.question, "\": the score is ", row.score));
    }
    seeds.insert(row.seed);
    std::map<std::string, Cell>& of_question = cells[row.question];
    if (!std::isnan(row.score)) of_question[row.seed].push_back(row.score);
  }
  if (seeds.size() > 1 && seeds.count(kNoSeed) > 0) {
    return absl::InvalidArgumentError(
        "some scores name a seed and some do not: give a seed to all of an arm, or to none");
  }
  SeedTable table;
  table.seeds.assign(seeds.begin(), seeds.end());
  table.means.resize(table.seeds.size());
  RepeatSums sums;
  for (const auto& [question, of_question] : cells) {
    if (of_question.size() < seeds.size()) {
      table.incomplete.push_back(question);
      continue;
    }
    table.questions.push_back(question);
    size_t s = 0;
    for (const auto& [seed, cell] : of_question) table.means[s++].push_back(sums.Add(cell));
  }
  if (table.questions.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("none of ", cells.size(), " questions has a score of each of the ", seeds.size(), " seeds"));
  }
  if (sums.degrees > 0) table.repeat_variance = sums.squares / sums.degrees;
  table.repeats = sums.cells / sums.inverses;
  return table;
}

absl::StatusOr<SeedTable> SubtractBySeed(const SeedTable& a, const SeedTable& b) {
  const bool spread_a = IsSeedless(a), spread_b = IsSeedless(b);
  if (!spread_a && !spread_b) RETURN_IF_ERROR(SameSeeds(a, b));
  SeedTable difference;
  difference.seeds = spread_a ? b.seeds : a.seeds;
  difference.means.resize(difference.seeds.size());
  for (size_t i = 0, j = 0; i < a.questions.size() && j < b.questions.size();) {
    const int order = a.questions[i].compare(b.questions[j]);
    if (order == 0) {
      difference.questions.push_back(a.questions[i]);
      for (size_t s = 0; s < difference.seeds.size(); ++s) {
        difference.means[s].push_back(a.means[spread_a ? 0 : s][i] - b.means[spread_b ? 0 : s][j]);
      }
    }
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  if (difference.questions.empty()) {
    return absl::InvalidArgumentError("the two arms have no question in common that is complete in both");
  }
  const std::vector<std::string> all =
      Together(Together(a.questions, a.incomplete), Together(b.questions, b.incomplete));
  std::set_difference(all.begin(), all.end(), difference.questions.begin(), difference.questions.end(),
                      std::back_inserter(difference.incomplete));
  if (spread_a == spread_b) {
    AddRepeats(a, b, &difference);
  } else {
    difference.repeat_variance = spread_a ? b.repeat_variance : a.repeat_variance;
    difference.repeats = spread_a ? b.repeats : a.repeats;
  }
  return difference;
}

}  // namespace analysis
