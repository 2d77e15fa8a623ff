#include "base/random.h"

#include <cmath>
#include <numeric>

#include "base/testing.h"

namespace base {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAreArray;

// Known answers from the Random123 distribution (kat_vectors, philox4x32 10).
TEST(RandomTest, PhiloxMatchesPublishedVectors) {
  EXPECT_THAT(Philox4x32({0, 0, 0, 0}, {0, 0}), ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(RandomTest, StreamsDifferInEachOfTheirNames) {
  const uint64_t first = RandomStream(1, "a", 2, 3).NextUint64();
  EXPECT_EQ(first, RandomStream(1, "a", 2, 3).NextUint64());
  EXPECT_NE(first, RandomStream(2, "a", 2, 3).NextUint64());
  EXPECT_NE(first, RandomStream(1, "b", 2, 3).NextUint64());
  EXPECT_NE(first, RandomStream(1, "a", 3, 3).NextUint64());
  EXPECT_NE(first, RandomStream(1, "a", 2, 4).NextUint64());
}

TEST(RandomTest, FillGivesTheSameNumbersAsOneByOne) {
  for (const size_t before : {0, 1, 3, 4}) {
    for (const size_t size : {0, 1, 63, 64, 65, 200}) {
      RandomStream filled(5, "fill", 1, 2), single(5, "fill", 1, 2);
      for (size_t i = 0; i < before; ++i) EXPECT_EQ(filled.NextUint32(), single.NextUint32());
      std::vector<uint32_t> numbers(size);
      filled.Fill(absl::MakeSpan(numbers));
      for (const uint32_t number : numbers) EXPECT_EQ(number, single.NextUint32()) << before << ", " << size;
      EXPECT_EQ(filled.NextUint32(), single.NextUint32()) << before << ", " << size;
    }
  }
}

// The seed is fixed, so these cannot fail by chance; the bounds are five standard errors.
TEST(RandomTest, UniformAndNormalHaveTheirMoments) {
  RandomStream stream(7, "moments");
  constexpr int kDraws = 100000;
  double uniform = 0, normal = 0, square = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.Uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    uniform += u;
    const double z = stream.Normal();
    normal += z;
    square += z * z;
  }
  EXPECT_NEAR(uniform / kDraws, 0.5, 5 * std::sqrt(1.0 / 12 / kDraws));
  EXPECT_NEAR(normal / kDraws, 0, 5 / std::sqrt(kDraws));
  EXPECT_NEAR(square / kDraws, 1, 5 * std::sqrt(2.0 / kDraws));
}

TEST(RandomTest, BelowIsUniform) {
  RandomStream stream(7, "below");
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.Below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 5 * std::sqrt(10000 * 6.0 / 7));
}

TEST(RandomTest, ShuffleKeepsTheItems) {
  std::vector<int> items(50);
  std::iota(items.begin(), items.end(), 0);
  std::vector<int> shuffled = items;
  RandomStream(7, "shuffle").Shuffle(shuffled);
  EXPECT_NE(shuffled, items);
  EXPECT_THAT(shuffled, UnorderedElementsAreArray(items));
}

}  // namespace
}  // namespace base
