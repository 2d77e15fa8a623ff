#include "lm/tokenizer/tokenizer.h"

#include <ctime>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/testing.h"
#include "lm/tokenizer/bpe/bpe_trainer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

std::unique_ptr<Tokenizer> Make(const base::Json& json) {
  return ParseTokenizer(json.dump(), "tokenizer.json").value();
}

// l o w e r -(0: l o)-> lo w e r -(1: e r)-> lo w er -(2: lo w)-> low er -(3: low er)-> lower
TEST(Tokenizer, MergesByHand) {
  const auto tokenizer = Make(TinyTokenizer({{"l", "o"}, {"e", "r"}, {"lo", "w"}, {"low", "er"}}));
  EXPECT_THAT(tokenizer->Encode("lower"), ElementsAre(259));
  EXPECT_THAT(tokenizer->Encode("low"), ElementsAre(258));
  EXPECT_THAT(tokenizer->Encode("lowest"), ElementsAre(258, 'e', 's', 't'));
  EXPECT_THAT(tokenizer->Encode("slower"), ElementsAre('s', 259));
  EXPECT_THAT(tokenizer->Encode(""), ElementsAre());
  EXPECT_EQ(tokenizer->vocab_size(), 260);
}

TEST(Tokenizer, SpacesBelongToTheWordAfterThem) {
  // Words: "a", " a", " ", " a". The byte 32 is written U+0120.
  const auto tokenizer = Make(TinyTokenizer({{"\u0120", "a"}}));
  EXPECT_THAT(tokenizer->Encode("a a  a"), ElementsAre('a', 256, ' ', 256));
}

TEST(Tokenizer, WithoutRegexATextIsOneWord) {
  base::Json json = TinyTokenizer({{"a", "\u0120"}});
  EXPECT_THAT(Make(json)->Encode("a b"), ElementsAre('a', ' ', 'b'));
  json["pre_tokenizer"]["use_regex"] = false;
  EXPECT_THAT(Make(json)->Encode("a b"), ElementsAre(256, 'b'));
}

TEST(Tokenizer, MergesMayBePairs) {
  base::Json json = TinyTokenizer({{"l", "o"}, {"lo", "w"}});
  json["model"]["merges"] = base::Json::array({base::Json::array({"l", "o"}), base::Json::array({"lo", "w"})});
  EXPECT_THAT(Make(json)->Encode("low"), ElementsAre(257));
}

// The merges make "a" "bc" of "abc"; with ignore_merges the word's own token goes first.
TEST(Tokenizer, IgnoreMergesTakesWholeWords) {
  base::Json json = TinyTokenizer({{"b", "c"}, {"a", "b"}, {"ab", "c"}});
  EXPECT_THAT(Make(json)->Encode("abc abc"), ElementsAre('a', 256, ' ', 'a', 256));
  json["model"]["ignore_merges"] = true;
  EXPECT_THAT(Make(json)->Encode("abc abc"), ElementsAre(258, ' ', 'a', 256));
}

TEST(Tokenizer, SplitDigitsAndLiteralsComeBeforeTheBytes) {
  base::Json json = TinyTokenizer({{"1", "2"}, {"x", "y"}});
  const base::Json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", false}};
  const base::Json digits = {{"type", "Digits"}, {"individual_digits", true}};
  const base::Json literal = {{"type", "Split"}, {"pattern", {{"String", "x"}}}, {"behavior", "Isolated"}};
  json["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", base::Json::array({digits, literal, bytes})}};
  EXPECT_THAT(Make(json)->Encode("12xy"), ElementsAre('1', '2', 'x', 'y'));
  json["pre_tokenizer"] = {{"type", "Sequence"}, {"pretokenizers", base::Json::array({bytes})}};
  EXPECT_THAT(Make(json)->Encode("12xy"), ElementsAre(256, 257));
}

TEST(Tokenizer, SpecialTokensAreFoundAndLeftOut) {
  base::Json json = TinyTokenizer({{"h", "i"}});
  json["added_tokens"] =
      base::Json::array({SpecialToken("<|end|>", 300), SpecialToken("<|end|>s", 301), OrdinaryToken("hihi", 302)});
  const auto tokenizer = Make(json);
  EXPECT_THAT(tokenizer->Encode("hi<|end|>hi", SpecialText::kAsTokens), ElementsAre(256, 300, 256));
  EXPECT_THAT(tokenizer->Encode("<|end|><|end|>", SpecialText::kAsTokens), ElementsAre(300, 300));
  EXPECT_THAT(tokenizer->Encode("<|end|>s", SpecialText::kAsTokens), ElementsAre(301)) << "the longest";
  EXPECT_THAT(tokenizer->Encode("<|end|", SpecialText::kAsTokens), ElementsAre('<', '|', 'e', 'n', 'd', '|'))
      << "not the whole of it";
  EXPECT_THAT(tokenizer->Encode("hihihi", SpecialText::kAsTokens), ElementsAre(302, 256))
      << "an added token that is not special";
  EXPECT_EQ(tokenizer->Decode({256, 300, 302, 301}), "hihihi");
  EXPECT_EQ(tokenizer->vocab_size(), 303);
}

