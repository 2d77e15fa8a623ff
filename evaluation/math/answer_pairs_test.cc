// Pairs of answers that differ in a space, a comma, a word or a brace: what is one answer, and what is not.
#include <tuple>
#include <utility>

#include "base/testing.h"
#include "evaluation/math/equivalence.h"

namespace evaluation {
namespace {

// What has another value, although it differs in a space, a comma or a word alone.
TEST(AnswerPairsTest, WhatLooksAlikeAndIsNot) {
  const std::pair<const char*, const char*> kCases[] = {
      // Pairs, and numbers with thousands.
      {"2, 100", "2100"},
      {"1, 100", "1100"},
      {"2,100", "2, 100"},
      {"3,~456", "3456"},
      {"-1, 000", "-1000"},
      {"12, 345, 678", "12345678"},
      {"(2,100)", "2100"},
      {"(2, 100)", "(2100)"},
      {"0,123", "123"},
      {"1,0000", "10000"},
      {"\\{1,000, 2,000\\}", "\\{1, 0, 2\\}"},
      // Numbers side by side.
      {"1 2", "12"},
      {"1\\ 2", "12"},
      {"1\\quad 2", "12"},
      {"3 4 5", "345"},
      {"10 00", "1000"},
      {"1 0000", "10000"},
      {"2 .5", "2.5"},
      {"1 2 345", "1 2345"},
      {"x 1 2", "x 12"},
      // Mixed numbers.
      {"3 1/2", "31/2"},
      {"3 1/2", "3/2"},
      {"3 5/2", "11/2"},
      {"3 1/2", "3\\cdot 1/2"},
      {"1 100/200", "1100/200"},
      {"2\\frac{\\sqrt{4}}{5}", "\\frac{12}{5}"},
      {"3\\frac{1}{2}^2", "\\frac{49}{4}"},
      // Words that say what the number is.
      {"10", "10\\text{ million}"},
      {"2\\text{ pi}", "2"},
      {"2 pi", "2"},
      {"3\\text{ dozen}", "3"},
      {"3\\text{ pairs}", "3"},
      {"5\\text{ hundred}", "5"},
      {"5\\text{ hundredths}", "5"},
      {"3 million", "3"},
      {"3\\text{ halves}", "3"},
      {"5\\text{ squared}", "5"},
      {"5\\text{ or more}", "5"},
      {"5\\text{ or less}", "5"},
      {"101\\text{ base }2", "101"},
      {"4\\sin", "4"},
      {"4 sin", "4"},
      {"2\\text{x}", "2"},
      {"5\\text{K or M}", "5"},
      {"5\\text{M}", "5"},
      {"3\\text{ a.m.}", "3\\text{ p.m.}"},
      {"\\text{three}", "\\text{four}"},
      // Letters, which are variables.
      {"2xy", "2"},
      {"3ab", "3"},
      {"4\\pi rh", "4\\pi"},
      {"2 xy", "2"},
      {"AB", "ab"},
      {"A", "a"},
      // Units, names and determinants of two kinds.
      {"5\\text{ cm}", "5\\text{ m}"},
      {"5\\text{ cm}^2", "5\\text{ cm}^3"},
      {"3\\text{ m/s}", "3\\text{ m}"},
      {"60 mph", "60 miles"},
      {"10\\text{ K}", "10"},
      {"\\$5", "5\\text{ cents}"},
      {"50\\%", "50^\\circ"},
      {"25^\\circ C", "25^\\circ F"},
      {"5\\text{ units left}", "5\\text{ units right}"},
      {"x=5", "y=5"},
      {"f(x)=2x", "g(x)=2x"},
      {"f'(x)=2x", "f(x)=2x"},
      {"f'(x)=2x", "y=2x"},
      {"1/2x", "\\frac{1}{2x}"},
      {"3\\text{ pm}", "3"},
      {"2x=4", "4"},
      {"xy=5", "5"},
      {"y^2=x", "x"},
      {"x+y=5", "5"},
      {"x=2-x", "2-x"},
      {"x=1, y=2", "1, 2"},
      {"\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}"},
      // Powers, indices and signs.
      {"x^{23}", "x^23"},
      {"\\frac{12}{3}", "\\frac123"},
      {"52_8", "52"},
      {"52_{81}", "52_81"},
      {"f\\circ g", "fg"},
      {"2\\cdot 3x", "23x"},
      {"f\\cdot(x)", "f(x)"},
      {"\\pm 2", "2"},
      {"\\pm 2", "-2"},
      {"1\\pm\\sqrt2", "1+\\sqrt2"},
      {"x > 3", "x \\ge 3"},
      {"(\\pm1, \\pm2)", "(1,2),(-1,-2)"},
      {"1,2,3", "1,2"},
  };
  for (const auto& [a, b] : kCases) {
    EXPECT_FALSE(Equivalent(a, b).equal || Equivalent(b, a).equal) << a << " and " << b;
    EXPECT_TRUE(Equivalent(a, a).equal && Equivalent(b, b).equal) << a << " and " << b;
  }
}

// One answer in two ways of writing.
TEST(AnswerPairsTest, WhatLooksDifferentAndIsAlike) {
  const std::tuple<const char*, const char*, const char*> kCases[] = {
      {"2,\\!100", "2100", "equal"},
      {"2{,}100", "2,100", "equal"},
      {"1\\,000", "1000", "equal"},
      {"10\\ 000", "10 000", "equal"},
      {"10 000", "10000", "equal"},
      {"1 234 567.5", "1,234,567.5", "equal"},
      {"(2,\\!100, 3)", "(2100,3)", "equal"},
      {"10\\,000/3", "\\frac{10000}{3}", "equal"},
      {"3 1/2", "7/2", "equal"},
      {"3 1/2", "3\\frac{1}{2}", "equal"},
      {"-3\\ 1/2", "-3.5", "equal"},
      {"12\\text{ thousand}", "12000", "equal"},
      {"3.5 million dollars", "\\$3,500,000", "equal"},
      {"3\\text{ dozen eggs}", "36", "equal"},
      {"2\\text{ pi}", "2\\pi", "equal"},
      {"50\\text{ percent}", "50\\%", "equal"},
      {"5\\text{ cm}", "5\\text{ centimeters}", "equal"},
      {"18\\text{ sq. ft.}", "18\\text{ square feet}", "equal"},
      {"60 mph", "60\\text{ miles per hour}", "equal"},
      {"100^\\circ C", "100\\text{ degrees Celsius}", "equal"},
      {"12\\text{ apples}", "12\\text{ red apples}", "equal"},
      {"12 red marbles", "12", "equal"},
      {"5cm", "5", "equal"},
      {"60\\text{ mi/h}", "60\\text{ miles per hour}", "equal"},
      {"5 and 6", "5, 6", "equal"},
      {"x = 1 \\text{ or } x = 2", "1,2", "equal"},
      {"AB = 5", "5", "equal"},
      {"\\text{Area} = 5", "5", "equal"},
      {"x\\in(2,5]", "(2,5]", "equal"},
      {"\\pm 2", "2,-2", "equal"},
      {"\\pm 2", "\\{-2, 2\\}", "equal"},
      {"1\\pm\\sqrt{2}", "1-\\sqrt2, 1+\\sqrt2", "equal"},
      {"\\{0,\\pm 2\\}", "-2,0,2", "equal"},
      {"\\frac{1\\pm\\sqrt5}{2}", "\\frac{1+\\sqrt5}{2},\\frac{1-\\sqrt5}{2}", "equal"},
      {"\\left(\\begin{array}{cc}1&2\\\\3&4\\end{array}\\right)", "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "equal"},
      {"\\begin{bmatrix}1\\\\2\\\\\\end{bmatrix}", "\\begin{pmatrix}1\\\\2\\end{pmatrix}", "equal"},
      {"\xCF\x80\xC2\xB2", "\\pi^2", "equal"},
      {"\xE2\x88\x9A"
       "12",
       "2\\sqrt{3}", "equal"},
      {"y=2x+3", "2x+3", "equal as text"},
      {"z=2x", "2x", "equal as text"},
      {"f(x) = 2x", "2x", "equal as text"},
      {"f(x) = 2x", "y = 2x", "equal as text"},
      {"m\\angle ABC = 30^\\circ", "30", "equal"},
      {"x/2", "\\frac{x}{2}", "equal as text"},
      {"-1/n", "-\\frac1n", "equal as text"},
      {"f^{-1}(x) = 2x", "2x", "equal as text"},
      {"a_{1} = 2n", "2n", "equal as text"},
      {"r=4\\sin\\theta", "4\\sin\\theta", "equal as text"},
      {"4sin \\theta", "4\\sin\\theta", "equal as text"},
      {"x \\geq 3", "x\\ge 3", "equal as text"},
      {"x \\leqslant 3", "x \xE2\x89\xA4 3", "equal as text"},
      {"x \\neq 3", "x\\ne3", "equal as text"},
      {"x^{2}", "x^2", "equal as text"},
      {"x^{{2}}", "x^2", "equal as text"},
      {"52_8", "52_{8}", "equal as text"},
      {"\\frac x2", "\\frac{x}{2}", "equal as text"},
      {"\\dfrac{x}{2}", "\\tfrac x 2", "equal as text"},
      {"\\sqrt{x}", "\\sqrt x", "equal as text"},
      {"\\sqrt[3]{x}", "\\sqrt[3]x", "equal as text"},
      {"\\text{(A)}", "A", "equal as text"},
      {"\\text{(A)}", "(A)", "equal as text"},
      {"\\textbf{(A)}", "\\text{A}", "equal as text"},
      {"\\text{No Solution}", "no solution.", "equal as text"},
      {"x_{\\text{max}}", "x_\\text{max}", "equal as text"},
      {"x_{\\text{max}}", "x_{max}", "equal as text"},
      {"2x\\text{ cm}", "2x", "equal as text"},
      {"1,100x", "1100x", "equal as text"},
      {"(x, 2, 100)", "(x,2,100)", "equal as text"},
      {"\\left(\\begin{array}{c}x\\\\1\\end{array}\\right)", "\\begin{pmatrix} x \\\\ 1 \\end{pmatrix}",
       "equal as text"},
      {"f^{\\prime}", "f'", "equal as text"},
      {"x \\lt 2", "x<2", "equal as text"},
      {"\\{x \\mid x > 2\\}", "\\lbrace x | x>2\\rbrace", "equal as text"},
      {"2\\cdot x", "2x", "equal as text"},
      {"3 * (x+1)", "3(x+1)", "equal as text"},
      {"\\operatorname{arcsin} x", "\\arcsin x", "equal as text"},
      {"\\mathbb{R}", "\\mathbb R", "equal as text"},
  };
  for (const auto& [a, b, expected] : kCases) {
    for (const auto& is : {Equivalent(a, b), Equivalent(b, a)}) {
      EXPECT_STREQ(EquivalenceName(is), expected) << a << " and " << b;
    }
  }
}

}  // namespace
}  // namespace evaluation
