// Log-probabilities of responses that share a prompt, as every preference objective needs them.
//
// Shapes: N = items, R = responses of each.
#ifndef BASELINES_RESPONSES_SCORES_H_
#define BASELINES_RESPONSES_SCORES_H_

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"
#include "training/method/examples.h"
#include "training/objective.h"

namespace responses {

// A prompt with the responses that are scored under it: of one vector of items, all have the same number R >= 1.
struct Item {
  lm::TokenIds prompt;
  std::vector<lm::TokenIds> responses;
};

// {prompt, {chosen, rejected}} of each.
std::vector<Item> PairItems(const std::vector<training::PreferenceExample>& examples);

struct ScoreOptions {
  // Length desensitization (LD-DPO, arXiv 2409.06411): of an item's responses the first k tokens count in full, k the
  // shortest one's length, and those behind them ld_alpha times.
  std::optional<double> ld_alpha;
  bool prompts = false;  // whether prompts are scored, too
};

struct Scores {
  torch::Tensor sum_NR;       // sums over the response's tokens, in nats
  torch::Tensor weighted_NR;  // with ld_alpha's weights; sum_NR itself without
  torch::Tensor prompt_N;     // sums over the prompt's tokens but the first; undefined unless asked for
};

// The items that `indices` name, in their order. float32, or float64 of a float64 model; differentiable in the model's
// parameters. CHECK-fails as lm::ScorePairs.
Scores Score(const lm::Decoder& model, const std::vector<Item>& items, absl::Span<const int64_t> indices,
             const ScoreOptions& options = {});

// [N, R]: numbers of tokens.
torch::Tensor Lengths(const std::vector<Item>& items, absl::Span<const int64_t> indices, torch::TensorOptions like);
// Of all responses; of the r-th alone.
double TotalLength(const std::vector<Item>& items, absl::Span<const int64_t> indices, size_t r);
// Tokens that a forward pass over the item computes.
int64_t NumTokens(const Item& item);

// kInvalidArgument, naming an item by its index and a response by `names` (empty where it needs none), when a prompt or
// a response is empty or both together are longer than max_tokens. `what`: "preference example".
absl::Status CheckItems(const std::vector<Item>& items, int64_t max_tokens, absl::string_view what,
                        const std::vector<std::string>& names);

// That of the first two responses of preferences.
absl::Status CheckPairs(const std::vector<Item>& items, int64_t max_tokens);

// Minus the mean log-probability of all tokens of a batch, as losses of its examples, whose mean it is: [N] of a share
// with these sums, where the whole batch has so many examples and tokens.
torch::Tensor TokenMeanLoss(const torch::Tensor& sum_N, double batch_examples, double batch_tokens);

// What every objective of preferences reports, by TRL's names: means over pairs of [P] tensors.
struct PairNumbers {
  torch::Tensor loss_P, chosen_reward_P, rejected_reward_P, chosen_logp_P, rejected_logp_P;
};
// loss, rewards/chosen, rewards/rejected, rewards/accuracies (strictly larger), rewards/margins, logps/chosen,
// logps/rejected.
std::vector<training::Metric> PairMetrics(const PairNumbers& numbers);
training::Metric MeanOf(std::string name, const torch::Tensor& values_P);

}  // namespace responses

#endif  // BASELINES_RESPONSES_SCORES_H_
