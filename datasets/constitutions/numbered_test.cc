#include "datasets/constitutions/numbered.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

TEST(NumberedTest, WhatIsNumberedIsSplitAgain) {
  std::vector<std::string> principles;
  for (int count = 1; count <= 123; ++count) {
    principles.push_back(absl::StrCat("Principle ", count, " has 2. parts:\n- 3.5 and\n- 4 more."));
    EXPECT_THAT(SplitPrinciples(NumberPrinciples(principles)), IsOkAnd(Eq(principles)));
  }
}

TEST(NumberedTest, Numbers) {
  EXPECT_EQ(NumberPrinciples({"a", "b"}), "1. a\n2. b");
  EXPECT_EQ(NumberPrinciples({}), "");
}

TEST(NumberedTest, WhiteSpaceIsTakenOff) {
  EXPECT_THAT(SplitPrinciples("\n 1. a \r\n\n  2.\tb\n"), IsOkAnd(ElementsAre("a", "b")));
}

TEST(NumberedTest, LinesWithoutANumberContinue) {
  EXPECT_THAT(SplitPrinciples("1. a\n2.5 is no number of a principle\n2. b\nc"),
              IsOkAnd(ElementsAre("a\n2.5 is no number of a principle", "b\nc")));
}

TEST(NumberedTest, OtherNumbersAreRefused) {
  EXPECT_THAT(SplitPrinciples("1. a\n3. c"),
              StatusIs(kInvalid, "principle 2 must begin with \"2. \", and the line is \"3. c\""));
  EXPECT_THAT(SplitPrinciples("1. a\n1. b"), StatusIs(kInvalid, HasSubstr("principle 2")));
  EXPECT_THAT(SplitPrinciples("0. a"), StatusIs(kInvalid, HasSubstr("principle 1")));
  EXPECT_THAT(SplitPrinciples("01. a"), StatusIs(kInvalid, HasSubstr("the line is \"01. a\"")));
  EXPECT_THAT(SplitPrinciples("Be kind."), StatusIs(kInvalid, HasSubstr("the line is \"Be kind.\"")));
  EXPECT_THAT(SplitPrinciples(""), StatusIs(kInvalid, HasSubstr("principle 1")));
  EXPECT_THAT(SplitPrinciples("1. a\n2. \n3. c"), StatusIs(kInvalid, "principle 2 is empty"));
}

}  // namespace
}  // namespace datasets
