#include "evaluation/replies/pattern.h"

#include <string>

#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string LastGroup(const std::string& expression, const std::string& text) {
  const auto pattern = Pattern::Compile(expression);
  if (!pattern.ok()) return std::string(pattern.status().message());
  const auto matches = pattern->All(text);
  if (!matches.ok() || matches->empty()) return "none";
  const Pattern::Match& last = matches->back();
  return text.substr(last.group_begin, last.group_end - last.group_begin);
}

TEST(PatternTest, TheGroupOfTheLastMatch) {
  EXPECT_EQ(LastGroup("better: (\\w)", "better: A\nbetter: B, or not"), "B");
  EXPECT_EQ(LastGroup("(is|was) (?<verdict>[AB])", "was A is B"), "B");
  EXPECT_EQ(LastGroup("[AB]$", "A\nno"), "A");
  EXPECT_EQ(LastGroup("x(A)?", "xA x"), "A");  // a match whose group took no part says nothing
  EXPECT_EQ(LastGroup("(?=(A))", "\xff\xff A\xe2\x82"), "A");
  EXPECT_EQ(LastGroup("[AB]", "no"), "none");
  EXPECT_THAT(LastGroup("a(", ""), HasSubstr("at byte 2: missing closing parenthesis"));
  EXPECT_THAT(LastGroup("\\C", ""), HasSubstr("has an error"));
}

TEST(PatternTest, WorkGrowsAsTheText) {
  ASSERT_OK_AND_ASSIGN(const Pattern pattern, Pattern::Compile("(?i)verdict\\W{1,9}([abc])\\b"));
  int64_t small = 0, large = 0;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "verdict vector ** [x] ";
  ASSERT_OK(pattern.All(text, &small));
  for (int i = 0; i < 3; ++i) text += text;
  ASSERT_OK(pattern.All(text, &large));
  EXPECT_GT(small, 0);
  EXPECT_LE(large, 8 * small + 100);
}

TEST(PatternTest, WorkWithoutEndIsStopped) {
  const std::string text(1 << 20, 'a');
  for (const char* expression : {"(a*)*b", "a*b", "(a|aa)+$x", "(.*)(.*)(.*)x", "(?R)?a(?R)?b"}) {
    ASSERT_OK_AND_ASSIGN(const Pattern pattern, Pattern::Compile(expression));
    int64_t work = 0;
    const auto matches = pattern.All(text, &work);
    if (matches.ok()) EXPECT_THAT(*matches, SizeIs(0)) << expression;
    EXPECT_LE(work, Pattern::MaxWork(text.size()) + static_cast<int64_t>(text.size()) + 1) << expression;
  }
  ASSERT_OK_AND_ASSIGN(const Pattern nested, Pattern::Compile("(a+)+[^a]"));
  EXPECT_THAT(nested.All(text), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("too many steps")));
  ASSERT_OK_AND_ASSIGN(const Pattern any, Pattern::Compile("a"));
  EXPECT_THAT(any.All(text), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("more than 100000 times")));
}

}  // namespace
}  // namespace evaluation
