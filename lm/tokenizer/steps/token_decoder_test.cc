#include "lm/tokenizer/steps/token_decoder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lm/tokenizer/text/utf8.h"

namespace lm {
namespace {

using Kind = DecoderStep::Kind;

DecoderStep Step(Kind kind, std::string content = "") {
  DecoderStep step;
  step.kind = kind;
  step.content = std::move(content);
  return step;
}

std::string Decoded(const std::vector<DecoderStep>& steps, const std::vector<std::string>& tokens,
                    bool replace = false) {
  const TokenDecoder decoder(steps);
  std::vector<std::string> prepared;
  for (const std::string& token : tokens) prepared.push_back(decoder.Prepare(token));
  return decoder.Join({prepared.begin(), prepared.end()}, replace);
}

TEST(TokenDecoder, ByteTokensFormCharacters) {
  const std::vector<DecoderStep> steps = {Step(Kind::kByteFallback)};
  EXPECT_EQ(Decoded(steps, {"a", "<0xC3>", "<0xA9>", "b"}), "a\u00E9b");
  EXPECT_EQ(Decoded(steps, {"<0xC3>", "<0xA9>", "<0xFF>"}), "\u00E9\xFF");
  EXPECT_EQ(Decoded(steps, {"<0xC3>", "<0xA9>", "<0xFF>"}, true), "\uFFFD\uFFFD\uFFFD") << "the run as a whole";
  EXPECT_EQ(Decoded(steps, {"<0xC3>", "x", "<0xA9>"}, true), "\uFFFDx\uFFFD");
  EXPECT_EQ(Decoded(steps, {"<0xZZ>", "<0x4>", "<0xc3>", "<0xa9>"}), "<0xZZ><0x4>\u00E9");
}

TEST(TokenDecoder, StripLooksAtEveryTokenThatIsNotFused) {
  DecoderStep strip = Step(Kind::kStrip, " ");
  strip.start = 1;
  strip.stop = 2;
  EXPECT_EQ(Decoded({strip}, {"  a   ", " b"}), " a b");
  EXPECT_EQ(Decoded({Step(Kind::kFuse), strip}, {"  a   ", " b"}), " a    b");
  EXPECT_EQ(Decoded({strip}, {" "}), "");
}

TEST(TokenDecoder, MetaspaceDropsTheMarksOfTheFirstToken) {
  DecoderStep metaspace = Step(Kind::kMetaspace, "_");
  EXPECT_EQ(Decoded({metaspace}, {"_a_", "_b"}), " a  b");
  metaspace.strip_first = true;
  EXPECT_EQ(Decoded({metaspace}, {"_a_", "_b"}), "a b");
}

TEST(TokenDecoder, SymbolsAreBytesUnlessATokenHasOtherCharacters) {
  const TokenDecoder decoder({Step(Kind::kByteLevel)});
  EXPECT_EQ(decoder.Prepare("\u0120"), " ");
  EXPECT_EQ(decoder.Prepare("\u00F1"), "\xF1");
  EXPECT_EQ(decoder.Prepare("\u0120\u65E5"), "\u0120\u65E5");
}

TEST(TokenDecoder, SpacesGoBetweenWords) {
  EXPECT_EQ(Decoded({Step(Kind::kSpaces)}, {"a", "b"}), "a b");
  EXPECT_EQ(Decoded({Step(Kind::kWordPiece, "##")}, {"##a", "##b", "c"}), "##ab c");
  EXPECT_EQ(Decoded({Step(Kind::kSuffix, "</w>")}, {"a", "b</w>", "c</w>"}), "ab c");
  EXPECT_EQ(Decoded({Step(Kind::kWordPiece, "##"), Step(Kind::kCleanUp)}, {"it", "'s", "so", "."}), "it's so.");
}

TEST(TokenDecoder, ReplacesAnExpressionInEveryToken) {
  DecoderStep step = Step(Kind::kReplace, "-");
  step.pattern = SplitPattern::Compile("[_.]+").value();
  EXPECT_EQ(Decoded({step}, {"_.a", "."}), "-a-");
}

TEST(Utf8, EveryMaximalPartIsReplacedOnce) {
  EXPECT_EQ(ReplaceBrokenUtf8("a\u00E9"), "a\u00E9");
  EXPECT_EQ(ReplaceBrokenUtf8("\xE6\x97"), "\uFFFD");
  EXPECT_EQ(ReplaceBrokenUtf8("\xE6\x97z"), "\uFFFDz");
  EXPECT_EQ(ReplaceBrokenUtf8("\xFF\xFF"), "\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceBrokenUtf8("\xF0\x9F\x99\xE6\x97"), "\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceBrokenUtf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(ReplaceBrokenUtf8("\xC0\x80"), "\uFFFD\uFFFD");
}

}  // namespace
}  // namespace lm
