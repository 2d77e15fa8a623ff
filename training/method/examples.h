// Training examples as plain data, by what they say: whatever makes them and whatever method trains on them.
//
// Prompts and responses are not empty, and a response ends with its end-of-sequence token.
#ifndef TRAINING_METHOD_EXAMPLES_H_
#define TRAINING_METHOD_EXAMPLES_H_

#include <variant>
#include <vector>

#include "lm/tokenizer/text/tokens.h"

namespace training {

// A response to be written.
struct TextExample {
  lm::TokenIds prompt;
  lm::TokenIds response;
};

// A response that is preferred to another.
struct PreferenceExample {
  lm::TokenIds prompt;
  lm::TokenIds chosen;
  lm::TokenIds rejected;
};

// A response that is desirable, or is not, whatever others there may be.
struct LabeledExample {
  lm::TokenIds prompt;
  lm::TokenIds response;
  bool desirable = true;
};

// One query with its constitutions and responses.
struct ContrastiveExample {
  // The query under each of n constitutions.
  std::vector<lm::TokenIds> prompts;
  // Response j was written under constitution j.
  std::vector<lm::TokenIds> responses;
};

// The alternatives of Examples, in their order.
enum class ExampleKind { kText, kPreference, kLabeled, kContrastive };
using Examples = std::variant<std::vector<TextExample>, std::vector<PreferenceExample>, std::vector<LabeledExample>,
                              std::vector<ContrastiveExample>>;

}  // namespace training

#endif  // TRAINING_METHOD_EXAMPLES_H_
