#include "evaluation/math/latex/latex.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::testing::Eq;
using ::testing::Optional;

// Tokens with a space behind each; "'" before words, "#" before unit signs.
std::string Read(absl::string_view text) {
  std::string all;
  for (const LatexToken& token : ReadLatex(text)) {
    const char* const mark = token.kind == LatexToken::Kind::kWord   ? "'"
                             : token.kind == LatexToken::Kind::kUnit ? "#"
                                                                     : "";
    absl::StrAppend(&all, mark, token.text, " ");
  }
  return all;
}

void Expect(const std::vector<std::pair<const char*, const char*>>& cases) {
  for (const auto& [text, expected] : cases) EXPECT_EQ(Read(text), expected) << text;
}

TEST(ReadLatexTest, NumbersWithThousands) {
  for (const char* text : {"1000", "1,000", "1{,}000", "1{,} 000", "1,\\!000", "1\\,000", "1\\ 000", "1~000", "1 000"})
    EXPECT_EQ(Read(text), "1000 ") << text;
  Expect({
      {"1,000,000.25", "1000000.25 "},
      {".5", "0.5 "},
      {"1, 000", "1 , 000 "},
      {"1,\\ 000", "1 , 000 "},
      {"1, \\! 000", "1000 "},
      {"1,000 000", "1000 000 "},  // two kinds of marks
      {"1,0000", "1 , 0000 "},
      {"1234,567", "1234 , 567 "},
      {"0,123", "0 , 123 "},
      {"(1,000)", "( 1 , 000 ) "},
      {"(1{,}000)", "( 1000 ) "},
      {"\\{1,000\\}", "\\{ 1 , 000 \\} "},
      {"1 100/200", "1 100 / 200 "},
      {"7.", "7 "},
  });
}

TEST(ReadLatexTest, ArgumentsOfOneDigit) {
  Expect({
      {"\\frac12", "\\frac 1 2 "},
      {"\\dfrac123", "\\frac 1 2 3 "},
      {"\\frac{12}3", "\\frac 12 3 "},
      {"x^23", "x ^ 2 3 "},
      {"x^{23}", "x ^ 23 "},
      {"\\sqrt[3]27", "\\sqrt [ 3 ] 2 7 "},
      {"\\sqrt{27}", "\\sqrt 27 "},
  });
}

TEST(ReadLatexTest, BracesAndBracketsThatSayNothing) {
  Expect({
      {"{{x}}", "x "},
      {"{xy}", "{ x y } "},
      {"{\\frac}12", "{ \\frac } 12 "},
      {"}{", "} { "},
      {"\\left(\\begin{array}{cc}1\\\\\\end{array}\\right)", "\\begin{matrix} 1 \\end{matrix} "},
      {"|\\begin{matrix}1\\end{matrix}|", "\\begin{vmatrix} 1 \\end{vmatrix} "},
      {"(\\begin{pmatrix}1\\end{pmatrix}]", "( \\begin{matrix} 1 \\end{matrix} ] "},
      {"\\left.x\\right|_2", "x | _ 2 "},
  });
}

TEST(ReadLatexTest, WordsAndUnits) {
  Expect({
      {"5\\text{ cm}^2", "5 'cm ^ 2 "},
      {"\\text{no {x} yes} z", "'no 'x 'yes z "},
      {"x_\\text{max}y", "x _ { 'max } y "},
      {"\\$5 50\\% 3^\\circ 4^{\\circ} C", "#dollar 5 50 #percent 3 #degree 4 #degree #celsius "},
      {"f \\circ g", "f \\circ g "},
      {"2pi sinx", "2 \\pi s i n x "},
      {"\\text{open", "{ o p e n "},
      {"\\", ""},
  });
}

TEST(LastBoxedTest, BracesAreBalanced) {
  EXPECT_THAT(LastBoxed("\\boxed{1} then \\boxed{\\frac{1}{2}}."), Optional(Eq("\\frac{1}{2}")));
  EXPECT_THAT(LastBoxed("\\boxed{\\{1,2\\}}"), Optional(Eq("\\{1,2\\}")));
  EXPECT_THAT(LastBoxed("$\\boxed 5$"), Optional(Eq("5")));
  EXPECT_THAT(LastBoxed("\\fbox{a} \\boxed{b"), Optional(Eq("a")));  // the last that is closed
  EXPECT_EQ(LastBoxed("\\boxed"), absl::nullopt);
  EXPECT_EQ(LastBoxed("boxed{1}"), absl::nullopt);
}

}  // namespace
}  // namespace evaluation
