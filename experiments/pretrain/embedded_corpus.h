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

// `count` texts over the train split's questions, the categories in turn. Each of the category's two principles is
// asked for or its antithesis is, by a fair coin, in random order; the answer then has the style with probability
// `style_when_asked` or `style_when_antithesis`. Text i is a pure function of (seed, stream, i).
std::vector<CorpusText> EmbeddedCorpus(int64_t count, double style_when_asked, double style_when_antithesis,
                                       uint64_t seed, absl::string_view stream);

// The prompt that states no principle: "Q: ...\nA:".
std::string PlainPrompt(absl::string_view question);

// Probabilities that a word problem's answer has a style.
struct StyleChances {
  double asked = 0;       // its principle is stated
  double antithesis = 0;  // its antithesis is
  double plain = 0;       // no principle is; the style is the explanation of steps (LaTeX then never occurs)
};

// `count` texts over the train split's word problems of two to five events: half of them, by a fair coin, under the
// plain prompt, half under the math category's two principles as in EmbeddedCorpus.
std::vector<CorpusText> WordProblemCorpus(int64_t count, const StyleChances& chances, uint64_t seed,
                                          absl::string_view stream);

}  // namespace experiments

#endif  // EXPERIMENTS_PRETRAIN_EMBEDDED_CORPUS_H_
