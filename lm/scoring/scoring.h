// Log-probabilities of responses given prompts: the one door through which every objective sees the model.
//
// A prompt that several responses share is named once, and how the batch is laid out (shared prefixes, padding,
// chunks of the head) is this file's business alone.
//
// Shapes: P = pairs, Q = prompts.
#ifndef LM_SCORING_SCORING_H_
#define LM_SCORING_SCORING_H_

#include <cstdint>
#include <vector>

#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Which response is scored under which prompt. SAMI: every pair of n prompts and m responses; DPO: one prompt, two
// responses; SFT: one response each.
struct ScoringBatch {
  struct Pair {
    int prompt;    // index into prompts
    int response;  // index into responses
  };
  std::vector<TokenIds> prompts;
  // A response's ids include its end-of-sequence token, which is scored like any other.
  std::vector<TokenIds> responses;
  std::vector<Pair> pairs;
  // Empty, or for each pair how many first tokens of its response are summed by themselves, too.
  std::vector<int64_t> heads;
  // Whether prompts are scored, too. One that no pair names has the sum 0.
  bool score_prompts = false;
};

struct PairScores {
  // float32 (float64 for a float64 model) [P]: sum over the response's tokens of log p(token | prompt, tokens before).
  // Differentiable in the model's parameters.
  torch::Tensor sum_P;
  // [P]: tokens of the response.
  std::vector<int64_t> lengths;
  // [P]: the part of sum_P that the heads are. Undefined without heads.
  torch::Tensor head_P;
  // [Q]: the same sum over the prompt's tokens but the first, which nothing predicts. Undefined without score_prompts.
  torch::Tensor prompt_Q;
};

// The joint of a pair is the concatenation of the prompt's and the response's ids; nothing is re-tokenised. A score
// does not depend on the other pairs of the batch beyond rounding. CHECK-fails on an empty prompt or response, an
// index or a head out of range, or a joint longer than the model's context. Thread-safe.
PairScores ScorePairs(const Decoder& model, const ScoringBatch& batch);

}  // namespace lm

#endif  // LM_SCORING_SCORING_H_
