#include <map>
#include <set>
#include <vector>

#include "base/testing.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"
#include "sami/seen_pairs.h"

namespace sami {
namespace {

using ::base::StatusIs;
using ::datasets::Constitution;
using ::datasets::Principle;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

const std::vector<Principle>& Principles() {
  static const auto* principles = new std::vector<Principle>{{"a", "Do a.", {}, {"Skip a."}, {"math"}},
                                                             {"b", "Do b.", {}, {"Skip b."}, {"math", "stem"}},
                                                             {"c", "Do c.", {}, {"Skip c."}, {}}};
  return *principles;
}

int NumPositive(const Constitution& constitution) {
  int count = 0;
  for (const auto& clause : constitution.clauses) count += clause.positive;
  return count;
}

TEST(ConstitutionTest, DrawsRelevantPrinciplesOnly) {
  base::RandomStream stream(1, "test");
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto drawn, DrawPrinciples(Principles(), "stem", 2, stream));
    std::set<std::string> ids{drawn[0].id, drawn[1].id};
    EXPECT_THAT(ids, ElementsAre("b", "c"));
  }
  EXPECT_THAT(DrawPrinciples(Principles(), "stem", 3, stream),
              StatusIs(kInvalid, HasSubstr("category \"stem\" has 2 relevant principles, and a constitution needs 3")));
}

TEST(ConstitutionTest, FirstTwoArePureAndAllDiffer) {
  base::RandomStream stream(1, "test");
  for (int n : {2, 3, 4, 8}) {
    ASSERT_OK_AND_ASSIGN(const auto constitutions, ContrastingConstitutions(Principles(), n, Draw::kPoles, stream));
    ASSERT_THAT(constitutions, SizeIs(n));
    EXPECT_EQ(NumPositive(constitutions[0]), 3);
    EXPECT_EQ(NumPositive(constitutions[1]), 0);
    std::set<std::set<std::string>> different;
    for (const auto& constitution : constitutions) {
      std::set<std::string> texts;
      for (const auto& clause : constitution.clauses) texts.insert(clause.text);
      different.insert(texts);
    }
    EXPECT_EQ(different.size(), n);
  }
  EXPECT_THAT(ContrastingConstitutions(Principles(), 9, Draw::kPoles, stream),
              StatusIs(kInvalid, HasSubstr("only 8 different")));
}

// Of n = 2 over 3 principles, each of the 28 pairs of combinations: none is missing from 1000 draws but with a
// probability of 28 (27/28)^1000 < 1e-14; the stream is fixed.
TEST(ConstitutionTest, AnyDrawsEveryPairOfCombinations) {
  base::RandomStream stream(1, "test");
  std::set<std::set<std::set<std::string>>> pairs;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto constitutions, ContrastingConstitutions(Principles(), 2, Draw::kAny, stream));
    std::set<std::set<std::string>> pair;
    for (const auto& constitution : constitutions) {
      std::set<std::string> texts;
      for (const auto& clause : constitution.clauses) texts.insert(clause.text);
      pair.insert(texts);
    }
    pairs.insert(pair);
  }
  EXPECT_THAT(pairs, SizeIs(28));
  EXPECT_THAT(pairs, ::testing::Each(SizeIs(2)));
}

TEST(ConstitutionTest, PromptNumbersItsClauses) {
  EXPECT_EQ(BuildPrompt({{{"a", true, "Do a."}, {"b", false, "Skip b."}}}, "Why?"),
            "Principles:\n1. Do a.\n2. Skip b.\n\nQuestion: Why?\n\nAnswer:");
}

ContrastiveQuery Query(int64_t id, std::vector<std::string> responses) {
  ContrastiveQuery query{id, "math", "Why?", {}};
  for (const std::string& response : responses) {
    query.pairs.push_back({{{{"a", true, "Do a."}}}, "prompt", response, true});
  }
  return query;
}

