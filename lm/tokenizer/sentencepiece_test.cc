// sentencepiece models, in a process that has protobuf of its own.
#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/testing.h"
#include "base/textproto/limits.pb.h"
#include "google/protobuf/text_format.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr char kMark[] = "\u2581";

base::Json Vocabulary() {
  const std::string mark = kMark;
  return TinyMetaspaceTokenizer(
      {{"t", "h"}, {"i", "n"}, {"th", "e"}, {mark, "the"}, {"in", "g"}, {"e", "r"}, {mark, mark}, {mark, "a"}},
      {mark, "t", "h", "e", "i", "n", "g", "r", "a", ".", "\u00E9", "\u65E5"});
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Load(const std::string& bytes) {
  return LoadTokenizer(base::WriteTestFile("tokenizer.model", bytes));
}

class SentencePiece : public ::testing::Test {
 protected:
  // The library is there where the harness builds; only the address sanitizer keeps it out.
  void SetUp() override {
#if __has_feature(address_sanitizer)
    GTEST_SKIP() << "libsentencepiece is not loaded into programs with the address sanitizer";
#endif
  }
};

TEST_F(SentencePiece, EncodesAndDecodes) {
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(SentencePieceModelOf(Vocabulary())));
  const auto id = [&](const std::string& token) { return tokenizer->TokenId(token).value(); };
  const std::string mark = kMark;
  EXPECT_THAT(tokenizer->Encode("the thing"), ElementsAre(id(mark + "the"), id(mark), id("th"), id("ing")));
  EXPECT_THAT(tokenizer->Encode("x"), ElementsAre(id(mark), id("<0x78>")));
  EXPECT_THAT(tokenizer->Encode(""), ElementsAre());
  EXPECT_THAT(tokenizer->Encode("<s>a", SpecialText::kAsTokens), ElementsAre(1, id(mark + "a")));
  EXPECT_THAT(tokenizer->AddSpecialTokens({5}), ElementsAre(1, 5));
  EXPECT_THAT(tokenizer->Token(1), Optional(std::string("<s>")));
  EXPECT_EQ(tokenizer->Token(-1), std::nullopt);
  EXPECT_EQ(tokenizer->TokenId("the"), id("the"));
  EXPECT_EQ(tokenizer->TokenId("absent"), std::nullopt);
  EXPECT_EQ(tokenizer->vocab_size(), 3 + 256 + 8 + 12);
  EXPECT_EQ(tokenizer->Decode(tokenizer->Encode(" the  r\u00E9\u0301\n x")), " the  r\u00E9\u0301\n x");
  EXPECT_EQ(tokenizer->Decode({1, id(mark + "the"), 2}, {/*skip_special_tokens=*/false}), "<s> the</s>");
  EXPECT_EQ(tokenizer->Decode({1, id(mark + "the"), 2, 1 << 20}), "the");
}

// Two implementations of one rule: the library's BPE, and ours on the tokenizer.json with the same vocabulary.
TEST_F(SentencePiece, AgreesWithTheTokenizerJsonOfTheSameVocabulary) {
  ASSERT_OK_AND_ASSIGN(const auto theirs, Load(SentencePieceModelOf(Vocabulary())));
  ASSERT_OK_AND_ASSIGN(const auto ours, ParseTokenizer(Vocabulary().dump(), "tokenizer.json"));
  const std::vector<std::string> parts = {"the", "thing",  "er",     " ",          "  ",    "a",
                                          "t",   "\n",     "<s>",    "</s",        "<unk>", "x",
                                          ".",   "\u00E9", "\u65E5", "\U0001F642", kMark,   "e\u0301"};
  base::RandomStream random(1, "lm/sentencepiece_test");
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (uint64_t n = random.Below(12); n > 0; --n) text += parts[random.Below(parts.size())];
    const TokenIds ids = ours->Encode(text, SpecialText::kAsTokens);
    ASSERT_EQ(theirs->Encode(text, SpecialText::kAsTokens), ids) << text;
    ASSERT_EQ(theirs->Decode(ids), ours->Decode(ids)) << text;
  }
}

// Interposed symbols would crash either side.
TEST_F(SentencePiece, WorksBesideProtobuf) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(SentencePieceModelOf(Vocabulary())));
    EXPECT_EQ(tokenizer->Decode(tokenizer->Encode("the thing")), "the thing");
    sami_harness::Limits limits, copy;
    limits.set_min(round);
    limits.set_required(true);
    std::string text;
    ASSERT_TRUE(google::protobuf::TextFormat::PrintToString(limits, &text));
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &copy));
    EXPECT_EQ(copy.SerializeAsString(), limits.SerializeAsString());
    EXPECT_EQ(copy.min(), round);
  }
}

TEST_F(SentencePiece, ABrokenFileIsNamed) {
  for (const std::string& bytes : {std::string(), std::string("{\"model\": 1}"), std::string(100, '\xFF'),
                                   SentencePieceModelOf(Vocabulary()).substr(0, 1000)}) {
    EXPECT_THAT(Load(bytes), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tokenizer.model: is no")));
  }
}

// Found by lm/fuzz: the library threw.
TEST_F(SentencePiece, APieceWithoutBytesIsRefused) {
  std::string bytes = SentencePieceModelOf(Vocabulary());
  const size_t type = bytes.find("\x18\x02\x20");  // of the trainer's settings: BPE, then the number of pieces
  ASSERT_NE(type, std::string::npos);
  bytes[type + 1] = 1;  // Unigram, which has a trie
  ASSERT_OK(Load(bytes));
  const std::string empty("\x0a\x09\x0a\x00\x15\x00\x00\x00\x00\x18\x01", 11);
  // Its words quote the file.
  const std::string bell("\x0a\x0a\x0a\x01\x07\x15\x00\x00\x00\x00\x18\x03", 12);
  const auto twice = Load(bell + bell + bytes);
  ASSERT_THAT(twice, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tokenizer.model: is no")));
  for (const char c : twice.status().message()) EXPECT_GE(c, ' ') << twice.status();
  EXPECT_THAT(Load(empty + bytes), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tokenizer.model: is no")));
}

TEST_F(SentencePiece, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(SentencePieceModelOf(Vocabulary())));
  EXPECT_EQ(tokenizer->Decode(tokenizer->Encode("a\xFFt")), "a\uFFFDt");
}

}  // namespace
}  // namespace lm
