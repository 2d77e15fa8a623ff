#include "lm/scoring/response_kl.h"

#include <cmath>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

ScoringBatch RandomBatch(uint64_t seed) {
  base::RandomStream stream(seed, "lm/response_kl_test");
  ScoringBatch batch;
  for (int i = 0; i < 3; ++i) batch.prompts.push_back(RandomTokens(2 + 3 * i, stream));
  for (int j = 0; j < 2; ++j) batch.responses.push_back(RandomTokens(1 + 4 * j, stream));
  batch.pairs = {{2, 1}, {0, 0}, {2, 0}, {0, 1}};  // prompt 1 is not named
  return batch;
}

// Another model of the same shape.
Decoder Perturbed(const Decoder& model) {
  Decoder other = model.Clone();
  for (const Parameter& parameter : other.parameters()) {
    const torch::Tensor places =
        torch::arange(parameter.value.numel(), parameter.value.options()).view_as(parameter.value);
    parameter.value.add_(0.05 * (1.7 * places).sin());
  }
  return other;
}

// The definition: one row a pair, all logits.
torch::Tensor NaiveKl(const Decoder& policy, const Decoder& reference, const ScoringBatch& batch) {
  std::vector<torch::Tensor> means;
  for (const auto& [prompt, response] : batch.pairs) {
    TokenIds joint = batch.prompts[prompt];
    joint.insert(joint.end(), batch.responses[response].begin(), batch.responses[response].end());
    const torch::Tensor p = torch::log_softmax(policy.Logits(policy.Forward(PlainInput(joint)))[0], -1);
    const torch::Tensor q = torch::log_softmax(reference.Logits(reference.Forward(PlainInput(joint)))[0], -1);
    const int64_t first = batch.prompts[prompt].size() - 1, tokens = batch.responses[response].size();
    means.push_back((p.exp() * (p - q.detach())).sum(-1).narrow(0, first, tokens).mean());
  }
  return torch::stack(means);
}

TEST(ResponseKl, IsTheMeanOverResponsePositionsWithItsGradients) {
  Decoder policy = TinyModel(torch::kFloat64);
  const Decoder reference = Perturbed(policy);
  policy.SetRequiresGrad(true);
  const ScoringBatch batch = RandomBatch(1);
  const torch::Tensor kl = ResponseKl(policy, reference, batch), expected = NaiveKl(policy, reference, batch);
  EXPECT_TRUE((expected > 1e-6).all().item<bool>());
  EXPECT_LT((kl - expected).abs().max().item<double>(), 1e-13);
  std::vector<torch::Tensor> parameters;
  for (const Parameter& parameter : policy.parameters()) parameters.push_back(parameter.value);
  const torch::Tensor weights = torch::tensor({1.0, -2.0, 0.5, 3.0}, torch::kFloat64);
  const auto gradients = torch::autograd::grad({(kl * weights).sum()}, parameters);
  const auto expected_gradients = torch::autograd::grad({(expected * weights).sum()}, parameters);
  for (size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_LT((gradients[i] - expected_gradients[i]).abs().max().item<double>(), 1e-12) << policy.parameters()[i].name;
  }
}

TEST(ResponseKl, IsZeroAtTheReference) {
  const Decoder model = TinyModel(torch::kFloat64);
  EXPECT_EQ(ResponseKl(model, model.Clone(), RandomBatch(2)).abs().max().item<double>(), 0);
}

// Central differences: their error is of order step^2, 1e-12 here, and rounding's 1e-16 / step = 1e-10.
TEST(PositionKl, GradientIsTheFiniteDifferenceForAnyChunk) {
  const auto wave = [](int64_t rows, double frequency) {
    return torch::arange(rows * 4, torch::kFloat64).mul(frequency).sin().view({rows, 4});
  };
  torch::Tensor hidden = wave(5, 1.1).requires_grad_(), weight = wave(7, 0.7).requires_grad_();
  const torch::Tensor reference_hidden = wave(5, 2.3), reference_weight = wave(7, 1.9);
  const torch::Tensor scale = torch::tensor({1.0, -0.5, 2.0, 0.0, 3.0}, torch::kFloat64);
  double softcap = 0;
  const auto value = [&](int64_t max_logits) {
    return (PositionKl(hidden, weight, reference_hidden, reference_weight, max_logits, softcap, 2 * softcap) * scale)
        .sum();
  };
  for (const int64_t max_logits : {1, 14, 1000}) {
    softcap = max_logits == 14 ? 0.8 : 0;
    const auto gradients = torch::autograd::grad({value(max_logits)}, {hidden, weight});
    const torch::NoGradGuard no_grad;
    int which = 0;
    for (torch::Tensor* input : {&hidden, &weight}) {
      for (int64_t k = 0; k < input->numel(); ++k) {
        constexpr double kStep = 1e-6;
        double& element = input->data_ptr<double>()[k];
        const double kept = element;
        element = kept + kStep;
        const double up = value(max_logits).item<double>();
        element = kept - kStep;
        const double down = value(max_logits).item<double>();
        element = kept;
        EXPECT_NEAR(gradients[which].data_ptr<double>()[k], (up - down) / (2 * kStep), 1e-8) << which << " " << k;
      }
      ++which;
    }
  }
}

}  // namespace
}  // namespace lm
