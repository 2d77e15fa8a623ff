// Which of a query's constitutions, with their responses, an arm is trained on: what makes two arms' data the same, or
// not, whatever their methods are.
#ifndef SAMI_SEEN_PAIRS_H_
#define SAMI_SEEN_PAIRS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "sami/contrastive_data.h"

namespace sami {

// Response j was written under constitution j: they are a pair, each other's own.
struct SeenPairs {
  enum class Which {
    kAll,              // all n constitutions
    kPositive,         // the first one, which asks for every principle
    kOwnOverOpposite,  // all; a preference is over the response to the opposite constitution
    kFirst,            // the first `count`; 2: all principles, and all antitheses
    kRandom,  // `count` of them, drawn for each query; 2: a random pair, mixtures among them, as both papers draw
  };
  Which which = Which::kAll;
  int64_t count = 2;
  uint64_t seed = 0;
};

// Indices in increasing order, of the n of the query at this place in the data: the draw depends on (seed,
// "sami/sampled_constitutions", query) alone, so arms of one seed draw alike whatever they hold out. All where n is no
// larger than the number that is asked for.
std::vector<int64_t> SeenConstitutions(const SeenPairs& seen, int64_t query, int64_t n);

// (j, k): under constitution j, its own response is preferred to response k. kPositive: (0, 1). kOwnOverOpposite: every
// j whose opposite, each clause turned round, is among the query's. Else every ordered pair of SeenConstitutions.
std::vector<std::pair<int64_t, int64_t>> SeenPreferences(const SeenPairs& seen, int64_t query,
                                                         const std::vector<ContrastivePair>& pairs);

}  // namespace sami

#endif  // SAMI_SEEN_PAIRS_H_
