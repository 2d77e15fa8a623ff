#include "sami/seen_pairs.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>

#include "base/random.h"

namespace sami {
namespace {

using Which = SeenPairs::Which;

// What a constitution asks for, whatever the order of its clauses.
std::set<std::pair<std::string, bool>> Asked(const datasets::Constitution& constitution, bool turned) {
  std::set<std::pair<std::string, bool>> asked;
  for (const datasets::Clause& clause : constitution.clauses) {
    asked.emplace(clause.principle_id, clause.positive != turned);
  }
  return asked;
}

}  // namespace

std::vector<int64_t> SeenConstitutions(const SeenPairs& seen, int64_t query, int64_t n) {
  std::vector<int64_t> chosen(n);
  std::iota(chosen.begin(), chosen.end(), 0);
  if (seen.which == Which::kPositive) return {0};
  if (seen.count >= n) return chosen;
  if (seen.which == Which::kRandom) {
    base::RandomStream(seen.seed, "sami/sampled_constitutions", query).Shuffle(chosen);
    chosen.resize(seen.count);
    std::sort(chosen.begin(), chosen.end());
  } else if (seen.which == Which::kFirst) {
    chosen.resize(seen.count);
  }
  return chosen;
}

std::vector<std::pair<int64_t, int64_t>> SeenPreferences(const SeenPairs& seen, int64_t query,
                                                         const std::vector<ContrastivePair>& pairs) {
  if (seen.which == Which::kPositive) return {{0, 1}};
  const std::vector<int64_t> constitutions = SeenConstitutions(seen, query, pairs.size());
  std::vector<std::pair<int64_t, int64_t>> preferences;
  for (const int64_t own : constitutions) {
    const auto opposite = Asked(pairs[own].constitution, /*turned=*/true);
    for (const int64_t other : constitutions) {
      if (other == own) continue;
      if (seen.which == Which::kOwnOverOpposite && Asked(pairs[other].constitution, false) != opposite) continue;
      preferences.emplace_back(own, other);
    }
  }
  return preferences;
}

}  // namespace sami
