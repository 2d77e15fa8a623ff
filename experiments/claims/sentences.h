// A claim in words.
#ifndef EXPERIMENTS_CLAIMS_SENTENCES_H_
#define EXPERIMENTS_CLAIMS_SENTENCES_H_

#include <string>

#include "experiments/claims/claims.h"
#include "experiments/claims/scores.h"

namespace experiments {

// By what a measure is: "judge principle, positive", "T=1, learned".
std::string WhereOf(const ScoreSet& measure);

// "sami follows principles more than base: +11.4 points [+5.5, +17.3], T=1." with Holm's p where the claim is
// significant alone and not among all, and with what the two were given that differs.
std::string Sentence(const Claim& claim);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_SENTENCES_H_
