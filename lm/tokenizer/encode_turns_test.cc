#include "lm/tokenizer/encode_turns.h"

#include "base/testing.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::testing::ElementsAre;

std::unique_ptr<Tokenizer> Make(const base::Json& json) {
  auto tokenizer = ParseTokenizer(json.dump(), "tokenizer.json");
  EXPECT_OK(tokenizer);
  return *std::move(tokenizer);
}

base::Json WithEnd(base::Json json, int id) {
  json["added_tokens"].push_back(SpecialToken("<|end|>", id));
  return json;
}

TEST(EncodeTurns, TogetherAreTheJointText) {
  const auto tokenizer = Make(TinyTokenizer({{"b", "c"}, {"a", "bc"}}));
  const PromptAndResponse whole = EncodePromptAndResponse(*tokenizer, {{"x a"}}, {{" a"}});
  EXPECT_THAT(whole.prompt, ElementsAre('x', ' ', 'a'));
  EXPECT_THAT(whole.response, ElementsAre(' ', 'a'));
}

TEST(EncodeTurns, ATokenAcrossTheBorderIsTheLaterTurns) {
  const auto tokenizer = Make(TinyTokenizer({{"b", "c"}, {"a", "bc"}}));
  const PromptAndResponse cut = EncodePromptAndResponse(*tokenizer, {{"xa"}}, {{"bcd"}});
  EXPECT_THAT(cut.prompt, ElementsAre('x'));
  EXPECT_THAT(cut.response, ElementsAre(257, 'd'));
  EXPECT_THAT(EncodeTurns(*tokenizer, {{{"a"}}, {{"b"}}, {{"c"}}, {{""}}, {{"a"}}}),
              ElementsAre(ElementsAre(), ElementsAre(), ElementsAre(257), ElementsAre(), ElementsAre('a')));
}

TEST(EncodeTurns, OnlyTheJointTextGetsASpaceMark) {
  const auto tokenizer = Make(TinyMetaspaceTokenizer({{"\u2581", "a"}}, {"\u2581", "a", "b"}));
  const int32_t b = 262;
  const PromptAndResponse turns = EncodePromptAndResponse(*tokenizer, {{"a"}}, {{"b"}});
  EXPECT_THAT(turns.prompt, ElementsAre(1, 259));
  EXPECT_THAT(turns.response, ElementsAre(b));
}

TEST(EncodeTurns, PutsBosOnce) {
  const auto tokenizer = Make(TinyMetaspaceTokenizer({{"\u2581", "a"}}, {"\u2581", "a"}));
  EXPECT_THAT(EncodePrompt(*tokenizer, {{"a"}}), ElementsAre(1, 259));
  EXPECT_THAT(EncodePrompt(*tokenizer, {{"<s>", SpecialText::kAsTokens}, {"a"}}), ElementsAre(1, 259));
  EXPECT_THAT(EncodePrompt(*tokenizer, {{"<s><s>a", SpecialText::kAsTokens}}), ElementsAre(1, 1, 259));
}

TEST(EncodeTurns, SpecialTokensAreFoundWhereTheyAreMeant) {
  const auto tokenizer = Make(WithEnd(TinyTokenizer({}), 300));
  EXPECT_THAT(EncodePrompt(*tokenizer, {{"<|end|>"}}), ElementsAre('<', '|', 'e', 'n', 'd', '|', '>'));
  EXPECT_THAT(EncodePrompt(*tokenizer, {{"a"}, {"<|end|>", SpecialText::kAsTokens}}), ElementsAre('a', 300));
}

}  // namespace
}  // namespace lm
