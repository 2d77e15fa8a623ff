// Properties of all characters, compared with a recording of the Rust tokenizers 0.23.3: how many characters have each,
// and a number of them all. Every character but the surrogates was asked for alone.
#include "lm/tokenizer/text/unicode.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/tokenizer/text/normal_form.h"
#include "lm/tokenizer/text/pattern.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

void ForEachCharacter(absl::FunctionRef<void(char32_t)> use) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c < 0xD800 || c > 0xDFFF) use(c);
  }
}

// h = 31 h + c over the characters in ascending order, modulo 2^64.
class Digest {
 public:
  void Add(char32_t c) { hash_ = hash_ * 31 + c; }
  void Count() { ++count_; }
  int count() const { return count_; }
  uint64_t hash() const { return hash_; }

 private:
  int count_ = 0;
  uint64_t hash_ = 0;
};

struct Property {
  const char* name;
  int count;
  uint64_t hash;
};

TEST(Unicode, CharactersHaveTheRecordedProperties) {
  struct Row {
    Property expected;
    bool (*has)(char32_t);
  };
  const Row rows[] = {
      {{"word", 144667, 0xADD6049857A77C64U}, IsWordCharacter},
      {{"punctuation", 726, 0xD716079DC715F353U}, IsPunctuation},
      {{"numeric", 1924, 0x7D68C2664292A1D1U}, IsNumeric},
      {{"space", 25, 0x5CBF1429C16BF75AU}, IsSpaceCharacter},
      {{"combining mark", 2097, 0x17250F9F11B31179U}, IsCombiningMark},
      // Marks that vanish, of those that do not change before.
      {{"nonspacing mark", 1567, 0xC7A1EEB6D9DC3B9EU}, IsNonspacingMark},
      {{"Chinese", 81264, 0xCF21C3E33B31AEB8U}, IsCjkIdeograph},
  };
  for (const auto& [expected, has] : rows) {
    Digest digest;
    ForEachCharacter([&, has = has](char32_t c) {
      if (!has(c)) return;
      digest.Count();
      digest.Add(c);
    });
    EXPECT_EQ(digest.count(), expected.count) << expected.name;
    EXPECT_EQ(digest.hash(), expected.hash) << expected.name;
  }
}

TEST(Unicode, CharactersHaveTheRecordedLowercase) {
  Digest digest;
  ForEachCharacter([&](char32_t c) {
    std::u32string lower;
    AppendLowercase(c, lower);
    if (lower == std::u32string(1, c)) return;
    digest.Count();
    digest.Add(c);
    for (const char32_t x : lower) digest.Add(x);
  });
  EXPECT_EQ(digest.count(), 1488);
  EXPECT_EQ(digest.hash(), 0x9EEC1AB12FD3019AU);
}

TEST(Unicode, CharactersHaveTheRecordedNormalForms) {
  struct Row {
    NormalForm form;
    int count;
    uint64_t hash;
  };
  for (const auto& [form, count, hash] :
       {Row{NormalForm::kNfc, 1120, 0xBCE7628FE68AE988U}, Row{NormalForm::kNfd, 13232, 0x28F373303F7D239CU},
        Row{NormalForm::kNfkc, 4794, 0x8F3DA226FBFAB236U}, Row{NormalForm::kNfkd, 16894, 0xAF1DEC45BBD858C7U}}) {
    Digest digest;
    ForEachCharacter([&, form = form](char32_t c) {
      std::string text;
      AppendUtf8(c, text);
      const std::string normal = ToNormalForm(form, {text}).text;
      if (normal == text) return;
      digest.Count();
      digest.Add(c);
      for (size_t at = 0, size; at < normal.size(); at += size) {
        size = LeadingCharacterSize(absl::string_view(normal).substr(at));
        digest.Add(CodePoint(normal.data() + at, size));
      }
    });
    EXPECT_EQ(digest.count(), count) << static_cast<int>(form);
    EXPECT_EQ(digest.hash(), hash) << static_cast<int>(form);
  }
}

