#include "evaluation/numbers/number.h"

#include <cmath>

#include "base/random.h"
#include "base/testing.h"
#include "evaluation/numbers/plain_text.h"

namespace evaluation {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<double> Values(absl::string_view text) {
  std::vector<double> values;
  for (const FoundNumber& number : FindNumbers(ToPlainText(text).text)) values.push_back(number.value);
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
                                                   {"-0.5", -0.5},
                                                   {"1 234", 1234},
                                                   {"1'234'567", 1234567},
                                                   {"1\u2019234", 1234},
                                                   {"1_000", 1000},
                                                   {"12,34,567", 1234567},
                                                   {"1.234.567", 1234567},
                                                   {"1.234,50", 1234.5},
                                                   {"1 234,50", 1234.5},
                                                   {"1.234 \u20AC", 1234},
                                                   {"\u20AC1.234", 1234},
                                                   {"$1.234", 1.234},
                                                   {"1.234", 1.234},
                                                   {"12,34", 12.34},
                                                   {"0,125", 0.125},
                                                   {"36 / 4", 9},
                                                   {"\u00BD", 0.5},
                                                   {"2\u00BD", 2.5},
                                                   {"\\frac34", 0.75},
                                                   {"\\frac{-4.5}{0.25}", -18},
                                                   {"\\frac{36 \\text{ m}}{2}", 18},
                                                   {"2 \\times 10^{3}", 2000},
                                                   {"2 \u00D7 10\u00B3", 2000},
                                                   {"2x10^-3", 0.002},
                                                   {"2^5", 32},
                                                   {"3 million", 3e6},
                                                   {"1.5-million", 1.5e6},
                                                   {"18k", 18000},
                                                   {"3 lakh", 3e5},
                                                   {"3 and a half", 3.5},
                                                   {"2\\pi", 6.283185307179586},
                                                   {"\uFF11\uFF18", 18},
                                                   {"\u0663\u066B\u0665", 3.5},
                                                   {"\u0967\u096E", 18},
                                                   {"is - 5", -5},
                                                   {"is \u20135", -5},
                                                   {"is minus 5", -5},
                                                   {"negative 5", -5},
                                                   {"is ($5)", -5},
                                                   {"USD5", 5},
                                                   {"Rs.5", 5},
                                                   {"is \u20145", -5},
                                                   {"eighteen", 18},
                                                   {"minus: Twenty-One", 21},
                                                   {"is minus three", -3},
                                                   {"one hundred and five", 105},
                                                   {"two thousand, three hundred and forty", 2340},
                                                   {"nine hundred ninety-nine thousand", 999000},
                                                   {"a million", 1e6},
                                                   {"two and a half", 2.5},
                                                   {"three quarters", 0.75}};
  for (const auto& [text, value] : kCases) EXPECT_THAT(Values(text), ElementsAre(DoubleEq(value))) << text;
}

TEST(NumberTest, CurrenciesWithPointsOrCents) {
  const std::pair<const char*, double> kCases[] = {{"12.000 VND", 12000},
                                                   {"12.000 IDR", 12000},
                                                   {"12.000 JPY", 12000},
                                                   {"12.000₫", 12000},
                                                   {"12.000 đồng", 12000},
                                                   {"Rp 12.000", 12000},
                                                   {"Rp12.000", 12000},
                                                   {"VND 12.000", 12000},
                                                   {"kr 1.200", 1200},
                                                   {"kr. 1.200", 1200},
                                                   {"1.200 Euro", 1200},
                                                   {"EUR 1.234", 1234},
                                                   {"R$ 1.200,00", 1200},
                                                   {"R$ 1.200", 1200},
                                                   {"R$1.200", 1200},
                                                   {"$1.200", 1.2},
                                                   {"1.200 kg", 1.2},
                                                   {"1.200 krill", 1.2},
                                                   {"18 dollars and 50 cents", 18.5},
                                                   {"18 dollars, and 50 cents", 18.5},
                                                   {"18 dollars 5 cents", 18.05},
                                                   {"$18 and 50 cents", 18.5},
                                                   {"-$18 and 50 cents", -18.5},
                                                   {"£18 and 50 pence", 18.5},
                                                   {"eighteen dollars and fifty cents", 18.5},
                                                   {"18 dollars and 50¢", 18.5},
                                                   {"\\text{18 dollars and } 50 \\text{ cents}", 18.5},
                                                   {"18 US dollars and 50 cents", 18.5},
                                                   {"USD 18 and 50 cents", 18.5},
                                                   {"18 dollars & 50 cents", 18.5},
                                                   {"12.000 Vietnamese dong", 12000},
                                                   {"12.000 Vietnamese", 12},
                                                   {"50 cents", 50}};
  for (const auto& [text, value] : kCases) EXPECT_THAT(Values(text), ElementsAre(DoubleEq(value))) << text;
  EXPECT_THAT(Values("18 dollars and 3 friends"), ElementsAre(18, 3));
  EXPECT_THAT(Values("18 and 50 cents"), ElementsAre(18, 50));
  EXPECT_THAT(Values("18 dollars, 50 cents"), ElementsAre(18, 50));
  EXPECT_THAT(Values("$18.25 and 50 cents"), ElementsAre(18.25, 50));
  EXPECT_THAT(Values("18 dollars and 150 cents"), ElementsAre(18, 150));
  EXPECT_THAT(Values("18 dollars and 50 centimetres"), ElementsAre(18, 50));
}

