#include "lm/chat/prompt_file.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "lm/decoding/stop_strings.h"

namespace lm {
namespace {

using ::testing::HasSubstr;

auto Invalid(const char* text) { return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)); }

TEST(ParsePrompts, TakesTextsAndIds) {
  const char* const text =
      "{\"id\": \"a\", \"prompt\": \"x\", \"more\": 1}\n\n{\"id\": 7, \"prompt_ids\": [3, 0]}\n"
      "{\"id\": 8, \"messages\": [{\"role\": \"system\", \"content\": \"\"}, {\"role\": \"user\", \"content\": "
      "\"y\"}]}";
  ASSERT_OK_AND_ASSIGN(const std::vector<PromptLine> prompts, ParsePrompts(text, "p"));
  ASSERT_EQ(prompts.size(), 3);
  EXPECT_EQ(prompts[0].prompt, "x");
  EXPECT_EQ(prompts[1].prompt_ids, (TokenIds{3, 0}));
  EXPECT_EQ(prompts[1].item, 7);
  EXPECT_EQ(prompts[1].where, "p:3");
  ASSERT_EQ(prompts[2].messages.size(), 2);
  EXPECT_EQ(prompts[2].messages[1].role, "user");
  EXPECT_EQ(prompts[2].messages[1].content, "y");
}

TEST(ParsePrompts, NamesTheLineThatIsWrong) {
  EXPECT_THAT(ParsePrompts("", "p"), Invalid("p: no prompts"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1}", "p"), Invalid("p:1: give one of"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"prompt\": \"a\", \"prompt_ids\": [1]}", "p"), Invalid("p:1: give one of"));
  EXPECT_THAT(ParsePrompts("{\"prompt\": \"a\"}", "p"), Invalid("p:1: id"));
  EXPECT_THAT(ParsePrompts("{\"id\": -1, \"prompt\": \"a\"}", "p"), Invalid("p:1: id"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"prompt\": \"\"}", "p"), Invalid("p:1: prompt is empty"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"prompt_ids\": []}", "p"), Invalid("p:1: prompt_ids"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"prompt_ids\": [3000000000]}", "p"), Invalid("3000000000"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"messages\": []}", "p"), Invalid("p:1: messages"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"messages\": [{\"role\": \"user\"}]}", "p"), Invalid("p:1: messages: each"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"messages\": [[\"user\", \"x\"]]}", "p"), Invalid("p:1: messages: each"));
  EXPECT_THAT(ParsePrompts("{\"id\": 1, \"prompt\": \"a\"}\n{\"id\": 1, \"prompt\": \"b\"}", "p"),
              Invalid("p:2: id 1 is a second time"));
}

TEST(ParseStops, TakesOneTextOrAJsonList) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  EXPECT_THAT(ParseStops(""), base::IsOkAnd(IsEmpty()));
  EXPECT_THAT(ParseStops("A, B"), base::IsOkAnd(ElementsAre("A, B")));
  EXPECT_THAT(ParseStops(" "), base::IsOkAnd(ElementsAre(" ")));
  EXPECT_THAT(ParseStops("\"x\""), base::IsOkAnd(ElementsAre("\"x\"")));
  EXPECT_THAT(ParseStops("[]"), base::IsOkAnd(IsEmpty()));
  EXPECT_THAT(ParseStops(R"(["\n\n", "A, B", "[END]"])"), base::IsOkAnd(ElementsAre("\n\n", "A, B", "[END]")));
  EXPECT_THAT(ParseStops("[END]"), Invalid("is no JSON list of strings; [\"[END]\"] is that text alone"));
  EXPECT_THAT(ParseStops("[1]"), Invalid("no JSON list of strings"));
  EXPECT_THAT(ParseStops("[\"\"]"), Invalid("a stop string is empty"));
}

TEST(FindStop, IsTheFirstOfAll) {
  EXPECT_EQ(FindStop("abcabc", {"ca", "bc"}), 1);
  EXPECT_EQ(FindStop("abcabc", {"x"}), absl::string_view::npos);
  EXPECT_EQ(FindStop("", {"x"}), absl::string_view::npos);
  EXPECT_EQ(FindStop("x", {}), absl::string_view::npos);
}

}  // namespace
}  // namespace lm