// Whatever the Unicode version of the PCRE2 at hand, up to 16.
TEST(Unicode, PatternsMatchTheRecordedCharacters) {
  std::string all;
  ForEachCharacter([&](char32_t c) { AppendUtf8(c, all); });
  const Property rows[] = {
      {"\\d", 760, 0xF217E0EA40761EDCU},
      {"\\p{Cc}", 65, 0x4F2F838855DF867FU},
      {"\\p{Cf}", 170, 0xA4443C96904F34DBU},
      {"\\p{Cn}", 819533, 0xC3A0C43C724EA23EU},
      {"\\p{Co}", 137468, 0xA46D50E6EA43483EU},
      {"\\p{Ll}", 2258, 0xC85568687F0EB033U},
      {"\\p{Lm}", 404, 0xC2032E88BEE4A160U},
      {"\\p{Lo}", 136477, 0x536FFB3C9671DD90U},
      {"\\p{Lt}", 31, 0xC7333049554C4736U},
      {"\\p{Lu}", 1858, 0xE1532FA283405AE1U},
      {"\\p{Mc}", 468, 0xFC1EC47962EF7351U},
      {"\\p{Me}", 13, 0x726CA8934644C44DU},
      {"\\p{Mn}", 2020, 0x90F476F01512F34DU},
      {"\\p{Nd}", 760, 0xF217E0EA40761EDCU},
      {"\\p{Nl}", 236, 0xAB8D523597014E2BU},
      {"\\p{No}", 915, 0xC4E7AD8EB517869AU},
      {"\\p{Pc}", 10, 0x0022C6DB2E6A72E6U},
      {"\\p{Pd}", 27, 0x3E3DBBF42253A37FU},
      {"\\p{Pe}", 77, 0x4E91EEB3D132F04AU},
      {"\\p{Pf}", 10, 0x002B4B584A0F1A44U},
      {"\\p{Pi}", 12, 0x9CDDFBC8CFA4A291U},
      {"\\p{Po}", 640, 0xEE644501216676ACU},
      {"\\p{Ps}", 79, 0x90F25F81E388C0E1U},
      {"\\p{Sc}", 63, 0xE862A43C513475E9U},
      {"\\p{Sk}", 125, 0xD9D93C47AC907178U},
      {"\\p{Sm}", 950, 0x002A1CB60348455DU},
      {"\\p{So}", 7376, 0x42D9600E9EF2D37DU},
      {"\\p{Zl}", 1, 0x0000000000002028U},
      {"\\p{Zp}", 1, 0x0000000000002029U},
      {"\\p{Zs}", 17, 0xA6DE0AD03727172BU},
      {"\\s", 25, 0x5CBF1429C16BF75AU},
      {"\\w", 144671, 0xDD74BC7096E8F460U},
      {"\\p{Han}", 99030, 0x7F0F78B9381004D2U},
      {"\\p{Hiragana}", 381, 0xDDDB51C2EDC88C84U},
      {"\\p{Katakana}", 321, 0xCEE22E11F8AE9727U},
      {"\\p{Hangul}", 11739, 0x1C2230A02019BC7BU},
      {"\\p{Latin}", 1487, 0x7AD192B0AFFF3040U},
      {"\\p{Thai}", 86, 0xE9783C5F3142FA4BU},
  };
  for (const auto& [pattern, count, hash] : rows) {
    const absl::StatusOr<SplitPattern> compiled = SplitPattern::Compile(pattern);
    ASSERT_TRUE(compiled.ok()) << pattern;
    Digest digest;
    compiled->ForEachMatch(all, [&](size_t begin, size_t end) {
      digest.Count();
      digest.Add(CodePoint(all.data() + begin, end - begin));
    });
    EXPECT_EQ(digest.count(), count) << pattern;
    EXPECT_EQ(digest.hash(), hash) << pattern;
  }
}

}  // namespace
}  // namespace lm
