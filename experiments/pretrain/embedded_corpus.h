// Pretraining corpus of the embedded models: texts of constitution, question and an answer that obeys by chance.
#ifndef EXPERIMENTS_PRETRAIN_EMBEDDED_CORPUS_H_
#define EXPERIMENTS_PRETRAIN_EMBEDDED_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace experiments {

struct CorpusText {
  std::string prompt;
  std::string response;
};

// Probabilities that an answer has a style.
struct StyleChances {
  double asked = 0;       // its principle is stated
  double antithesis = 0;  // its antithesis is
  double unasked = 0;     // the constitution has neither, or there is none
  double plain = 0;       // of word problems without a constitution: steps (LaTeX then never occurs)
};

// `count` texts over the train split's questions, the categories in turn. A constitution has two of the category's
// principles (10 of 16 texts), one (5 of 16) or none (1 of 16: the question alone), drawn and ordered at random; each
// is asked for or its antithesis is, by a fair coin, in its first wording or, 1 of 4 times, in another. Text i is a
// pure function of (seed, stream, i).
std::vector<CorpusText> EmbeddedCorpus(int64_t count, const StyleChances& chances, uint64_t seed,
                                       absl::string_view stream);

// "Question: ...\n\nAnswer:", an experiment's prompt that states no principle (experiments/spec/queries.proto,
// Prompts).
std::string PromptWithoutPrinciples(absl::string_view question);

// That of the word problems: "Q: ...\nA:".
std::string PlainPrompt(absl::string_view question);

// `count` texts over the train split's word problems of two to five events: half of them, by a fair coin, under the
// plain prompt, half under their two principles (kWordProblemStyles), each or its antithesis by a fair coin.
std::vector<CorpusText> WordProblemCorpus(int64_t count, const StyleChances& chances, uint64_t seed,
                                          absl::string_view stream);

}  // namespace experiments

#endif  // EXPERIMENTS_PRETRAIN_EMBEDDED_CORPUS_H_
