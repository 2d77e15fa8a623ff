#include "evaluation/extraction/number.h"

#include <cmath>

#include "base/random.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<double> Values(absl::string_view text) {
  std::vector<double> values;
  for (const FoundNumber& number : FindNumbers(text)) values.push_back(number.value);
  return values;
}

TEST(NumberTest, WaysToWriteOne) {
  const std::pair<const char*, double> kCases[] = {{"18", 18},
                                                   {"1,234", 1234},
                                                   {"1,234,567.5", 1234567.5},
                                                   {"1{,}000", 1000},
                                                   {"2\\,500", 2500},
                                                   {"2\u00A0500", 2500},
                                                   {"2\u2009500", 2500},
                                                   {"2\u202F500", 2500},
                                                   {".5", 0.5},
                                                   {"5.", 5},
                                                   {"5.0", 5},
                                                   {"$5", 5},
                                                   {"$5.", 5},
                                                   {"7%", 7},
                                                   {"5kg", 5},
                                                   {"**18**", 18},
                                                   {"[[8]]", 8},
                                                   {"3/4", 0.75},
                                                   {"1 3/4", 1.75},
                                                   {"\\frac{3}{4}", 0.75},
                                                   {"\\dfrac{1}{2}", 0.5},
                                                   {"2\\frac{1}{2}", 2.5},
                                                   {"1e5", 1e5},
                                                   {"2.5E-3", 2.5e-3},
                                                   {"-5", -5},
                                                   {"\u22125", -5},
                                                   {"-$5", -5},
                                                   {"$-5", -5},
                                                   {"\\$5", 5},
                                                   {"-\\$1,000", -1000},
                                                   {"-1/2", -0.5},
                                                   {"(-3)", -3},
                                                   {"x=-3", -3},
                                                   {"0", 0},
                                                   {"-0.5", -0.5}};
  for (const auto& [text, value] : kCases) EXPECT_THAT(Values(text), ElementsAre(DoubleEq(value))) << text;
}

TEST(NumberTest, SeveralInOneText) {
  EXPECT_THAT(Values("3 cats, 4 dogs."), ElementsAre(3, 4));
  EXPECT_THAT(Values("10-3 = 7"), ElementsAre(10, 3, 7));
  EXPECT_THAT(Values("(2+1)-3"), ElementsAre(2, 1, 3));
  EXPECT_THAT(Values("2-3 eggs"), ElementsAre(2, 3));
  EXPECT_THAT(Values("12,34"), ElementsAre(12, 34));    // no group of three
  EXPECT_THAT(Values("1,2345"), ElementsAre(1, 2345));  // nor this
  EXPECT_THAT(Values("1/2/2020"), ElementsAre(1, 2, 2020));
}

TEST(NumberTest, NoNumber) {
  for (const char* text : {"", "..", "$", ",,", "-", "two", "\\frac{}{}"}) {
    EXPECT_THAT(Values(text), IsEmpty()) << text;
  }
  EXPECT_THAT(Values("\\frac{1"), ElementsAre(1));
  EXPECT_THAT(Values("e5"), ElementsAre(5));
  EXPECT_THAT(Values("1/0"), ElementsAre(1, 0));
}

TEST(NumberTest, PlacesPointIntoTheText) {
  const auto numbers = FindNumbers("a -$1,000.50 b");
  ASSERT_EQ(numbers.size(), 1u);
  EXPECT_EQ(numbers[0].begin, 4u);
  EXPECT_EQ(numbers[0].end, 12u);
}

// Whatever is printed is read back. 1000 draws from a fixed stream.
TEST(NumberTest, TextsAreReadBack) {
  base::RandomStream stream(1, "number");
  for (int i = 0; i < 1000; ++i) {
    const double value = stream.Normal() * std::pow(10, static_cast<double>(stream.Below(20)) - 5);
    for (const double written : {value, std::round(value)}) {
      const std::string text = NumberText(written);
      ASSERT_THAT(Values(text), ElementsAre(DoubleEq(written))) << text;
    }
  }
  EXPECT_EQ(NumberText(-0.0), "0");
  EXPECT_EQ(NumberText(0.75), "0.75");
  EXPECT_EQ(NumberText(-10), "-10");
}

TEST(NumberTest, SameUpToRounding) {
  EXPECT_TRUE(SameNumber(0.1 + 0.2, 0.3));
  EXPECT_TRUE(SameNumber(0, 0));
  EXPECT_FALSE(SameNumber(0, 1e-300));
  EXPECT_FALSE(SameNumber(33.33, 100.0 / 3));
}

}  // namespace
}  // namespace evaluation
