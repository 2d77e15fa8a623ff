#include "lm/scoring/scoring.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/scoring/token_log_probs.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

// The definition: one row a pair, all logits, in float64.
torch::Tensor NaiveScores(const Decoder& model, const ScoringBatch& batch) {
  std::vector<torch::Tensor> sums;
  for (const auto& [prompt, response] : batch.pairs) {
    TokenIds joint = batch.prompts[prompt];
    joint.insert(joint.end(), batch.responses[response].begin(), batch.responses[response].end());
    const torch::Tensor log_probs = torch::log_softmax(model.Logits(model.Forward(PlainInput(joint)))[0], -1);
    torch::Tensor sum = torch::zeros({}, log_probs.options());
    for (size_t t = batch.prompts[prompt].size(); t < joint.size(); ++t) sum = sum + log_probs[t - 1][joint[t]];
    sums.push_back(sum);
  }
  return torch::stack(sums);
}

// Every prompt with every response, in a shuffled order; lengths from 1, so that some responses have no row of their
// own, and prompts that no pair names.
ScoringBatch RandomBatch(int prompts, int responses, uint64_t seed) {
  base::RandomStream stream(seed, "lm/scoring_test");
  ScoringBatch batch;
  for (int i = 0; i <= prompts; ++i) batch.prompts.push_back(RandomTokens(1 + stream.Below(20), stream));
  for (int i = 0; i < responses; ++i) batch.responses.push_back(RandomTokens(1 + (i * 5) % 14, stream));
  for (int i = 0; i < prompts; ++i) {
    for (int j = 0; j < responses; ++j) batch.pairs.push_back({i, j});
  }
  stream.Shuffle(batch.pairs);
  return batch;
}

std::vector<torch::Tensor> Gradients(const torch::Tensor& loss, const Decoder& model) {
  std::vector<torch::Tensor> values;
  for (const Parameter& parameter : model.parameters()) values.push_back(parameter.value);
  return torch::autograd::grad({loss}, values);
}

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

TEST(ScorePairs, EqualsOneRowAPairWithItsGradients) {
  for (const bool tied : {false, true}) {
    Decoder model = TinyModel(torch::kFloat64, tied);
    model.SetRequiresGrad(true);
    const ScoringBatch batch = RandomBatch(4, 5, /*seed=*/7);
    const PairScores scores = ScorePairs(model, batch);
    const torch::Tensor expected = NaiveScores(model, batch);
    EXPECT_LT(MaxDifference(scores.sum_P, expected), 1e-11);
    for (size_t p = 0; p < batch.pairs.size(); ++p) {
      EXPECT_EQ(scores.lengths[p], batch.responses[batch.pairs[p].response].size());
    }
    // Every pair with its own weight, so that a gradient that reaches the wrong pair is noticed.
    const torch::Tensor weights = torch::arange(1.0, batch.pairs.size() + 1.0, torch::kFloat64).sin();
    const auto gradients = Gradients((scores.sum_P * weights).sum(), model);
    const auto expected_gradients = Gradients((expected * weights).sum(), model);
    for (size_t i = 0; i < gradients.size(); ++i) {
      EXPECT_LT(MaxDifference(gradients[i], expected_gradients[i]), 1e-10) << model.parameters()[i].name;
    }
  }
}

// Of a response's head: the same response cut there. Of a prompt: its first token with the others as the response.
TEST(ScorePairs, HeadsAndPromptsHaveSumsOfTheirOwn) {
  Decoder model = TinyModel(torch::kFloat64);
  ScoringBatch batch = RandomBatch(4, 5, /*seed=*/9);
  const torch::Tensor expected = NaiveScores(model, batch);
  ScoringBatch cut = batch, prompts;
  cut.responses.clear();
  for (size_t p = 0; p < batch.pairs.size(); ++p) {
    const TokenIds& response = batch.responses[batch.pairs[p].response];
    batch.heads.push_back(p % (response.size() + 1));  // none and all of it are among them
    cut.responses.emplace_back(response.begin(), response.begin() + batch.heads[p]);
    cut.pairs[p].response = p;
  }
  batch.score_prompts = true;
  const PairScores scores = ScorePairs(model, batch);
  EXPECT_LT(MaxDifference(scores.sum_P, expected), 1e-11);
  EXPECT_LT(MaxDifference(scores.head_P, NaiveScores(model, cut)), 1e-11);
  ASSERT_EQ(scores.prompt_Q.size(0), 5);
  EXPECT_EQ(scores.prompt_Q[4].item<double>(), 0);  // no pair names it
  for (int q = 0; q < 4; ++q) {
    const TokenIds& prompt = batch.prompts[q];
    prompts.prompts.push_back({prompt[0]});
    prompts.responses.emplace_back(prompt.begin() + 1, prompt.end());
    prompts.pairs.push_back({q, q});
  }
  EXPECT_LT(MaxDifference(scores.prompt_Q.narrow(0, 0, 4), NaiveScores(model, prompts)), 1e-11);
}

TEST(ScorePairs, LongRowsAreCutBetweenResponsesAndScoreTheSame) {
  // One prompt with so many responses that its row is cut, and so many rows that there are several passes.
  Decoder model = TinyModel(torch::kFloat64);
  ScoringBatch batch = RandomBatch(20, 1, /*seed=*/3);
  base::RandomStream stream(3, "lm/scoring_test/long");
  for (int i = 0; i < 40; ++i) {
    batch.responses.push_back(RandomTokens(40, stream));
    batch.pairs.push_back({5, i + 1});
  }
  for (int i = 0; i < 20; ++i) {
    for (int k = 0; k < 8; ++k) batch.pairs.push_back({i, 1 + k});
  }
  EXPECT_LT(MaxDifference(ScorePairs(model, batch).sum_P, NaiveScores(model, batch)), 1e-10);
}

