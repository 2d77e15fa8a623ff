// torch's fused attention beside our own, on the CPU. A torch that has none (before 2.1) must not be asked for it.
#include <gtest/gtest.h>

#include "base/random.h"
#include "lm/model/attention/attention.h"
#include "lm/model/decoder.h"
#include "lm/testing/test_model.h"
#include "third_party/torch/any_version.h"

namespace lm {
namespace {

torch::Tensor RandomNormal(at::IntArrayRef shape, base::RandomStream& stream) {
  const torch::Tensor x = torch::empty(shape);
  for (int64_t i = 0; i < x.numel(); ++i) x.data_ptr<float>()[i] = static_cast<float>(stream.Normal());
  return x;
}

class Fused {
 public:
  Fused() { SetFusedAttentionForTesting(true); }
  ~Fused() { SetFusedAttentionForTesting(false); }
};

// A prompt, two responses that do not see each other, padding; the second row is shorter.
torch::Tensor Segments(int64_t tokens) {
  const torch::Tensor segments = torch::zeros({2, tokens}, torch::kInt64);
  segments[0].slice(0, tokens / 2) = 1;
  segments[0].slice(0, 3 * tokens / 4) = 2;
  segments[1].slice(0, tokens / 3) = 1;
  segments[1].slice(0, tokens - 5) = -1;
  return segments;
}

double MaxDifference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kFloat64) - b.to(torch::kFloat64)).abs().max().item<double>();
}

TEST(FusedAttentionTest, IsTheSameWithItsGradients) {
  base::RandomStream stream(1, "lm/fused_attention_test");
  for (const int64_t tokens : {40, 300}) {  // dense, and in blocks
    const torch::Tensor segments = Segments(tokens), counted = (segments >= 0).unsqueeze(2);
    const torch::Tensor positions = torch::arange(tokens).expand({2, tokens}).contiguous();
    for (const auto& [type, tolerance] : {std::pair(torch::kFloat32, 1e-5), std::pair(torch::kBFloat16, 2e-2)}) {
      for (const int64_t window : {0, 17}) {
        std::vector<torch::Tensor> inputs;
        for (const int64_t heads : {6, 2, 2}) {
          inputs.push_back(RandomNormal({2, tokens, heads, 16}, stream).to(type).requires_grad_());
        }
        const torch::Tensor weight = RandomNormal({2, tokens, 96}, stream).to(type) * counted;
        std::vector<torch::Tensor> results[2];
        for (const bool fused : {false, true}) {
          SetFusedAttentionForTesting(fused);
          const AttentionPattern pattern = MakeAttentionPattern(segments, 6, 2, type, {window, positions}, {0.3, 0});
          EXPECT_EQ(pattern.fused_mask.defined(), fused && torch_versions::kHasFusedAttention);
          const torch::Tensor mixed = Attend(inputs[0], inputs[1], inputs[2], pattern);
          EXPECT_TRUE(torch::isfinite(mixed).all().item<bool>());
          results[fused] = torch::autograd::grad({(mixed * weight).sum()}, inputs);
          results[fused].push_back(mixed * counted);
        }
        SetFusedAttentionForTesting(false);
        for (size_t i = 0; i < results[0].size(); ++i) {
          const double size = results[0][i].abs().max().item<double>();
          EXPECT_LT(MaxDifference(results[0][i], results[1][i]), tolerance * size)
              << i << " " << tokens << " " << window;
        }
      }
    }
  }
}

// With a cap there is none.
TEST(FusedAttentionTest, NotWithACap) {
  const Fused fused;
  const AttentionPattern pattern = MakeAttentionPattern(Segments(40), 6, 2, torch::kFloat32, {}, {0.3, 50});
  EXPECT_FALSE(pattern.fused_mask.defined());
  EXPECT_EQ(pattern.scores.softcap, 50);
}

}  // namespace
}  // namespace lm
