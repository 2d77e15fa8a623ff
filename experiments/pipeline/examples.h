// Training examples of each kind: the contrastive data set as token ids.
//
// The boundary between prompt and response is there by construction: each is encoded alone, the response with the
// space before it, and the end-of-sequence token is appended. Nothing is re-tokenised.
#ifndef EXPERIMENTS_PIPELINE_EXAMPLES_H_
#define EXPERIMENTS_PIPELINE_EXAMPLES_H_

#include <cstdint>
#include <vector>

#include "experiments/inputs/data_files.h"
#include "lm/chat/language_model.h"
#include "sami/contrastive_data.h"
#include "training/method/examples.h"

namespace experiments {

// The ids of a response as they follow its prompt, with the end-of-sequence token.
lm::TokenIds ResponseIds(const lm::LanguageModel& model, absl::string_view response);

// All n constitutions and responses of each query.
std::vector<training::ContrastiveExample> ContrastiveExamples(const std::vector<sami::ContrastiveQuery>& queries,
                                                              const lm::LanguageModel& model);

// What a kind of example is in the contrastive data:
//   kText:        the first constitution's prompt (every principle asked for) and response
//   kPreference:  its response preferred to the second's (every antithesis), under its prompt
//   kLabeled:     the same two responses under its prompt, desirable and not: first all queries' desirable ones, so
//   that
//                 neighbours, which KTO pairs, are of other queries
//   kContrastive: ContrastiveExamples
training::Examples ExamplesOf(training::ExampleKind kind, const std::vector<sami::ContrastiveQuery>& queries,
                              const lm::LanguageModel& model);

// The same of a file's rows, which hold preferences or completions: prompts and completions as they stand, each with
// the end-of-sequence token behind it.
//   kText:       the chosen or desirable completions
//   kPreference: the pairs
//   kLabeled:    the completions with their labels; of preferences first all chosen ones, desirable, then the rejected
// Rows that are longer than the model's context, and empty completions, are left out; `left_out` gets how many.
// CHECK-fails on another kind.
training::Examples ExamplesOf(training::ExampleKind kind, const DataRows& rows, const lm::LanguageModel& model,
                              int64_t* left_out);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_EXAMPLES_H_
