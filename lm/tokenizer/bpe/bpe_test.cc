#include "lm/tokenizer/bpe/bpe.h"

#include <algorithm>
#include <ctime>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lm {
namespace {

using ::testing::ElementsAre;

TokenIds Merged(const BpeMerges& merges, TokenIds symbols) {
  merges.Apply(symbols);
  return symbols;
}

// The definition, word for word: O(n^2) and more.
TokenIds MergedByDefinition(const std::vector<BpeMerge>& merges, TokenIds symbols) {
  for (;;) {
    size_t best = merges.size(), place = 0;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      for (size_t rank = 0; rank < best; ++rank) {
        if (merges[rank].left == symbols[i] && merges[rank].right == symbols[i + 1]) best = rank, place = i;
      }
    }
    if (best == merges.size()) return symbols;
    symbols[place] = merges[best].result;
    symbols.erase(symbols.begin() + place + 1);
  }
}

TEST(BpeMerges, TheEarlierMergeGoesFirstWhereverItIs) {
  // 1 2 3: "2 3" is merged first, so "1 2" finds no 2 any more.
  EXPECT_THAT(Merged(BpeMerges({{2, 3, 10}, {1, 2, 11}}), {1, 2, 3}), ElementsAre(1, 10));
  EXPECT_THAT(Merged(BpeMerges({{1, 2, 11}, {2, 3, 10}}), {1, 2, 3}), ElementsAre(11, 3));
}

TEST(BpeMerges, OfEqualPairsTheLeftmostGoesFirst) {
  const BpeMerges merges({{1, 1, 2}});
  EXPECT_THAT(Merged(merges, {1, 1, 1}), ElementsAre(2, 1));
  EXPECT_THAT(Merged(merges, {1, 1, 1, 1}), ElementsAre(2, 2));
}

TEST(BpeMerges, AMergeCanMakeAPairOfHigherPriority) {
  // 1 2 3 4 -(1 2 -> 5)-> 5 3 4 -(5 3 -> 6, listed first)-> 6 4, before "3 4" has its turn.
  EXPECT_THAT(Merged(BpeMerges({{5, 3, 6}, {1, 2, 5}, {3, 4, 7}}), {1, 2, 3, 4}), ElementsAre(6, 4));
}

TEST(BpeMerges, NothingToDo) {
  const BpeMerges merges({{1, 2, 3}});
  EXPECT_THAT(Merged(merges, {}), ElementsAre());
  EXPECT_THAT(Merged(merges, {1}), ElementsAre(1));
  EXPECT_THAT(Merged(merges, {2, 1}), ElementsAre(2, 1));
  EXPECT_THAT(Merged(BpeMerges({}), {1, 2}), ElementsAre(1, 2));
}

// Words below, at and above the length at which another algorithm takes over.
TEST(BpeMerges, AgreesWithTheDefinitionOnRandomMerges) {
  base::RandomStream random(1, "lm/bpe_test");
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<BpeMerge> merges;
    for (int32_t result = 3; result < 15; ++result) {
      const BpeMerge merge = {static_cast<int32_t>(random.Below(result)), static_cast<int32_t>(random.Below(result)),
                              result};
      const bool known = std::any_of(merges.begin(), merges.end(), [&](const BpeMerge& other) {
        return other.left == merge.left && other.right == merge.right;
      });
      if (!known) merges.push_back(merge);
    }
    random.Shuffle(merges);
    const BpeMerges fast(merges);
    for (const size_t size : {2, 7, 31, 32, 33, 34, 90}) {
      TokenIds symbols(size);
      for (int32_t& symbol : symbols) symbol = random.Below(3);
      ASSERT_EQ(Merged(fast, symbols), MergedByDefinition(merges, symbols)) << "trial " << trial << ", size " << size;
    }
  }
}

TEST(BpeMerges, AMillionEqualSymbolsTakeSecondsAtMost) {
  std::vector<BpeMerge> merges;
  for (int32_t symbol = 0; symbol < 8; ++symbol) merges.push_back({symbol, symbol, symbol + 1});
  const BpeMerges doubling(merges);
  const std::clock_t start = std::clock();
  // 2^20 + 3 = 4096 * 256 + 2 + 1
  TokenIds expected(4096, 8);
  expected.push_back(1);
  expected.push_back(0);
  EXPECT_EQ(Merged(doubling, TokenIds((1 << 20) + 3, 0)), expected);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0);
}

}  // namespace
}  // namespace lm
