// Time grows in proportion to the text, whatever the text.
#include <algorithm>
#include <ctime>
#include <limits>

#include "base/testing.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::base::Json;

constexpr char kWords[] =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

Json Bytes() {
  Json json =
      TinyTokenizer({{"a", "a"}, {"aa", "aa"}, {"\u0120", "\u0120"}, {"\u0120\u0120", "\u0120\u0120"}, {"a", "b"}});
  const Json split = {{"type", "Split"}, {"pattern", {{"Regex", kWords}}}, {"behavior", "Isolated"}};
  const Json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  json["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", Json::array({split, bytes})}};
  json["normalizer"] = {{"type", "NFC"}};
  json["added_tokens"] =
      Json::array({SpecialToken("<|end|>", 300), SpecialToken("<|a|>", 301), SpecialToken("\n\n", 302)});
  for (const char* flag : {"lstrip", "rstrip", "single_word"}) json["added_tokens"][2][flag] = true;
  return json;
}

Json Characters() {
  const std::string mark = kSpaceMark;
  return TinyMetaspaceTokenizer({{"a", "a"}, {"aa", "aa"}, {mark, mark}, {mark + mark, mark + mark}, {mark, "a"}},
                                {mark, "a", "b"});
}

std::string Repeated(absl::string_view unit, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text.append(unit.data(), unit.size());
  return text;
}

// The least of some runs: what other work on the machine adds is left out.
double EncodeSeconds(const Tokenizer& tokenizer, const std::string& text) {
  double least = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 2; ++run) {
    const std::clock_t start = std::clock();
    const TokenIds ids = tokenizer.Encode(text);
    tokenizer.Decode(ids, {false, true});
    least = std::min(least, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

class Scaling : public ::testing::TestWithParam<std::string> {};

// Eight times the text takes eight times as long, and up to twice that when it leaves the caches; quadratic time would
// be 64 times. The bound of 32 is the geometric mean of the two; what is under 2 ms is too short to tell.
TEST_P(Scaling, EightTimesTheTextTakesFarLessThanSixtyFourTimesTheTime) {
  for (const Json& json : {Bytes(), Characters()}) {
    const auto tokenizer = ParseTokenizer(json.dump(), "tokenizer.json").value();
    const double small = EncodeSeconds(*tokenizer, Repeated(GetParam(), 1 << 14));
    const double large = EncodeSeconds(*tokenizer, Repeated(GetParam(), 1 << 17));
    EXPECT_LT(large, 32 * std::max(small, 0.002));
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, Scaling,
                         ::testing::Values("a", " ", "  a", "\n", " \n", "ab", "a ", "1", "!", "\t ", "'s", "<|",
                                           "<|end|", "<|a|>", "\u0301", "\u0301\u0316", "e\u0301\u0323", "\u1100\u1161",
                                           "\u3000", "\u65E5", "\xFF", "a\xFF", "\xE6\x97", "\U0001F469\u200D",
                                           "\u2581"));

TEST(TokenizerScaling, TenMegabytesOnOneLine) {
  for (const auto& [json, unit] : {std::make_pair(Bytes(), "a"), std::make_pair(Characters(), "some words, 12; ")}) {
    const auto tokenizer = ParseTokenizer(json.dump(), "tokenizer.json").value();
    const std::string text = Repeated(unit, 10000000);
    const std::clock_t start = std::clock();
    EXPECT_TRUE(tokenizer->Decode(tokenizer->Encode(text), {true, /*replace_broken_utf8=*/false}) == text) << unit;
    // A tenth of this is usual; quadratic time would be days.
    EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 60.0);
  }
}

}  // namespace
}  // namespace lm