TEST(Tokenizer, TokensThatAreNotNormalizedAreFoundFirst) {
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = base::Json::array({OrdinaryToken("<a", 300), SpecialToken("a>", 301)});
  EXPECT_THAT(Make(json)->Encode("<a>", SpecialText::kAsTokens), ElementsAre('<', 301));
}

// As the Rust library has it: an added token whose characters are all those of bytes is bytes (U+00F1 is 0xF1's).
TEST(Tokenizer, AddedTokensOfByteSymbolsDecodeToBytes) {
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = base::Json::array({OrdinaryToken("ma\u00F1ana", 300), OrdinaryToken("\u00F1 x", 301)});
  const auto tokenizer = Make(json);
  EXPECT_EQ(tokenizer->Decode({300}), "ma\uFFFDana");
  EXPECT_EQ(tokenizer->Decode({300}, {true, /*replace_broken_utf8=*/false}),
            "ma\xF1"
            "ana");
  EXPECT_EQ(tokenizer->Decode({301}), "\u00F1 x");
}

// As the Rust library, and the same for whoever decodes.
TEST(Tokenizer, BytesThatAreNoTextAreReplacedOneByOne) {
  const auto tokenizer = Make(TinyMetaspaceTokenizer({}, {kSpaceMark, "a"}));
  const int32_t a = 260;
  const TokenIds ids = {a, 3 + 0xC3, 3 + 0xA9, 3 + 0xFF, a, 3 + 0xC3, 3 + 0xA9};
  EXPECT_EQ(tokenizer->Decode(ids), "a\uFFFD\uFFFD\uFFFDa\u00E9");
  EXPECT_EQ(tokenizer->Decode(ids, {true, /*replace_broken_utf8=*/false}),
            "a\u00E9\xFF"
            "a\u00E9");
}

TEST(Tokenizer, SpecialTokensOfTextAreNotFoundEvenByTheModel) {
  base::Json json = TinyTokenizer({});
  json["model"]["vocab"]["<s>"] = 256;
  json["model"]["ignore_merges"] = true;
  json["pre_tokenizer"]["use_regex"] = false;
  json["added_tokens"] = base::Json::array({SpecialToken("<s>", 256)});
  const auto tokenizer = Make(json);
  EXPECT_THAT(tokenizer->Encode("<s>", SpecialText::kAsTokens), ElementsAre(256));
  EXPECT_THAT(tokenizer->Encode("<s>"), ElementsAre('<', 's', '>'));
  EXPECT_THAT(tokenizer->EncodePieces({{"<s"}, {">", SpecialText::kAsTokens}}).ids, ElementsAre('<', 's', '>'));
  EXPECT_THAT(tokenizer->EncodePieces({{"<s", SpecialText::kAsTokens}, {">", SpecialText::kAsTokens}}).ids,
              ElementsAre(256));
}

TEST(Tokenizer, IdsThatNoTokenHasAreLeftOut) {
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = base::Json::array({SpecialToken("<s>", 300)});
  EXPECT_EQ(Make(json)->Decode({'a', -1, 299, 300, 301, 1 << 30, 'b'}), "ab");
}

TEST(Tokenizer, TokenIdAsWritten) {
  base::Json json = TinyTokenizer({{"\u0120", "a"}});
  json["added_tokens"] = base::Json::array({SpecialToken("<s>", 300)});
  const auto tokenizer = Make(json);
  EXPECT_THAT(tokenizer->TokenId("<s>"), Optional(300));
  EXPECT_THAT(tokenizer->TokenId("\u0120a"), Optional(256));
  EXPECT_EQ(tokenizer->TokenId(" a"), std::nullopt);
  EXPECT_EQ(tokenizer->TokenId(""), std::nullopt);
}

constexpr DecodeOptions kAsTheyAre = {/*skip_special_tokens=*/true, /*replace_broken_utf8=*/false};

std::unique_ptr<Tokenizer> Trained() {
  BpeTrainerOptions options;
  options.vocab_size = 400;
  options.special_tokens = {"<|pad|>", "<|endoftext|>"};
  std::vector<std::string> texts;
  for (int i = 0; i < 50; ++i) {
    texts.push_back(
        absl::StrCat("Question ", i, ": what's the caf\u00E9's \u65E5\u672C\u8A9E name?\n\nAnswer: ", i * i));
  }
  return ParseTokenizer(TrainByteLevelBpe(texts, options).value(), "trained").value();
}

