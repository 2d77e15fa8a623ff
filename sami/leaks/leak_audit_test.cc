#include "sami/leaks/leak_audit.h"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sami/contrastive_data.h"

namespace sami {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

// Random words of a large vocabulary: a text of so many.
std::string Words(int count, base::RandomStream& stream) {
  std::string text;
  for (int i = 0; i < count; ++i) absl::StrAppend(&text, i == 0 ? "" : " ", "w", 1000 + stream.Below(500));
  return text;
}

// Two of four principles a query, each asked for or its antithesis. `respond` writes the response to a constitution.
using Respond = std::string (*)(const datasets::Constitution& constitution, base::RandomStream& stream);
std::vector<ContrastiveQuery> Data(int queries, Respond respond, int n = 2) {
  std::vector<ContrastiveQuery> data;
  for (int q = 0; q < queries; ++q) {
    base::RandomStream stream(7, "test", q);
    std::vector<std::string> ids = {"a", "b", "c", "d"};
    stream.Shuffle(ids);
    ContrastiveQuery query{q, "category", "question", {}};
    for (int i = 0; i < n; ++i) {
      ContrastivePair pair;
      // Both, neither, one, the other.
      const bool first = i == 0 || i == 2, second = i == 0 || i == 3;
      pair.constitution.clauses = {{ids[0], first, absl::StrCat(first ? "do " : "avoid ", ids[0], ids[0])},
                                   {ids[1], second, absl::StrCat(second ? "do " : "avoid ", ids[1], ids[1])}};
      pair.response = respond(pair.constitution, stream);
      query.pairs.push_back(std::move(pair));
    }
    data.push_back(std::move(query));
  }
  return data;
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / values.size();
}

const LeakMeasure& Find(const std::vector<LeakMeasure>& measures, const std::string& probe) {
  for (const LeakMeasure& measure : measures) {
    if (measure.probe == probe) return measure;
  }
  ADD_FAILURE() << probe;
  return measures[0];
}

std::string Unrelated(const datasets::Constitution&, base::RandomStream& stream) {
  return Words(5 + stream.Below(20), stream);
}

// Where responses have nothing to do with constitutions, each accuracy is a mean over 1000 queries of values in [0, 1]
// with expectation 1/2 (n = 2: rows of a query are both right or both wrong at worst, so a standard deviation of at
// most 1/2). By Hoeffding's inequality one of the 8 is off by 0.09 or more with probability at most 8 * 2 exp(-2 * 1000
// * 0.09^2) = 1.5e-6 if queries were independent; they share their probes only. Seeds are fixed.
TEST(LeakAuditTest, NoLeakGivesChance) {
  const std::vector<LeakMeasure> measures = AuditLeaks(Data(1000, Unrelated));
  ASSERT_THAT(measures, SizeIs(4));
  for (const LeakMeasure& measure : measures) {
    EXPECT_NEAR(Mean(measure.accuracy_row), 0.5, 0.09) << measure.probe;
    EXPECT_NEAR(Mean(measure.accuracy_col), 0.5, 0.09) << measure.probe;
    // In expectation at most 0; its spread is that of a scale near 0.
    EXPECT_LT(Mean(measure.nats), 0.02) << measure.probe;
    EXPECT_GT(Mean(measure.nats), -0.1) << measure.probe;
  }
  for (const LeakMeasure& measure : AuditLeaks(Data(1000, Unrelated, 4))) {
    EXPECT_NEAR(Mean(measure.accuracy_row), 0.25, 0.09) << measure.probe;
    EXPECT_NEAR(Mean(measure.accuracy_col), 0.25, 0.09) << measure.probe;
  }
}

// Each principle that is asked for makes the response three times as long; questions differ in length by far more.
TEST(LeakAuditTest, LengthAloneGivesItAway) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    static int length = 0;
    if (constitution.clauses[0].positive && constitution.clauses[1].positive) length = 2 + stream.Below(40);
    int times = 1;
    for (const datasets::Clause& clause : constitution.clauses) times *= clause.positive ? 3 : 1;
    return Words(length * times, stream);
  };
  const std::vector<LeakMeasure> measures = AuditLeaks(Data(400, respond));
  const LeakMeasure& length = Find(measures, "length");
  EXPECT_DOUBLE_EQ(Mean(length.accuracy_row), 1);
  EXPECT_DOUBLE_EQ(Mean(length.accuracy_col), 1);
  EXPECT_NEAR(Mean(length.nats), std::log(2.0), 0.01);
  EXPECT_NEAR(Mean(Find(measures, "prefix").accuracy_col), 0.5, 0.14);  // as above, 400 queries
  EXPECT_THAT(Find(measures, "copying").accuracy_col, Each(0.5));       // all ties

  // n = 4: the two mixtures have equal lengths in expectation, so of 4 columns two are certain and two are guesses.
  const std::vector<LeakMeasure> four = AuditLeaks(Data(400, respond, 4));
  EXPECT_NEAR(Mean(Find(four, "length").accuracy_col), 0.75, 0.07);
}

