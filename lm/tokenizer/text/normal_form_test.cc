#include "lm/tokenizer/text/normal_form.h"

#include <utf8proc.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/tokenizer/text/unicode.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

std::string ToNfc(absl::string_view text) { return ToNormalForm(NormalForm::kNfc, {text}).text; }

TEST(Nfc, ComposesAndOrders) {
  EXPECT_EQ(ToNfc(""), "");
  EXPECT_EQ(ToNfc("plain \u00E9"), "plain \u00E9");
  EXPECT_EQ(ToNfc("e\u0301"), "\u00E9");
  EXPECT_EQ(ToNfc("\u00E9\u0301"), "\u00E9\u0301") << "one is full";
  EXPECT_EQ(ToNfc("a\u0302\u0323"), "\u1EAD") << "a mark below goes before a mark above";
  EXPECT_EQ(ToNfc("\u1100\u1161\u11A8"), "\uAC01") << "Hangul";
  EXPECT_EQ(ToNfc("\uAC00\u11A8"), "\uAC01");
  EXPECT_EQ(ToNfc("\u212B"), "\u00C5") << "a character that always changes";
  EXPECT_EQ(ToNfc("\u0958"), "\u0915\u093C") << "one that composition leaves out";
  EXPECT_EQ(ToNfc("\u0301"), "\u0301") << "a mark that has no letter";
  EXPECT_EQ(ToNfc("\uFB01"), "\uFB01") << "compatible is not equivalent";
}

TEST(Nfc, BrokenBytesStayAndSeparate) {
  EXPECT_EQ(ToNfc("\xFF"), "\xFF");
  EXPECT_EQ(ToNfc("e\xFF\u0301"), "e\xFF\u0301");
  EXPECT_EQ(ToNfc("e\x80\u0301x\u0301"), "e\x80\u0301x\u0301");
  EXPECT_EQ(ToNfc("\xC3\xC3\xA9\u0301e\u0301"), "\xC3\u00E9\u0301\u00E9");
}

// utf8proc as a whole, which sorts marks in its own way.
TEST(Nfc, AgreesWithUtf8procOnRandomText) {
  const std::vector<char32_t> drawn = {'a',    'e',    ' ',    0xE9,   0x301,  0x302,  0x323,  0x31B,   0x345,
                                       0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x212B, 0x958,  0x9C7,   0x9BE,
                                       0x439,  0x438,  0x306,  0x3B1,  0x1F82, 0x4E00, 0xF900, 0x1D15E, 0x1F642,
                                       0xDD9,  0xDCF,  0xDCA,  0x3099, 0x304B, 0x5D0,  0x5B7,  0x5BC,   0x200D};
  base::RandomStream random(1, "lm/nfc_test");
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (uint64_t n = 1 + random.Below(10); n > 0; --n) {
      // One in four from all of the first planes.
      char32_t c = random.Below(4) > 0 ? drawn[random.Below(drawn.size())] : 1 + random.Below(0x2FFFF);
      if ((c >= 0xD800 && c < 0xE000) || IsYoungerThanUnicode9(c)) c = 'x';
      AppendUtf8(c, text);
    }
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.c_str());
    const std::vector<TextSpan> spans = OwnSpans(text);
    for (const auto& [form, expected] :
         {std::make_pair(NormalForm::kNfc, utf8proc_NFC(bytes)), std::make_pair(NormalForm::kNfd, utf8proc_NFD(bytes)),
          std::make_pair(NormalForm::kNfkc, utf8proc_NFKC(bytes)),
          std::make_pair(NormalForm::kNfkd, utf8proc_NFKD(bytes))}) {
      ASSERT_NE(expected, nullptr);
      const AlignedText ours = ToNormalForm(form, {text, spans.data()});
      ASSERT_EQ(ours.text, reinterpret_cast<const char*>(expected)) << text;
      ASSERT_EQ(ours.spans.size(), ours.text.size());
      ASSERT_EQ(ToNormalForm(form, {text}).text, ours.text);
      std::free(expected);
    }
  }
}

}  // namespace
}  // namespace lm
