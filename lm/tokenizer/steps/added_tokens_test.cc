#include "lm/tokenizer/steps/added_tokens.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lm {
namespace {

using ::testing::ElementsAre;

AddedToken Token(const std::string& content, int32_t id) {
  AddedToken token;
  token.content = content;
  token.id = id;
  return token;
}

// Text in brackets, tokens as their ids.
std::vector<std::string> Split(const std::vector<AddedToken>& tokens, absl::string_view text) {
  std::vector<std::string> parts;
  AddedTokens(tokens).Split(
      text, [&](absl::string_view piece) { parts.push_back(absl::StrCat("[", piece, "]")); },
      [&](int32_t id) { parts.push_back(absl::StrCat(id)); });
  return parts;
}

TEST(AddedTokens, TheLongestAtAPlace) {
  EXPECT_THAT(Split({Token("<a>", 1), Token("<a>b", 2), Token("c", 3)}, "x<a>bc<a>"),
              ElementsAre("[x]", "2", "3", "1"));
  EXPECT_THAT(Split({}, "abc"), ElementsAre("[abc]"));
  EXPECT_THAT(Split({Token("a", 1)}, ""), ElementsAre());
}

TEST(AddedTokens, StrippingTakesWhiteSpace) {
  AddedToken left = Token("<l>", 1), right = Token("<r>", 2);
  left.lstrip = right.rstrip = true;
  EXPECT_THAT(Split({left, right}, "a \t\u3000<l> b"), ElementsAre("[a]", "1", "[ b]"));
  EXPECT_THAT(Split({left, right}, "a <r> \n b"), ElementsAre("[a ]", "2", "[b]"));
  EXPECT_THAT(Split({left, right}, "<r>  <l>"), ElementsAre("2", "1")) << "what is taken is not taken twice";
  EXPECT_THAT(Split({left, right}, "  <l>"), ElementsAre("1"));
  EXPECT_THAT(Split({left, right}, "a\x80<l>"), ElementsAre("[a\x80]", "1")) << "a broken byte is no space";
}

TEST(AddedTokens, SingleWordsTouchNoWordCharacter) {
  AddedToken word = Token("the", 1);
  word.single_word = true;
  EXPECT_THAT(Split({word}, "the,the"), ElementsAre("1", "[,]", "1"));
  EXPECT_THAT(Split({word}, "them"), ElementsAre("[them]"));
  EXPECT_THAT(Split({word}, "\u00E9the the_ 1the"), ElementsAre("[\u00E9the the_ 1the]"));
  EXPECT_THAT(Split({word}, "\u65E5the"), ElementsAre("[\u65E5the]"));
}

}  // namespace
}  // namespace lm