TEST(ContrastiveDataTest, EachFilterCountsWhatItDrops) {
  ContrastiveQuery unfinished = Query(1, {"x", "y"});
  unfinished.pairs[1].finished = false;
  FilterCounts counts;
  const auto kept = ApplyFilters(
      {true, true, {"As an AI"}},
      {unfinished, Query(2, {"x", ""}), Query(3, {"x", "As an AI, I"}), Query(4, {"x", "x"}), Query(5, {"x", "y"})},
      &counts);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].query_id, 5);
  EXPECT_EQ(counts.unfinished, 1);
  EXPECT_EQ(counts.empty, 1);
  EXPECT_EQ(counts.forbidden, 1);
  EXPECT_EQ(counts.equal_responses, 1);
  EXPECT_EQ(counts.kept, 1);
}

TEST(ContrastiveDataTest, IsReadBackAsWritten) {
  const std::string path = base::TestFolder() + "/data.jsonl";
  ASSERT_OK(WriteContrastiveData(path, {Query(7, {"one\n\"two\"", "three"})}));
  ASSERT_OK_AND_ASSIGN(const auto queries, ReadContrastiveData(path));
  ASSERT_THAT(queries, SizeIs(1));
  EXPECT_EQ(queries[0].query_id, 7);
  EXPECT_EQ(queries[0].pairs[0].response, "one\n\"two\"");
  EXPECT_EQ(queries[0].pairs[0].constitution.clauses[0].text, "Do a.");
}

TEST(ContrastiveDataTest, BadLinesAreNamed) {
  const std::string good =
      R"({"query_id":1,"category":"c","question":"q","pairs":[{"prompt":"p","response":"r","finish_reason":"stop"},)";
  const auto read = [](const std::string& text) { return ReadContrastiveData(base::WriteTestFile("d.jsonl", text)); };
  EXPECT_THAT(read(good + R"({"prompt":"p","response":"","finish_reason":"stop"}]})"),
              StatusIs(kInvalid, HasSubstr("d.jsonl:1: pair 1: an empty response")));
  const std::string line = good + R"({"prompt":"p","response":"s","finish_reason":"stop"}]})";
  EXPECT_THAT(read(line + "\n" + line), StatusIs(kInvalid, HasSubstr("d.jsonl:2: query_id 1 was there before")));
  const std::string clause = R"({"prompt":"p","response":"s","finish_reason":"stop","constitution":[{"principle":"a",)";
  EXPECT_THAT(read(good + clause + R"("text":"b","positive":"yes"}]}]})"),
              StatusIs(kInvalid, HasSubstr("d.jsonl:1: pair 1: \"positive\" must be true or false")));
  EXPECT_THAT(read(R"({"query_id":1,"category":"c","question":"q","pairs":[]})"),
              StatusIs(kInvalid, HasSubstr("at least two")));
}

TEST(FiltersTest, TheMathExperimentsAreCountedInTheirOrder) {
  Filters filters;
  filters.min_length = 4;
  filters.min_length_ratio = 2;
  filters.min_distance = 0.5;
  const std::vector<ContrastiveQuery> queries = {
      Query(1, {"long and different", "abc"}),  // the short one is too short
      Query(2, {"1234567", "abcd"}),            // not twice as long
      Query(3, {"abzz and so on", "abcd"}),     // distance 2 is not more than half of 4
      Query(4, {"azzz and so on", "abcd"}),     // distance 3 is
      Query(5, {"same text", "same text"})};    // equal responses come first
  FilterCounts counts;
  const auto kept = ApplyFilters(filters, queries, &counts);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].query_id, 4);
  EXPECT_EQ(counts.too_short, 1);
  EXPECT_EQ(counts.length_ratio, 1);
  EXPECT_EQ(counts.too_similar, 1);
  EXPECT_EQ(counts.equal_responses, 1);
}

