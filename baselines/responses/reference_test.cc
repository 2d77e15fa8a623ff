#include "baselines/responses/reference.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/scoring/scoring.h"
#include "training/testing/test_objective.h"

namespace responses {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using training::TinyModel;

constexpr char kWhat[] = "example";

lm::TokenIds RandomIds(int64_t length, base::RandomStream& stream) {
  lm::TokenIds ids;
  for (int64_t i = 0; i < length; ++i) ids.push_back(stream.Below(23));
  return ids;
}

std::vector<Item> RandomItems(int64_t count) {
  base::RandomStream stream(3, "reference_test");
  std::vector<Item> items(count);
  for (Item& item : items) {
    item.prompt = RandomIds(2 + stream.Below(6), stream);
    for (int r = 0; r < 2; ++r) item.responses.push_back(RandomIds(1 + stream.Below(9), stream));
  }
  return items;
}

TEST(ReferenceTest, ScoresEachResponseForAnyNumberOfThreads) {
  const lm::Decoder model = TinyModel(torch::kFloat64);
  const std::vector<Item> items = RandomItems(21);
  ASSERT_OK_AND_ASSIGN(const torch::Tensor one, ReferenceSums(model, items, std::nullopt, kWhat, 1, nullptr));
  ASSERT_EQ(one.sizes(), torch::IntArrayRef({21, 2}));
  for (const int64_t i : {0, 8, 20}) {
    for (const int64_t r : {0, 1}) {
      const double sum =
          lm::ScorePairs(model, {{items[i].prompt}, {items[i].responses[r]}, {{0, 0}}}).sum_P.item<double>();
      EXPECT_NEAR(one[i][r].item<double>(), sum, 1e-10);
    }
  }
  ASSERT_OK_AND_ASSIGN(const torch::Tensor three, ReferenceSums(model, items, std::nullopt, kWhat, 3, nullptr));
  EXPECT_TRUE(torch::equal(one, three));
  model.parameters()[0].value.fill_(std::nan(""));
  EXPECT_THAT(ReferenceSums(model, items, std::nullopt, kWhat, 2, nullptr),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("example 0")));
}

TEST(ReferenceTest, CacheReadsWhatItWroteUnderTheSameKeyOnly) {
  const lm::Decoder model = TinyModel(torch::kFloat32, 1), other = TinyModel(torch::kFloat32, 2);
  std::vector<Item> items = RandomItems(9);
  const std::string path = absl::StrCat(base::TestFolder(), "/reference.safetensors");
  const auto cached = [&](const lm::Decoder& reference, std::optional<double> ld_alpha = std::nullopt) {
    const auto sums = CachedReferenceSums(path, reference, items, ld_alpha, kWhat, 1, nullptr);
    EXPECT_OK(sums);
    return *sums;
  };
  const torch::Tensor computed = cached(model);
  ASSERT_OK_AND_ASSIGN(const std::string first, base::ReadFile(path));
  // Marks the file, so that reading it can be told from computing again.
  std::string marked = first;
  const double mark = -123.5;
  marked.replace(marked.size() - sizeof mark, sizeof mark, reinterpret_cast<const char*>(&mark), sizeof mark);
  ASSERT_OK(base::WriteFileAtomically(path, marked));
  const torch::Tensor read = cached(model);
  EXPECT_EQ(read[8][1].item<double>(), mark);
  EXPECT_EQ(read[3][0].item<double>(), computed[3][0].item<double>());
  // Another model, other weights of tokens, other data, and a damaged file are computed.
  EXPECT_NE(cached(other)[3][0].item<double>(), computed[3][0].item<double>());
  ASSERT_OK(base::WriteFileAtomically(path, marked));
  EXPECT_NE(cached(model, 0.5)[8][1].item<double>(), mark);
  ASSERT_OK(base::WriteFileAtomically(path, marked));
  ++items[0].prompt[0];
  EXPECT_EQ(cached(model)[8][1].item<double>(), computed[8][1].item<double>());
  ASSERT_OK(base::WriteFileAtomically(path, "nonsense"));
  EXPECT_EQ(cached(model)[8][1].item<double>(), computed[8][1].item<double>());
}

}  // namespace
}  // namespace responses
