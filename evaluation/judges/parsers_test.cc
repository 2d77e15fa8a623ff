#include "evaluation/judges/parsers.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::HasSubstr;

constexpr char kLetter[] = "[[A]]";
constexpr char kFinal[] = "Final Response: A";
constexpr char kTwo[] = "[[rating_a,rating_b]]";

std::optional<Verdict> Strict(const char* format, const char* reply) {
  return ParseVerdict(Parser::kStrict, format, reply);
}

TEST(StrictParserTest, TakesTheOneVerdictThatIsGiven) {
  EXPECT_EQ(Strict(kLetter, "because ... [[A]]"), Verdict::kFirst);
  EXPECT_EQ(Strict(kLetter, "[[B]]\n[[B]]"), Verdict::kSecond);
  EXPECT_EQ(Strict(kLetter, "[[C]]."), Verdict::kTie);
  EXPECT_EQ(Strict(kFinal, "Evaluation: x\n\nFinal Response: 'A'."), Verdict::kFirst);
  EXPECT_EQ(Strict(kFinal, "Final Response:\n**B**\n"), Verdict::kSecond);
  EXPECT_EQ(Strict(kFinal, "Final Response: C"), Verdict::kTie);
  EXPECT_EQ(Strict(kTwo, "[[8, 7.5]]"), Verdict::kFirst);
  EXPECT_EQ(Strict(kTwo, "[[8,8]]"), Verdict::kTie);
}

TEST(StrictParserTest, AnythingElseIsMissingAndNoTie) {
  for (const char* reply : {"", "A", "[[a]]", "[[ A ]]", "[A]", "[[D]]", "[[A]] or [[B]]", "[[B]], not a tie ([[C]])",
                            "Final Response: A", "I can't compare these.", "[[A\xff]]"}) {
    EXPECT_EQ(Strict(kLetter, reply), std::nullopt) << reply;
  }
  for (const char* reply : {"", "A", "Final Response:", "Final Response: a", "Final Response: Assistant A",
                            "Final Response: A or B", "Final Response: Tie", "final response: A", "[[A]]",
                            "Final Response: A\nFinal Response: B", "Final Response: A\nFinal Response: A"}) {
    EXPECT_EQ(Strict(kFinal, reply), std::nullopt) << reply;
  }
  for (const char* reply : {"[[8]]", "[8, 7]", "[[11,7]]", "[[0,7]]", "[[8,7]] [[7,8]]", "[[8,  7]]"}) {
    EXPECT_EQ(Strict(kTwo, reply), std::nullopt) << reply;
  }
  EXPECT_EQ(Strict("[[X]]", "[[A]]"), std::nullopt);
}

TEST(StrictParserTest, RatingsAreFromOneToTenAndTheSameEverywhere) {
  const auto rating = [](const char* reply) { return ParseRating(Parser::kStrict, reply); };
  EXPECT_EQ(rating("Rating: [[7]]"), 7);
  EXPECT_EQ(rating("[[7.5]] [[7.5]]"), 7.5);
  EXPECT_EQ(rating("[[1]]"), 1);
  EXPECT_EQ(rating("[[10]]"), 10);
  for (const char* reply : {"", "7", "[7]", "[[0]]", "[[11]]", "[[0.99]]", "[[-3]]", "[[7/10]]", "[[7]] or [[8]]",
                            "[[1e1]]", "[[nan]]", "[[", "[[7", "[[99999999999999999999999999]]"}) {
    EXPECT_EQ(rating(reply), std::nullopt) << reply;
  }
}

TEST(ParserNamesTest, AreReadBack) {
  for (const Parser parser : kParsers) EXPECT_THAT(ParserFromName(ParserName(parser)), IsOkAnd(parser));
  EXPECT_THAT(ParserFromName("lax"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("strict, fastchat")));
}

TEST(ParserFormatsTest, AParserIsRefusedWhereItReadsNothing) {
  EXPECT_THAT(CheckFormat(Parser::kStrict, kFinal), IsOk());
  EXPECT_THAT(CheckFormat(Parser::kFastChat, kTwo), IsOk());
  EXPECT_THAT(CheckFormat(Parser::kFastChat, kFinal),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no output format \"Final Response: A\"")));
  EXPECT_FALSE(CheckFormat(Parser::kSamiExt, kLetter).ok());
}

}  // namespace
}  // namespace evaluation