TEST(Tokenizer, AnyBytesComeBack) {
  const auto tokenizer = Trained();
  base::RandomStream random(1, "lm/tokenizer_test/bytes");
  for (int i = 0; i < 10000; ++i) {
    std::string bytes(random.Below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    ASSERT_EQ(tokenizer->Decode(tokenizer->Encode(bytes), kAsTheyAre), bytes) << "string " << i;
  }
}

TEST(Tokenizer, MixturesOfTextAndBrokenTextComeBack) {
  const auto tokenizer = Trained();
  const std::vector<std::string> parts = {"a",
                                          "Question",
                                          " ",
                                          "  ",
                                          "\n",
                                          "\r\n",
                                          "12",
                                          "'s",
                                          "<|endoftext",
                                          "|>",
                                          "caf\u00E9",
                                          "e\u0301",
                                          "\u65E5\u672C",
                                          "\U0001F469\u200D\U0001F467",
                                          "\u0120",
                                          "\u00A0",
                                          "\u3000",
                                          "\uFFFD",
                                          "\xFF",
                                          "\xE6\x97",
                                          "\xED\xA0\x80",
                                          std::string(1, '\0')};
  base::RandomStream random(1, "lm/tokenizer_test/parts");
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (uint64_t n = random.Below(12); n > 0; --n) text += parts[random.Below(parts.size())];
    if (text.find("<|endoftext|>") != std::string::npos) continue;
    ASSERT_EQ(tokenizer->Decode(tokenizer->Encode(text), kAsTheyAre), text) << "text " << i;
  }
}

TEST(Tokenizer, AnyBytesComeBackByFallback) {
  const auto tokenizer =
      Make(TinyMetaspaceTokenizer({{"a", "b"}, {kSpaceMark, "a"}}, {kSpaceMark, "a", "b", "\u00E9"}));
  base::RandomStream random(1, "lm/tokenizer_test/fallback");
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random.Below(20), '\0');
    for (char& byte : bytes) byte = random.Below(2) == 0 ? "ab \xC3\xA9\xE2"[random.Below(6)] : random.Below(256);
    ASSERT_EQ(tokenizer->Decode(tokenizer->Encode(bytes), kAsTheyAre), bytes) << "string " << i;
  }
}

TEST(Tokenizer, TemplatesOfASequenceNest) {
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = base::Json::array({SpecialToken("<s>", 300), SpecialToken("</s>", 301)});
  const auto around = [](const char* before, int id_before, const char* after, int id_after) {
    const base::Json left = {{"SpecialToken", {{"id", before}}}}, text = {{"Sequence", {{"id", "A"}}}},
                     right = {{"SpecialToken", {{"id", after}}}};
    base::Json tokens;
    tokens[before]["ids"] = base::Json::array({id_before});
    tokens[after]["ids"] = base::Json::array({id_after});
    return base::Json{
        {"type", "TemplateProcessing"}, {"single", base::Json::array({left, text, right})}, {"special_tokens", tokens}};
  };
  json["post_processor"] = {
      {"type", "Sequence"},
      {"processors",
       base::Json::array({around("<s>", 300, "</s>", 301), {{"type", "ByteLevel"}}, around("a", 'a', "b", 'b')})}};
  EXPECT_THAT(Make(json)->AddSpecialTokens({'x'}), ElementsAre('a', 300, 'x', 301, 'b'));
}

TEST(Tokenizer, ThreadsAgree) {
  std::vector<std::string> texts;
  for (int i = 0; i < 400; ++i) texts.push_back(absl::StrCat("Question ", i % 37, ": name word", i, "?"));
  const auto tokenizer = Trained(), fresh = Trained();
  std::vector<TokenIds> one(texts.size()), many(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) one[i] = tokenizer->Encode(texts[i]);
  base::ParallelFor(texts.size(), 4, [&](int64_t i) { many[i] = fresh->Encode(texts[i]); });
  EXPECT_EQ(one, many);
}

// Quadratic time would be half an hour for each.
TEST(Tokenizer, AMegabyteWithoutASpaceTakesSecondsAtMost) {
  const auto tokenizer = Trained();
  const std::clock_t start = std::clock();
  for (const char* unit : {"a", "na", "\u65E5", "\xFF"}) {
    std::string text;
    while (text.size() < 1000000) text += unit;
    ASSERT_TRUE(tokenizer->Decode(tokenizer->Encode(text), kAsTheyAre) == text) << unit;
  }
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 20.0);
}

}  // namespace
}  // namespace lm
