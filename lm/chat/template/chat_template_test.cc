// Templates of our own; texts of transformers are compared in chat_golden_test.
#include "lm/chat/template/chat_template.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace lm {
namespace {

using ::base::IsOkAnd;
using ::base::OrderedJson;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// A conversation of one question and, in {% generation %}, its answer.
constexpr char kTurns[] =
    "{%- for m in messages -%}<{{ m.role }}>{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}";
const OrderedJson kMessages = OrderedJson::parse(
    R"([{"role": "user", "content": "Grüß"}, {"role": "assistant", "content": "Gott", "tool_calls": null}])");

absl::StatusOr<std::string> Text(const std::string& text, RenderOptions options = {}) {
  auto rendered = RenderChat({text, "t.jinja", {{"bos_token", "<s>"}}}, kMessages, options);
  if (!rendered.ok()) return rendered.status();
  return std::move(rendered->text);
}

TEST(RenderChatTest, TextsAndWhoSaysThem) {
  ASSERT_OK_AND_ASSIGN(const RenderedChat chat, RenderChat({kTurns, "t", {}}, kMessages, {}));
  EXPECT_EQ(chat.text, "<user>Grüß<assistant>Gott");
  EXPECT_THAT(chat.assistant, ElementsAre(Pair(6, 12), Pair(23, 27)));  // of bytes: ü and ß have two
  RenderOptions begun;
  begun.add_generation_prompt = true;
  EXPECT_THAT(Text(kTurns, begun), IsOkAnd("<user>Grüß<assistant>Gott<assistant>"));
}

TEST(RenderChatTest, AFinalMessageIsContinued) {
  RenderOptions options;
  options.continue_final_message = true;
  EXPECT_THAT(Text("{% for m in messages %}{{ m.content }}</>{% endfor %}", options), IsOkAnd("Grüß</>Gott"));
  options.add_generation_prompt = true;
  EXPECT_THAT(Text(kTurns, options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("exclude one another")));
}

TEST(RenderChatTest, VariablesAndTheirOrder) {
  RenderOptions options;
  options.variables = OrderedJson::parse(R"({"bos_token": "<b>", "z": {"b": "<", "a": 1}})");
  EXPECT_THAT(Text("{{ bos_token }}{{ z|tojson }}{{ messages[1].tool_calls is defined }}", options),
              IsOkAnd("<b>{\"b\": \"<\", \"a\": 1}False"));
  EXPECT_THAT(Text("{{ bos_token }}{{ tools }}"), IsOkAnd("<s>None"));
}

// What a text depends on must not change from day to day.
TEST(RenderChatTest, TheDateIsGiven) {
  EXPECT_THAT(Text("{{ strftime_now('%Y') }}"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("date")));
  RenderOptions options;
  options.now = "2026-02-03";
  EXPECT_THAT(Text("{{ strftime_now('%d %B %Y') }}", options), IsOkAnd("03 February 2026"));
}

TEST(RenderChatTest, Refusals) {
  EXPECT_THAT(Text("{{ raise_exception('roles must \"alternate\"') }}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "t.jinja: the template refuses the messages: roles must \"alternate\""));
  EXPECT_THAT(Text("{% if %}"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TemplateSyntaxError")));
  EXPECT_THAT(Text("{{ missing.x }}"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'missing' is undefined")));
  EXPECT_THAT(RenderChat({kTurns, "t", {}}, OrderedJson::array(), {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least one message")));
}

// A template that takes all it can get ends in an error, and the next one is rendered as ever.
TEST(RenderChatTest, HostileTemplates) {
  for (const char* text :
       {"{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "{{ 9 ** (9 ** 9) }}",
        "{{ 'a' * 10 ** 10 }}", "{{ ('a' * 9 ** 9) ~ 'b' }}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% include '/etc/passwd' %}", "{{ ''.__class__.__mro__ }}", "{{ messages.append(1) }}",
        "{% import 'os' as os %}", "{% set ns = namespace(__class__=1) %}", "{{ open('/etc/passwd') }}"}) {
    const auto rendered = Text(text);
    EXPECT_FALSE(rendered.ok()) << text;
    EXPECT_THAT(std::string(rendered.status().message()), AllOf(HasSubstr("t.jinja: "), Not(HasSubstr("\n"))));
    EXPECT_THAT(Text("{{ messages|length }}"), IsOkAnd("2"));
  }
}

TEST(RenderChatTest, ThreadsShareTheChild) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      for (int k = 0; k < 50; ++k) {
        RenderOptions options;
        options.variables["k"] = 100 * i + k;
        EXPECT_THAT(Text("{{ k }}", options), IsOkAnd(absl::StrCat(100 * i + k)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

class FindChatTemplateTest : public ::testing::Test {
 protected:
  void Write(const std::string& file, const std::string& text) {
    ASSERT_OK(base::MakeFolders(folder_ + "/additional_chat_templates"));
    ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder_, "/", file), text));
  }
  const std::string folder_ = base::TestFolder() + "/model";
};

TEST_F(FindChatTemplateTest, AFileGoesBeforeTheConfig) {
  EXPECT_THAT(FindChatTemplate(folder_), StatusIs(absl::StatusCode::kNotFound, HasSubstr("or ask in plain text")));
  Write("tokenizer_config.json", R"({"chat_template": "config", "eos_token": {"content": "</s>"}, "bos_token": null})");
  ASSERT_OK_AND_ASSIGN(const ChatTemplate config, FindChatTemplate(folder_));
  EXPECT_EQ(config.text, "config");
  EXPECT_EQ(config.special_tokens.dump(), R"({"eos_token":"</s>"})");
  Write("chat_template.jinja", "file");
  Write("additional_chat_templates/rag.jinja", "more");
  EXPECT_EQ(FindChatTemplate(folder_)->text, "file");
  EXPECT_EQ(FindChatTemplate(folder_, "rag")->text, "more");
  EXPECT_THAT(FindChatTemplate(folder_, "x"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no chat template \"x\"; it has default, rag")));
}

TEST_F(FindChatTemplateTest, NamedOnes) {
  Write("tokenizer_config.json", R"({"chat_template": [{"name": "rag", "template": "R"}]})");
  EXPECT_EQ(FindChatTemplate(folder_, "rag")->text, "R");
  EXPECT_THAT(FindChatTemplate(folder_), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("it has rag")));
  Write("tokenizer_config.json", R"({"chat_template": [{"name": "rag"}]})");
  EXPECT_THAT(FindChatTemplate(folder_), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must be a text or")));
  Write("tokenizer_config.json", "[");
  EXPECT_THAT(FindChatTemplate(folder_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tokenizer_config.json")));
}

}  // namespace
}  // namespace lm