TEST(NumberTest, ChineseNumerals) {
  const std::pair<const char*, double> kCases[] = {
      {"十八", 18},          {"二十", 20},        {"一百零五", 105},     {"一百一十五", 115}, {"两千三百", 2300},
      {"三千零五十", 3050},  {"一万二千", 12000}, {"十五万", 150000},    {"两万", 20000},     {"一亿二千万", 1.2e8},
      {"百二十", 120},       {"千五百", 1500},    {"二〇二四", 2024},    {"一二三四", 1234},  {"三点五", 3.5},
      {"十二点二五", 12.25}, {"百分之二十", 20},  {"三分之二", 2.0 / 3}, {"负十八", -18},     {"=五", 5},
      {"一百", 100},         {"為十", 10},        {"3万", 30000},        {"1.5万", 15000},    {"1万2000", 12000},
      {"3万5千", 35000},     {"3만 5천", 35000},  {"2亿", 2e8}};
  for (const auto& [text, value] : kCases) EXPECT_THAT(Values(text), ElementsAre(DoubleEq(value))) << text;
  // Parts of words, numbers in a row, a unit left unsaid, about, and what has no order.
  for (const char* text : {"一个", "一共", "三角", "十分", "千万", "万一", "百分", "第三十二", "三千五", "一万二",
                           "二三", "三十百", "三百二千", "一百零", "二千零三百四千", "是一个", "是十分", "五"}) {
    EXPECT_THAT(Values(text), IsEmpty()) << text;
  }
}

TEST(NumberTest, FullWidthSeparators) {
  EXPECT_THAT(Values("１，２３４，５６７．８"), ElementsAre(1234567.8));
  EXPECT_THAT(Values("３．５"), ElementsAre(3.5));
  EXPECT_THAT(Values("１２，１５，２７"), ElementsAre(12, 15, 27));  // a list
  EXPECT_THAT(Values("３，５"), ElementsAre(3, 5));                  // decimals have no comma there
  EXPECT_THAT(Values("１，２３４５"), ElementsAre(1, 2345));
  EXPECT_THAT(Values("1，234"), ElementsAre(1, 234));  // digits of another width: a list
  EXPECT_THAT(Values("１８．"), ElementsAre(18));
}

TEST(NumberTest, SeveralInOneText) {
  EXPECT_THAT(Values("3 cats, 4 dogs."), ElementsAre(3, 4));
  EXPECT_THAT(Values("10-3 = 7"), ElementsAre(10, 3, 7));
  EXPECT_THAT(Values("(2+1)-3"), ElementsAre(2, 1, 3));
  EXPECT_THAT(Values("2-3 eggs"), ElementsAre(2, 3));
  EXPECT_THAT(Values("1,2345"), ElementsAre(1, 2345));  // neither thousands nor decimals
  EXPECT_THAT(Values("(3,4)"), ElementsAre(3, 4));
  EXPECT_THAT(Values("3,4,5"), ElementsAre(3, 4, 5));
  EXPECT_THAT(Values("16 - 7"), ElementsAre(16, 7));
  EXPECT_THAT(Values("five dollars ($5)"), ElementsAre(5, 5));
  EXPECT_THAT(Values("- 3 trays\n- 4 cups"), ElementsAre(3, 4));
  EXPECT_THAT(Values("18 m\u00B2 of x1, H2O and 2^n"), ElementsAre(18, 2));
  EXPECT_THAT(Values("2 x 3"), ElementsAre(2, 3));
  EXPECT_THAT(Values("<<2*3=6>>6"), ElementsAre(6));
  EXPECT_THAT(Values("two three"), ElementsAre(2, 3));
  EXPECT_THAT(Values("1/2/2020"), ElementsAre(1, 2, 2020));
}

TEST(NumberTest, NoNumber) {
  for (const char* text : {"", "..", "$", ",,", "-", "twofold", "third", "x2", "\\frac{}{}"}) {
    EXPECT_THAT(Values(text), IsEmpty()) << text;
  }
  EXPECT_THAT(Values("\\frac{1"), ElementsAre(1));
  EXPECT_THAT(Values("1/0"), ElementsAre(1, 0));
}

TEST(NumberTest, PlacesPointIntoTheText) {
  const auto numbers = FindNumbers("a -$1,000.50 b 3rd");
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers[0].begin, 2u);  // with sign and currency
  EXPECT_EQ(numbers[0].end, 12u);
  EXPECT_TRUE(numbers[0].is_money);
  EXPECT_FALSE(numbers[0].is_ordinal);
  EXPECT_TRUE(numbers[1].is_ordinal);
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