TEST(ScorePairs, DoesNotDependOnTheOtherPairs) {
  const Decoder model = TinyModel(torch::kFloat64);
  const ScoringBatch batch = RandomBatch(3, 6, /*seed=*/11);
  const torch::Tensor together = ScorePairs(model, batch).sum_P;
  for (size_t p = 0; p < batch.pairs.size(); ++p) {
    ScoringBatch alone = batch;
    alone.pairs = {batch.pairs[p]};
    EXPECT_NEAR(ScorePairs(model, alone).sum_P.item<double>(), together[p].item<double>(), 1e-12);
  }
  ScoringBatch reversed = batch;
  std::reverse(reversed.pairs.begin(), reversed.pairs.end());
  EXPECT_LT(MaxDifference(ScorePairs(model, reversed).sum_P, together.flip(0)), 1e-12);
}

TEST(ScorePairs, APairNamedTwiceIsScoredTwice) {
  Decoder model = TinyModel(torch::kFloat64);
  ScoringBatch batch = RandomBatch(1, 2, /*seed=*/5);
  batch.pairs = {{0, 1}, {0, 0}, {0, 1}};
  const torch::Tensor sums = ScorePairs(model, batch).sum_P;
  EXPECT_NEAR(sums[0].item<double>(), sums[2].item<double>(), 1e-12);
  EXPECT_LT(MaxDifference(sums, NaiveScores(model, batch)), 1e-12);
}

TEST(ScorePairs, WorksInFloat32AndBfloat16) {
  const ScoringBatch batch = RandomBatch(3, 3, /*seed=*/13);
  const torch::Tensor exact = ScorePairs(TinyModel(torch::kFloat64), batch).sum_P;
  const torch::Tensor single = ScorePairs(TinyModel(torch::kFloat32), batch).sum_P;
  const torch::Tensor half = ScorePairs(TinyModel(torch::kBFloat16), batch).sum_P;
  EXPECT_EQ(single.scalar_type(), torch::kFloat32);
  EXPECT_EQ(half.scalar_type(), torch::kFloat32);
  EXPECT_LT(((single - exact) / exact).abs().max().item<double>(), 1e-5);
  // bfloat16 keeps 8 bits: logits up to 10 are off by about 0.05 a token, of either sign.
  const std::vector<int64_t> lengths = ScorePairs(TinyModel(torch::kFloat64), batch).lengths;
  EXPECT_LT(((half - exact) / torch::tensor(lengths)).abs().max().item<double>(), 0.2);
}

TEST(ScorePairs, NoPairs) {
  ScoringBatch batch;
  EXPECT_EQ(ScorePairs(TinyModel(torch::kFloat32), batch).sum_P.numel(), 0);
}

TEST(ScorePairsDeathTest, RefusesWhatHasNoScore) {
  const Decoder model = TinyModel(torch::kFloat32);
  EXPECT_DEATH(ScorePairs(model, {{{1}}, {{}}, {}}), "response");
  EXPECT_DEATH(ScorePairs(model, {{{}}, {{1}}, {}}), "prompt");
  EXPECT_DEATH(ScorePairs(model, {{{1}}, {{1}}, {{0, 1}}}), "response");
  EXPECT_DEATH(ScorePairs(model, {{TokenIds(60, 1)}, {TokenIds(5, 1)}, {{0, 0}}}), "65 tokens");
}

TEST(TokenLogProbs, ChunksChangeNothing) {
  const torch::Tensor hidden = torch::linspace(-2, 2, 7 * 5, torch::kFloat64).sin().view({7, 5}).requires_grad_();
  const torch::Tensor weight = torch::linspace(-3, 1, 11 * 5, torch::kFloat64).cos().view({11, 5}).requires_grad_();
  const torch::Tensor targets = torch::tensor({0, 10, 3, 3, 5, 9, 1}, torch::kInt64);
  const torch::Tensor gradient = torch::linspace(1, 2, 7, torch::kFloat64);
  const torch::Tensor expected =
      torch::log_softmax(hidden.matmul(weight.t()), -1).gather(1, targets.unsqueeze(1)).squeeze(1);
  const auto expected_gradients = torch::autograd::grad({expected}, {hidden, weight}, {gradient});
  const torch::Tensor logits = hidden.matmul(weight.t());
  const torch::Tensor capped =
      torch::log_softmax((logits / 1.5).tanh() * 1.5, -1).gather(1, targets.unsqueeze(1)).squeeze(1);
  const auto capped_gradients = torch::autograd::grad({capped}, {hidden, weight}, {gradient});
  for (const int64_t max_logits : {1, 11, 22, 33, 76, 77, 1000}) {
    const torch::Tensor log_probs = TokenLogProbs(hidden, weight, targets, max_logits);
    const auto gradients = torch::autograd::grad({log_probs}, {hidden, weight}, {gradient});
    EXPECT_LT(MaxDifference(log_probs, expected), 1e-14);
    EXPECT_LT(MaxDifference(gradients[0], expected_gradients[0]), 1e-14);
    EXPECT_LT(MaxDifference(gradients[1], expected_gradients[1]), 1e-14);
    const torch::Tensor with_cap = TokenLogProbs(hidden, weight, targets, max_logits, /*softcap=*/1.5);
    const auto with_cap_gradients = torch::autograd::grad({with_cap}, {hidden, weight}, {gradient});
    EXPECT_LT(MaxDifference(with_cap, capped), 1e-14);
    EXPECT_LT(MaxDifference(with_cap_gradients[0], capped_gradients[0]), 1e-14);
    EXPECT_LT(MaxDifference(with_cap_gradients[1], capped_gradients[1]), 1e-14);
  }
}

}  // namespace
}  // namespace lm
