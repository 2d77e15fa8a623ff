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
std::vector<std::string> Split(const std::vector<AddedToken>& tokens, absl::string_view text, bool is_meant = true) {
  std::vector<std::string> parts;
  AddedTokens(tokens).Split(
      text, [&](size_t, size_t) { return is_meant; },
      [&](const AddedTokens::Part& part) {
        parts.push_back(part.token != nullptr ? absl::StrCat(part.token->id)
                                              : absl::StrCat("[", text.substr(part.begin, part.end - part.begin), "]"));
      });
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

TEST(AddedTokens, SpecialOnesAreTextWhereTheyAreNotMeant) {
  AddedToken special = Token("<s>", 1);
  special.special = true;
  EXPECT_THAT(Split({special, Token("s>a", 2), Token("b", 3)}, "<s>ab", false), ElementsAre("[<s>a]", "3"));
  EXPECT_THAT(Split({special, Token("s>a", 2), Token("b", 3)}, "<s>ab"), ElementsAre("1", "[a]", "3"));
}

TEST(AddedTokens, WhiteSpaceThatATokenTakesMayBeATokenToo) {
  AddedToken hello = Token("Hello", 1);
  hello.rstrip = true;
  EXPECT_THAT(Split({hello, Token("  ", 2)}, "Hello   world"), ElementsAre("1", "2", "[ world]"));
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
