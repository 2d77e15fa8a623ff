#include "evaluation/math/equivalence.h"

#include <string>

#include "base/testing.h"
#include "evaluation/math/exact.h"

namespace evaluation {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(EquivalenceTest, PairsOfAnswers) {
  struct Case {
    const char *a, *b, *expected;
  };
  const Case kCases[] = {
      {"\\frac12", "0.5", "equal"},
      {"\\dfrac{1}{2}", "\\frac{2}{4}", "equal"},
      {"\\frac{\\sqrt{8}}{2}", "\\sqrt{2}", "equal"},
      {"\\frac{1}{\\sqrt2}", "\\frac{\\sqrt{2}}{2}", "equal"},
      {"\\frac{1}{1+\\sqrt{2}}", "\\sqrt{2}-1", "equal"},
      {"2\\sqrt{3}", "\\sqrt{12}", "equal"},
      {"2\\pi", "\\pi\\cdot 2", "equal"},
      {"2\\pi", "6.28", "unequal"},
      {"(1,2)", "(1, 2)", "equal"},
      {"(1,2)", "(2,1)", "unequal"},
      {"(1,2)", "[1,2]", "unequal"},
      {"[0,1)\\cup(2,\\infty)", "(2,\\infty)\\cup[0,1)", "equal"},
      {"(-\\infty,3]", "\\left(-\\infty, 3\\right]", "equal"},
      {"\\{1,2,3\\}", "\\{3,2,1\\}", "equal"},
      {"1,2", "2, 1", "equal"},
      {"1,2", "\\{1,2\\}", "equal"},
      {"1,000", "1000", "equal"},
      {"1{,}000", "1000", "equal"},
      {"10\\,000", "10000", "equal"},
      {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\\\ 3 & \\frac{8}{2} \\end{pmatrix}",
       "equal"},
      {"\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}2\\\\1\\end{pmatrix}", "unequal"},
      {"5\\text{ cm}", "5", "equal"},
      {"5\\text{ cm}^2", "5", "equal"},
      {"18 dollars", "18", "equal"},
      {"90^\\circ", "90", "equal"},
      {"90^{\\circ}", "90", "equal"},
      {"50\\%", "50", "equal"},
      {"\\$5.00", "5", "equal"},
      {"x=5", "5", "equal"},
      {"x = 5", "6", "unequal"},
      {"x \\in [0,1]", "[0,1]", "equal"},
      {"3\\frac{1}{2}", "3.5", "equal"},
      {"3\\frac{1}{2}", "\\frac72", "equal"},
      {"2^{10}", "1024", "equal"},
      {"2^{-1}", ".5", "equal"},
      {"\\sqrt[3]{27}", "3", "equal"},
      {"8^{1/3}", "2", "equal"},
      {"\\sqrt{-4}", "2i", "equal"},
      {"3+4i", "4i+3", "equal"},
      {"(3+4i)(3-4i)", "25", "equal"},
      {"\\text{Monday}", "monday", "equal as text"},
      {"\\text{(A)}", "(A)", "equal as text"},
      {"x^2+1", "x^2 + 1", "equal as text"},
      {"x^2+1", "1+x^2", "unequal as text"},
      {"33.3", "\\frac{100}{3}", "unequal"},
      {"9999999999999999999999", "9999999999999999999999", "equal as text"},
      {"2^{100}", "2^{100}", "equal as text"},
      {"\\frac{1}{0}", "5", "unequal as text"},
      {"1 \\text{ and } 2", "2,1", "equal"},
      {"-\\frac{1}{2}", "\\frac{-1}{2}", "equal"},
      {"\\frac{3\\pi}{4}", "\\frac34\\pi", "equal"},
      {"\\emptyset", "\\{\\}", "equal"},
      {"7.", "7", "equal"},
      {"", "5", "unequal as text"},
      {"11 \\text{ square units}", "11", "equal"},
      {"6 - 5i", "6-5i", "equal"},
      {"\\left( \\frac{3}{2}, -1 \\right)", "(1.5,-1)", "equal"},
      {"-2,1", "1,-2", "equal"},
      {"\\frac{\\pi}{2}", "\\pi/2", "equal"},
      {"12\\sqrt{3}\\text{ inches}", "12\\sqrt{3}", "equal"},
      {"\\infty", "-\\infty", "unequal"},
      {"\\sqrt{2}+\\sqrt{3}", "\\sqrt3+\\sqrt2", "equal"},
      {"1.414", "\\sqrt{2}", "unequal"},
      {"\\pm 3", "\\pm3", "equal"},
      {"101_2", "101_2", "equal as text"},
      {"(2)(3)", "6", "equal"},
      {"y = 2x+1", "y=2x+1", "equal as text"},
  };
  for (const auto& [a, b, expected] : kCases) {
    EXPECT_STREQ(EquivalenceName(Equivalent(a, b)), expected) << a << " and " << b;
    EXPECT_STREQ(EquivalenceName(Equivalent(b, a)), expected) << b << " and " << a;
    // Every answer is equal to itself, and unequal to itself and more.
    EXPECT_TRUE(Equivalent(a, a).equal) << a;
  }
}

// Sets within sets, compared in both directions, would take 2^38 steps.
TEST(EquivalenceTest, DeepSetsTakeLittleTime) {
  std::string open, close;
  for (int i = 0; i < 38; ++i) {
    open += "\\{";
    close += "\\}";
  }
  EXPECT_STREQ(EquivalenceName(Equivalent(open + "1" + close, open + "1" + close)), "equal");
  EXPECT_STREQ(EquivalenceName(Equivalent(open + "1" + close, open + "2" + close)), "unequal");
}

TEST(EquivalenceTest, WhatDoesNotFitIsComparedAsText) {
  EXPECT_TRUE(Equivalent("4611686018427387904 + 4611686018427387904", "0").as_text);
  EXPECT_TRUE(Equivalent("2^{63}", "1").as_text);
  EXPECT_FALSE(Equivalent("2^{62}", "4611686018427387904").as_text);
  EXPECT_TRUE(Equivalent("2^{62}", "4611686018427387904").equal);
  EXPECT_TRUE(Equivalent("\\sqrt{1000000000001}", "1").as_text);
  EXPECT_TRUE(Equivalent(std::string(2000, '('), "1").as_text);
  EXPECT_TRUE(Equivalent(std::string(1000, '1'), std::string(1000, '1')).as_text);
  EXPECT_TRUE(Equivalent("\\frac{1}{\\pi + 1}", "1").as_text);
  EXPECT_STREQ(EquivalenceName(Equivalent(std::string(9990, 'x') + " ", std::string(9990, 'x'))), "equal as text");
  EXPECT_STREQ(EquivalenceName(Equivalent(std::string(10001, 'x') + " ", std::string(10001, 'x'))), "unequal as text");
}

TEST(ExactTest, RootsLoseTheirSquares) {
  const auto root = [](int64_t n) { return SquareRoot(Exact(Rational{n, 1})); };
  const auto times = [&](int64_t factor, int64_t n) { return Product(Exact(Rational{factor, 1}), *root(n)); };
  EXPECT_EQ(*root(12), *times(2, 3));
  EXPECT_EQ(*root(75), *times(5, 3));
  EXPECT_EQ(*root(49), Exact(Rational{7, 1}));
  EXPECT_EQ(*root(999998000001), Exact(Rational{999999, 1}));
  EXPECT_EQ(*root(2LL * 499979 * 499979), *times(499979, 2));  // a prime, 2 x its square below 10^12
  EXPECT_EQ(*Product(*root(-2), *root(-8)), Exact(Rational{-4, 1}));
  EXPECT_EQ(SquareRoot(Exact(Rational{1, 2})), Product(*root(2), Exact(Rational{1, 2})));
}

TEST(MathAnswerTest, BoxesThenCuesOutsideOfThinking) {
  EXPECT_THAT(MathAnswer("<think>\\boxed{1}</think>So \\boxed{2}"), Optional(Eq("2")));
  EXPECT_THAT(MathAnswer("x\n#### 12"), Optional(Eq("12")));
  EXPECT_THAT(MathAnswer("The answer is: **(1, 2)**\nBye"), Optional(Eq("(1, 2)")));
  EXPECT_EQ(MathAnswer("<think>\\boxed{1}"), absl::nullopt);
  EXPECT_EQ(MathAnswer("12"), absl::nullopt);
}

}  // namespace
}  // namespace evaluation
