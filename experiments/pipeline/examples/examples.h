// Training examples of each kind: data sets as token ids.
//
// A prompt and its response are encoded as the one text that they are together (lm/tokenizer/encode_turns.h), or the
// response is the ids that were sampled. The model's end token stands behind a response that ended, and behind no
// other: what was cut off teaches no end.
#ifndef EXPERIMENTS_PIPELINE_EXAMPLES_EXAMPLES_H_
#define EXPERIMENTS_PIPELINE_EXAMPLES_EXAMPLES_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/inputs/data_files.h"
#include "lm/chat/language_model.h"
#include "sami/contrastive_data.h"
#include "sami/seen_pairs.h"
#include "training/method/examples.h"

namespace experiments {

struct ExampleOptions {
  lm::Asking asking;  // of the contrastive data's prompts
  // Whether the contrastive data's response_ids are the model's tokens: it, or a model that it comes from, sampled
  // them.
  bool keeps_sampled_ids = false;
  sami::SeenPairs seen;  // of the contrastive data
  // Which query of the data each is; empty: all, in their order.
  std::vector<int64_t> queries;
  lm::SpecialText file_texts = lm::SpecialText::kAsText;  // of a file's rows
};

// All n constitutions and responses of each query, whatever options.seen says. Errors: lm::PromptOf's.
absl::StatusOr<std::vector<training::ContrastiveExample>> ContrastiveExamples(
    const std::vector<sami::ContrastiveQuery>& queries, const lm::LanguageModel& model, const ExampleOptions& options);

// What a kind of example is in the contrastive data:
//   kText:        each seen constitution's prompt and its own response
//   kPreference:  sami::SeenPreferences: its own response preferred to another one, under its prompt
//   kLabeled:     the same pairs under their prompts, desirable and not: first all desirable ones, so that neighbours,
//                 which KTO pairs, are of other queries
//   kContrastive: ContrastiveExamples of the seen constitutions
// Of a pair, the prompt is what both share of it: where a token of one reaches over the border, the border moves.
absl::StatusOr<training::Examples> ExamplesOf(training::ExampleKind kind,
                                              const std::vector<sami::ContrastiveQuery>& queries,
                                              const lm::LanguageModel& model, const ExampleOptions& options);

// The same of a file's rows, which hold preferences or completions. Texts stand as they are, with the end token behind
// them; messages are rendered by the model's chat format, and end behind its end of turn.
//   kText:       the chosen or desirable completions
//   kPreference: the pairs
//   kLabeled:    the completions with their labels; of preferences first all chosen ones, desirable, then the rejected
// Rows that are longer than the model's context, and empty completions, are left out; `left_out` gets how many.
// Errors: lm::RenderExchange's, with the row's number from 1. CHECK-fails on another kind, and for messages to a model
// without chat format.
absl::StatusOr<training::Examples> ExamplesOf(training::ExampleKind kind, const DataRows& rows,
                                              const lm::LanguageModel& model, const ExampleOptions& options,
                                              int64_t* left_out);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_EXAMPLES_EXAMPLES_H_