TEST(FiltersTest, EndsOfTheFirstResponseOrOfAll) {
  Filters filters;
  filters.first_ends_in = {".", "!"};
  const std::vector<ContrastiveQuery> queries = {Query(1, {"Yes.", "no"}), Query(2, {"Yes!", "No."}),
                                                 Query(3, {"yes", "No."})};
  FilterCounts counts;
  EXPECT_THAT(ApplyFilters(filters, queries, &counts), SizeIs(2));
  EXPECT_EQ(counts.other_end, 1);
  filters.first_ends_in.clear();
  filters.ends_in = {"."};
  counts = {};
  EXPECT_THAT(ApplyFilters(filters, queries, &counts), ::testing::IsEmpty());
  EXPECT_EQ(counts.other_end, 3);
}

// ---- Which pairs an arm sees.

using Which = SeenPairs::Which;

TEST(SeenPairsTest, AllTheFirstOrDrawnOnes) {
  using ::testing::ElementsAre;
  EXPECT_THAT(SeenConstitutions({Which::kAll, 4}, 0, 4), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(SeenConstitutions({Which::kPositive}, 0, 4), ElementsAre(0));
  EXPECT_THAT(SeenConstitutions({Which::kFirst, 2}, 0, 4), ElementsAre(0, 1));
  EXPECT_THAT(SeenConstitutions({Which::kFirst, 2}, 0, 2), ElementsAre(0, 1));
  EXPECT_THAT(SeenConstitutions({Which::kRandom, 2, 1}, 0, 2), ElementsAre(0, 1));
  EXPECT_EQ(SeenConstitutions({Which::kRandom, 2, 1}, 7, 4), SeenConstitutions({Which::kRandom, 2, 1}, 7, 4));
}

// All six pairs of four, mixtures with each other among them, equally often: 6000 draws, counts of standard deviation
// 29. Six of these are exceeded with probability 6 * 2e-9.
TEST(SeenPairsTest, RandomPairsAreEquallyLikely) {
  std::map<std::vector<int64_t>, int> counts;
  for (int64_t query = 0; query < 6000; ++query) ++counts[SeenConstitutions({Which::kRandom, 2, /*seed=*/1}, query, 4)];
  EXPECT_EQ(counts.size(), 6u);
  for (const auto& [pair, count] : counts) {
    EXPECT_LT(pair[0], pair[1]);
    EXPECT_NEAR(count, 1000, 6 * 29);
  }
}

TEST(SeenPairsTest, PreferencesAreOfTheOwnResponse) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  using ::testing::Pair;
  const auto asks = [](bool first, bool second, bool swapped = false) {
    datasets::Constitution constitution{{{"a", first, ""}, {"b", second, ""}}};
    if (swapped) std::swap(constitution.clauses[0], constitution.clauses[1]);
    return ContrastivePair{constitution, "p", "r", true, {}};
  };
  // ++, --, +-, and -+ with its clauses in the other order.
  const std::vector<ContrastivePair> four = {asks(true, true), asks(false, false), asks(true, false),
                                             asks(false, true, true)};
  EXPECT_THAT(SeenPreferences({Which::kPositive}, 0, four), ElementsAre(Pair(0, 1)));
  EXPECT_THAT(SeenPreferences({Which::kOwnOverOpposite, 9}, 0, four),
              ElementsAre(Pair(0, 1), Pair(1, 0), Pair(2, 3), Pair(3, 2)));
  EXPECT_THAT(SeenPreferences({Which::kFirst, 2}, 0, four), ElementsAre(Pair(0, 1), Pair(1, 0)));
  EXPECT_EQ(SeenPreferences({Which::kAll, 9}, 0, four).size(), 12);
  const std::vector<int64_t> drawn = SeenConstitutions({Which::kRandom, 2, 5}, 3, 4);
  EXPECT_THAT(SeenPreferences({Which::kRandom, 2, 5}, 3, four),
              ElementsAre(Pair(drawn[0], drawn[1]), Pair(drawn[1], drawn[0])));
  // One whose opposite is not there has no preference.
  EXPECT_THAT(SeenPreferences({Which::kOwnOverOpposite, 9}, 0, {four[0], four[2]}), IsEmpty());
}

}  // namespace
}  // namespace sami