// The first word tells one principle; nothing else does.
TEST(LeakAuditTest, ThePrefixGivesItAway) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    return absl::StrCat(constitution.clauses[0].positive ? "Yes " : "Nay ", Words(12, stream));
  };
  const std::vector<LeakMeasure> measures = AuditLeaks(Data(400, respond));
  EXPECT_DOUBLE_EQ(Mean(Find(measures, "prefix").accuracy_col), 1);
  EXPECT_DOUBLE_EQ(Mean(Find(measures, "prefix").accuracy_row), 1);
  EXPECT_GT(Mean(Find(measures, "prefix").nats), 0.6);
  EXPECT_GT(Mean(Find(measures, "bag_of_words").accuracy_col), 0.9);
  EXPECT_THAT(Find(measures, "length").accuracy_col, Each(0.5));  // all are equally long
}

// A word for each clause, at a random place: neither first words nor lengths tell.
TEST(LeakAuditTest, WordsGiveItAway) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    std::string text = Words(6, stream);
    for (const datasets::Clause& clause : constitution.clauses) {
      absl::StrAppend(&text, " ", clause.principle_id, clause.positive ? "x" : "y", " ", Words(3, stream));
    }
    return text;
  };
  for (const int n : {2, 4}) {
    const std::vector<LeakMeasure> measures = AuditLeaks(Data(400, respond, n));
    EXPECT_GT(Mean(Find(measures, "bag_of_words").accuracy_col), 0.97) << n;
    EXPECT_GT(Mean(Find(measures, "bag_of_words").accuracy_row), 0.97) << n;
    EXPECT_GT(Mean(Find(measures, "bag_of_words").nats), 0.85 * std::log(n)) << n;
    EXPECT_LE(Mean(Find(measures, "bag_of_words").nats), std::log(n) + 1e-9) << n;
    EXPECT_NEAR(Mean(Find(measures, "length").accuracy_col), 1.0 / n, 0.14) << n;
  }
}

// A cue that is right in 98 of 100 responses, though no response of some calibration fold may have shown it wrong: the
// price of an exception is that of a doubt, not of a certainty. The cross-entropy of a reader who knows all is 0.098.
TEST(LeakAuditTest, RareExceptionsAreNotRuinous) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    const bool says = constitution.clauses[0].positive != stream.Bernoulli(0.02);
    return absl::StrCat(says ? "Yes " : "Nay ", Words(12, stream));
  };
  const std::vector<LeakMeasure> measures = AuditLeaks(Data(400, respond));
  EXPECT_NEAR(Mean(Find(measures, "prefix").accuracy_col), 0.98, 0.02);  // 4 standard deviations of 800 responses
  EXPECT_NEAR(Mean(Find(measures, "prefix").nats), std::log(2.0) - 0.098, 0.08);
}

TEST(LeakAuditTest, CopyingIsCounted) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    return absl::StrCat(Words(10, stream), " ", constitution.clauses[1].text);
  };
  const LeakMeasure copying = Find(AuditLeaks(Data(50, respond)), "copying");
  EXPECT_THAT(copying.accuracy_col, Each(1));
  // "do" is the only word that both clauses of a constitution share and the other has not.
  EXPECT_THAT(copying.diagonal, Each(1));
  EXPECT_THAT(copying.off_diagonal, Each(0));
}

// Its probes never saw a query: to change its own responses changes no other query of its fold, its calibration or what
// it was learned from; and the same data give the same bits.
TEST(LeakAuditTest, CrossFitsByQuery) {
  const auto respond = [](const datasets::Constitution& constitution, base::RandomStream& stream) {
    return Words(5 + stream.Below(20) + (constitution.clauses[0].positive ? 5 : 0), stream);
  };
  std::vector<ContrastiveQuery> data = Data(100, respond);
  const LeakMeasure before = Find(AuditLeaks(data), "length");
  EXPECT_EQ(Find(AuditLeaks(data), "length").nats, before.nats);
  data[10].pairs[0].response += " and much, much more of it, at great length, again and again";
  const LeakMeasure after = Find(AuditLeaks(data), "length");
  EXPECT_NE(after.nats[10], before.nats[10]);
  for (const size_t q : {0, 5, 15, 95}) EXPECT_EQ(after.nats[q], before.nats[q]) << q;
  EXPECT_NE(after.nats[11], before.nats[11]);
}

TEST(LeakAuditTest, AwkwardData) {
  EXPECT_THAT(AuditLeaks({})[0].nats, SizeIs(0));
  // One query: nothing to learn from. Clauses may be missing, responses empty or of other scripts.
  ContrastiveQuery query{1, "c", "q", {ContrastivePair(), ContrastivePair()}};
  query.pairs[1].response = "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
  for (const LeakMeasure& measure : AuditLeaks({query})) {
    EXPECT_THAT(measure.accuracy_col, ElementsAre(0.5)) << measure.probe;
    EXPECT_THAT(measure.nats, ElementsAre(0)) << measure.probe;
  }
  // Without clauses, a constitution is its place.
  std::vector<ContrastiveQuery> data(50, query);
  EXPECT_THAT(Find(AuditLeaks(data), "length").accuracy_col, Each(1));
  EXPECT_DEATH(AuditLeaks({ContrastiveQuery{2, "c", "q", {ContrastivePair()}}}), "query 2");
}

}  // namespace
}  // namespace sami
