// A DPO training example: one preference pair with the reference model's log-probabilities, as plain data.
#ifndef BASELINES_DPO_EXAMPLE_H_
#define BASELINES_DPO_EXAMPLE_H_

#include "lm/tokenizer/text/tokens.h"

namespace dpo {

struct PreferenceExample {
  lm::TokenIds prompt;
  lm::TokenIds chosen;  // both responses end with their end-of-sequence token
  lm::TokenIds rejected;
};

// Summed log-probabilities of the two responses, in nats.
struct ReferenceLogProbs {
  double chosen = 0;
  double rejected = 0;
};

}  // namespace dpo

#endif  // BASELINES_DPO_EXAMPLE_H_
