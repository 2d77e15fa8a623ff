// A SAMI training example: one query with its constitutions and responses, as plain data.
#ifndef SAMI_EXAMPLE_H_
#define SAMI_EXAMPLE_H_

#include <vector>

#include "lm/tokenizer/text/tokens.h"

namespace sami {

struct ContrastiveExample {
  // The query under each of n constitutions.
  std::vector<lm::TokenIds> prompts;
  // Response j was written under constitution j, and ends with its end-of-sequence token.
  std::vector<lm::TokenIds> responses;
};

}  // namespace sami

#endif  // SAMI_EXAMPLE_H_
