#include "evaluation/numbers/plain_text.h"

#include "base/testing.h"

namespace evaluation {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Plain(absl::string_view text) { return ToPlainText(text).text; }

TEST(PlainTextTest, CharactersOfOtherDress) {
  EXPECT_EQ(Plain("\uFF21\uFF11\uFF1A \u0663\u0966"), "a1:  30");
  EXPECT_EQ(Plain("1\u00A02\u20093"), "1\v2\v3");
  EXPECT_EQ(Plain("\u22125 \u20136"), "-5 -6");
  EXPECT_EQ(Plain("10\u00B9\u00B2 m\u00B2"), "10^12 m^2");
  EXPECT_EQ(Plain("2\u00BD \u00BE"), "2 1/2 3/4");
  EXPECT_EQ(Plain("3\u20AC\u200B $4"), "3\x06 $4");
  EXPECT_EQ(Plain("\xFF\xC3("), "\xFF\xC3(");  // no UTF-8
  EXPECT_EQ(Plain("\u00E9\u7B54"), "\u00E9\u7B54");
}

TEST(PlainTextTest, Latex) {
  EXPECT_EQ(Plain("\\boxed{\\$1{,}234}"), "\x03{$1,234}");
  EXPECT_EQ(Plain("\\dfrac{1}{2}\\,\\text{ cm}"), "\x02{1}{2}\v{ cm}");
  EXPECT_EQ(Plain("2\\times3 \\approx 6\\%"), "2*3 = 6%");
  EXPECT_EQ(Plain("\\left(3\\right) \\unknown5"), "(3)  5");
  EXPECT_EQ(Plain("a\\"), "a");
}

TEST(PlainTextTest, Markdown) {
  const PlainText plain = ToPlainText("**18** *x* 2*3 2 * 3 `7` ~~8~~9 a_b _c_");
  EXPECT_EQ(plain.text, "18 x 2*3 2 * 3 7 9 a_b c");
  EXPECT_THAT(plain.bold, ElementsAre(0, 2));
  EXPECT_THAT(ToPlainText("**open\nnext").bold, IsEmpty());
  EXPECT_EQ(Plain("2**5"), "2^5");
  EXPECT_EQ(Plain("* item\n* item"), " item\n item");
  EXPECT_EQ(Plain("3 days * 6 hours, *so* 18"), "3 days * 6 hours, so 18");
  EXPECT_EQ(Plain("4x5 4 x 5 4x+5 <<2*3=6>>6"), "4*5 4 * 5 4x+5 6");
}

}  // namespace
}  // namespace evaluation
