#include "evaluation/judges/parsers.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

Reading Parse(Parser parser, const char* format, const char* reply) {
  return ParseReply(parser, *GrammarOfFormat(format), reply, "stop", {});
}

TEST(PublishedParsersTest, ReadAsTheirCodeDoes) {
  const Parser fastchat = Parser::kFastChat;
  EXPECT_EQ(Parse(fastchat, "[[A]]", "[[B]] <think>[[A]]").value.verdict, Verdict::kFirst);
  EXPECT_EQ(Parse(fastchat, "[[A]]", "B").kind, Reading::Kind::kUnreadable);
  EXPECT_EQ(Parse(fastchat, "[[rating]]", "[3] [[12]] [[5]]").value.rating, 12);
  EXPECT_EQ(Parse(fastchat, "[[rating]]", "[3]").value.rating, 3);
  EXPECT_EQ(Parse(fastchat, "[[rating_a,rating_b]]", "[[8,7.9]]").value.verdict, Verdict::kTie);
  EXPECT_EQ(Parse(fastchat, "[[rating_a,rating_b]]", "[[8,7]]").value.verdict, Verdict::kFirst);
  const char* format = "Final Response: A";
  EXPECT_EQ(Parse(Parser::kSamiExt, format, "nothing").value.verdict, Verdict::kTie);
  EXPECT_EQ(Parse(Parser::kSamiExt, format, "Final Response: B").value.verdict, Verdict::kSecond);
  EXPECT_EQ(WhatDecided(Parse(Parser::kSamiExt, format, "x Final Response: B"), "x Final Response: B"),
            "2-19: Final Response: B");
}

TEST(ParserNamesTest, AreReadBack) {
  for (const Parser parser : kParsers) EXPECT_THAT(ParserFromName(ParserName(parser)), IsOkAnd(parser));
  EXPECT_THAT(ParserFromName("lax"), StatusIs(kInvalid, HasSubstr("strict, fastchat")));
}

TEST(CheckGrammarTest, AParserIsRefusedWhereItReadsNothing) {
  EXPECT_THAT(CheckGrammar(Parser::kStrict, *GrammarOfFormat("arena-hard")), IsOk());
  EXPECT_THAT(CheckGrammar(Parser::kFastChat, *GrammarOfFormat("[[rating_a,rating_b]]")), IsOk());
  EXPECT_THAT(CheckGrammar(Parser::kFastChat, *GrammarOfFormat("Final Response: A")),
              StatusIs(kInvalid, HasSubstr("no verdicts of the grammar \"final-response\"")));
  EXPECT_FALSE(CheckGrammar(Parser::kSamiExt, *GrammarOfFormat("[[A]]")).ok());
  EXPECT_THAT(GrammarOfFormat("[[X]]"), StatusIs(kInvalid, HasSubstr("there are alpaca-ranking, alpaca-token")));
}

}  // namespace
}  // namespace evaluation
