#include "lm/model/attention/block_attention.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "base/random.h"
#include "lm/model/attention/attention.h"

namespace lm {
namespace {

struct Rows {
  std::string name;
  torch::Tensor segments_BT, positions_BT;
};

// One row; stretches of {segment, tokens}. A response's positions go on where the prompt ends.
Rows MakeRow(const std::string& name, const std::vector<std::pair<int64_t, int64_t>>& stretches) {
  std::vector<int64_t> segments, positions;
  int64_t prompt = 0;
  for (const auto& [segment, tokens] : stretches) {
    for (int64_t i = 0; i < tokens; ++i) {
      segments.push_back(segment);
      positions.push_back(segment == 0 ? i : prompt + i);
    }
    if (segment == 0) prompt += tokens;
  }
  return {name, torch::tensor(segments).unsqueeze(0), torch::tensor(positions).unsqueeze(0)};
}

std::vector<Rows> AllKinds() {
  return {MakeRow("prompt alone", {{0, 390}}),
          MakeRow("short prompt, long response", {{0, 37}, {1, 420}}),
          MakeRow("long prompt, responses, padding", {{0, 200}, {1, 70}, {2, 1}, {3, 90}, {-1, 50}}),
          MakeRow("no prompt", {{1, 150}, {2, 150}}),
          MakeRow("padding before", {{-1, 140}, {1, 160}}),
          MakeRow("responses of one block", {{0, 250}, {1, 20}, {2, 20}, {3, 20}})};
}

torch::Tensor RandomNormal(at::IntArrayRef shape, base::RandomStream& stream) {
  const torch::Tensor x = torch::empty(shape);
  for (int64_t i = 0; i < x.numel(); ++i) x.data_ptr<float>()[i] = static_cast<float>(stream.Normal());
  return x;
}

// [T, T], by the rule of AttentionPattern.
torch::Tensor Seen(const Rows& rows, int64_t window) {
  const int64_t tokens = rows.segments_BT.size(1);
  const torch::Tensor seen = torch::zeros({tokens, tokens}, torch::kBool);
  const auto segments = rows.segments_BT.accessor<int64_t, 2>()[0],
             positions = rows.positions_BT.accessor<int64_t, 2>()[0];
  auto element = seen.accessor<bool, 2>();
  for (int64_t t = 0; t < tokens; ++t) {
    for (int64_t s = 0; s <= t; ++s) {
      const bool of_segment = segments[s] == 0 || (segments[s] == segments[t] && segments[s] >= 0);
      element[t][s] = of_segment && (window == 0 || positions[t] - positions[s] < window);
    }
  }
  return seen;
}

// The definition, in float64 and with the whole matrix of scores.
torch::Tensor Plain(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                    const torch::Tensor& seen, const ScoreRule& rule) {
  const int64_t group = query.size(2) / key.size(2);
  const auto heads = [](const torch::Tensor& x) { return x.to(torch::kFloat64).transpose(1, 2); };
  torch::Tensor scores = torch::matmul(heads(query), heads(key).repeat_interleave(group, 1).transpose(2, 3));
  scores = scores * rule.ScaleOf(query.size(3));
  if (rule.softcap > 0) scores = (scores / rule.softcap).tanh() * rule.softcap;
  scores = scores.masked_fill(~seen, -1e300);
  return torch::matmul(torch::softmax(scores, -1), heads(value).repeat_interleave(group, 1)).transpose(1, 2).flatten(2);
}

double Error(const torch::Tensor& got, const torch::Tensor& expected) {
  return ((got.to(torch::kFloat64) - expected).abs().max() / expected.abs().max()).item<double>();
}

TEST(BlockAttentionTest, IsThePlainAttentionWithItsGradients) {
  base::RandomStream stream(1, "lm/block_attention_test");
  for (const Rows& rows : AllKinds()) {
    for (const int64_t window : {0, 41, 300}) {
      for (const double softcap : {0.0, 3.0}) {
        const int64_t tokens = rows.segments_BT.size(1);
        std::vector<torch::Tensor> inputs;
        for (const int64_t heads : {6, 2, 2}) {
          inputs.push_back(RandomNormal({1, tokens, heads, 16}, stream).requires_grad_());
        }
        const torch::Tensor seen = Seen(rows, window);
        // What padding gets does not matter.
        const torch::Tensor counted = (seen.any(1) & (rows.segments_BT[0] >= 0)).view({1, tokens, 1});
        const torch::Tensor weight = RandomNormal({1, tokens, 96}, stream) * counted;
        const ScoreRule rule = {0.3, softcap};
        const AttentionPattern pattern =
            MakeAttentionPattern(rows.segments_BT, 6, 2, torch::kFloat32, {window, rows.positions_BT}, rule);
        ASSERT_TRUE(pattern.blocks);
        const torch::Tensor mixed = Attend(inputs[0], inputs[1], inputs[2], pattern);
        EXPECT_TRUE(torch::isfinite(mixed).all().item<bool>());
        const torch::Tensor plain = Plain(inputs[0], inputs[1], inputs[2], seen, rule);
        // Sums of some hundred terms, each rounded to 6e-8: their errors average out.
        EXPECT_LT(Error(mixed * counted, plain * counted), 1e-6) << rows.name << " " << window << " " << softcap;
        const auto gradients = torch::autograd::grad({(mixed * weight).sum()}, inputs);
        const auto expected = torch::autograd::grad({(plain * weight).sum()}, inputs);
        for (size_t i = 0; i < inputs.size(); ++i) {
          EXPECT_LT(Error(gradients[i], expected[i].to(torch::kFloat64)), 1e-6)
              << rows.name << " " << window << " " << i;
        }
      }
    }
  }
}

// bfloat16 has 8 bits: what goes in and comes out is rounded, nothing in between.
TEST(BlockAttentionTest, NarrowTypesAreComputedInFloat32) {
  base::RandomStream stream(2, "lm/block_attention_test");
  const Rows rows = AllKinds()[2];
  std::vector<torch::Tensor> inputs;
  for (const int64_t heads : {6, 2, 2}) {
    inputs.push_back(RandomNormal({1, rows.segments_BT.size(1), heads, 16}, stream).to(torch::kBFloat16));
  }
  const AttentionPattern pattern = MakeAttentionPattern(rows.segments_BT, 6, 2, torch::kBFloat16);
  ASSERT_TRUE(pattern.blocks);
  const torch::Tensor mixed = Attend(inputs[0], inputs[1], inputs[2], pattern);
  EXPECT_EQ(mixed.scalar_type(), torch::kBFloat16);
  const torch::Tensor wide = AttendInBlocks(inputs[0].to(torch::kFloat32), inputs[1].to(torch::kFloat32),
                                            inputs[2].to(torch::kFloat32), pattern.blocks);
  EXPECT_TRUE(torch::equal(mixed, wide.to(torch::kBFloat16)));
}

int64_t MaskElements(const Rows& rows, int64_t window) {
  int64_t elements = 0;
  const auto blocks = CutIntoBlocks(rows.segments_BT, torch::kFloat32, {window, rows.positions_BT});
  for (const QueryBlock& block : blocks->blocks) {
    for (const KeyMask& mask : block.masks) elements += mask.added.numel();
  }
  return elements;
}

TEST(QueryBlocksTest, MasksGrowWithTheLengthNotItsSquare) {
  for (const int64_t window : {0, 500}) {
    for (const int64_t response : {0, 1}) {
      const auto elements = [&](int64_t tokens) {
        return MaskElements(MakeRow("", {{0, response == 0 ? tokens : 100}, {1, response * tokens}}), window);
      };
      // Four times the tokens: four times the blocks, of which the first may have less.
      EXPECT_LT(elements(8192), 4.5 * elements(2048)) << window << " " << response;
      EXPECT_LT(elements(8192), 8192 * 128 * 4) << window << " " << response;
    }
  }
}

}  // namespace
}  // namespace lm
