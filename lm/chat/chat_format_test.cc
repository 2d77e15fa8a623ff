#include "lm/chat/chat_format.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/chat/end_tokens.h"
#include "lm/chat/published_sampling.h"
#include "lm/chat/text_inspection.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int32_t kPad = 256, kStart = 257, kEnd = 258;
constexpr char kTurns[] =
    "{% for m in messages %}<|start|>{{ m.role }}\n{{ m.content | trim }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}";

// A byte a token, and three special ones.
std::unique_ptr<Tokenizer> Bytes() {
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = {SpecialToken("<|pad|>", kPad), SpecialToken("<|start|>", kStart),
                          SpecialToken("<|end|>", kEnd)};
  return *ParseTokenizer(json.dump(), "tokenizer.json");
}

ChatFormat Format(const std::string& text = kTurns) {
  ChatFormat format;
  format.chat_template = {text, "t.jinja", base::OrderedJson::object()};
  return format;
}

base::OrderedJson User(const std::string& text) { return MessagesJson({{"user", text}}); }

int64_t Count(const TokenIds& ids, int32_t id) { return std::count(ids.begin(), ids.end(), id); }

// What a user writes is text, whatever it spells; what the template writes is not.
TEST(RenderPromptTest, ControlTokensOfMessagesAreText) {
  const auto tokenizer = Bytes();
  const std::string text = "Is <|end|> the end, or <|start|><|end|>?";
  ASSERT_OK_AND_ASSIGN(const PromptText prompt, RenderPrompt(Format(), *tokenizer, User(text)));
  EXPECT_EQ(prompt.Text(), absl::StrCat("<|start|>user\n", text, "<|end|>\n<|start|>assistant\n"));
  const TokenIds ids = EncodePrompt(*tokenizer, prompt);
  EXPECT_EQ(Count(ids, kStart), 2);
  EXPECT_EQ(Count(ids, kEnd), 1);
  EXPECT_EQ(FirstSpecial(*tokenizer, text), "<|end|>");
  EXPECT_EQ(FirstSpecial(*tokenizer, "none"), "");
  Asking meant;
  meant.special = SpecialText::kAsTokens;
  const ChatFormat format = Format();
  ASSERT_OK_AND_ASSIGN(const PromptText as_tokens, PromptOf(&format, *tokenizer, text, meant));
  EXPECT_EQ(Count(EncodePrompt(*tokenizer, as_tokens), kEnd), 3);
  // In plain text, too.
  ASSERT_OK_AND_ASSIGN(const PromptText plain, PromptOf(nullptr, *tokenizer, text));
  EXPECT_EQ(Count(EncodePrompt(*tokenizer, plain), kEnd), 0);
}

// They are taken out as characters of private use, which a text may have too: those of the other plane, then.
TEST(RenderPromptTest, PrivateUseCharacters) {
  const auto tokenizer = Bytes();
  const std::string fifteen = "\xF3\xB0\x80\x80", sixteen = "\xF4\x80\x80\x81";
  for (const std::string& character : {fifteen, sixteen}) {
    const std::string text = character + "<|end|>";
    ASSERT_OK_AND_ASSIGN(const PromptText prompt, RenderPrompt(Format(), *tokenizer, User(text)));
    EXPECT_THAT(prompt.Text(), HasSubstr(text));
    EXPECT_EQ(Count(EncodePrompt(*tokenizer, prompt), kEnd), 1);
  }
  EXPECT_THAT(RenderPrompt(Format(), *tokenizer, User(fifteen + sixteen)),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("both planes")));
  const ChatFormat escapes = Format("{{ messages|tojson(ensure_ascii=True) }}");
  EXPECT_THAT(RenderPrompt(escapes, *tokenizer, User("<|end|>")),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("escapes a message")));
  EXPECT_OK(RenderPrompt(escapes, *tokenizer, User("end")));
}

TEST(RenderPromptTest, TheSystemGoesBeforeTheUser) {
  const auto tokenizer = Bytes();
  ChatFormat format =
      Format("{{ raise_exception('no system') if messages[0].role == 'system' }}{{ messages[0].content }}");
  const base::OrderedJson messages = MessagesJson({{"system", "Be brief."}, {"user", "Who?"}});
  EXPECT_THAT(RenderPrompt(format, *tokenizer, messages),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no system")));
  format.fold_system = true;
  ASSERT_OK_AND_ASSIGN(const PromptText prompt, RenderPrompt(format, *tokenizer, messages));
  EXPECT_EQ(prompt.Text(), "Be brief.\n\nWho?");
  // A role that is no text is none of these.
  const base::OrderedJson numbered = {{{"role", 1}, {"content", "Why?"}}};
  EXPECT_EQ(RenderPrompt(format, *tokenizer, numbered)->Text(), "Why?");
}

TEST(RenderExchangeTest, TheReplyBeginsBehindThePrompt) {
  const auto tokenizer = Bytes();
  ASSERT_OK_AND_ASSIGN(const RenderedExchange exchange,
                       RenderExchange(Format(), *tokenizer, User("Who <|end|>?"), MessagesJson({{"assistant", "I."}})));
  EXPECT_EQ(exchange.prompt.Text(), "<|start|>user\nWho <|end|>?<|end|>\n<|start|>assistant\n");
  EXPECT_EQ(exchange.response.Text(), "I.<|end|>\n");
  const PromptAndResponse ids = EncodePromptAndResponse(*tokenizer, exchange.prompt, exchange.response);
  EXPECT_THAT(ids.response, ElementsAre('I', '.', kEnd, '\n'));
  EXPECT_EQ(Count(ids.prompt, kEnd), 1);
}

// A template that writes another prompt when the reply is there needs to say where the reply is.
TEST(RenderExchangeTest, TemplatesThatGoBackOnThePrompt) {
  const auto tokenizer = Bytes();
  const std::string turns =
      "{% for m in messages %}{{ m.role }}:{% if m.role == 'assistant' %}BEGIN{{ m.content }}END{% else %}{{ m.content "
      "}}"
      "{% endif %}\n{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}";
  const base::OrderedJson reply = MessagesJson({{"assistant", "I."}});
  EXPECT_THAT(
      RenderExchange(Format(absl::StrReplaceAll(turns, {{"BEGIN", ""}, {"END", ""}})), *tokenizer, User("Who?"), reply),
      StatusIs(StatusCode::kInvalidArgument, HasSubstr("no {% generation %} block")));
  const std::string marked =
      absl::StrReplaceAll(turns, {{"BEGIN", "{% generation %}"}, {"END", "{% endgeneration %}"}});
  ASSERT_OK_AND_ASSIGN(const RenderedExchange exchange,
                       RenderExchange(Format(marked), *tokenizer, User("Who?"), reply));
  EXPECT_EQ(exchange.prompt.Text(), "user:Who?assistant:");  // trim_blocks takes the line breaks
  EXPECT_EQ(exchange.response.Text(), "I.");
}

class EndTokensTest : public ::testing::Test {
 protected:
  void Write(const std::string& file, const std::string& json) {
    ASSERT_OK(base::MakeFolders(folder_));
    ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder_, "/", file), json));
  }
  EndTokens Find(const ChatFormat* chat = nullptr) {
    const auto ends = FindEndTokens(folder_, config_, *Bytes(), chat);
    EXPECT_OK(ends.status());
    return ends.value_or(EndTokens());
  }
  void SetUp() override {
    config_.vocab_size = 300;
    config_.pad_id = kPad;
    config_.eos_ids = {kPad, kEnd};
  }
  const std::string folder_ = base::TestFolder() + "/model";
  ModelConfig config_;
};

TEST_F(EndTokensTest, WhichFileCounts) {
  EXPECT_THAT(Find().stop, ElementsAre(kPad, kEnd));
  EXPECT_EQ(Find().taught, kEnd);  // a padding token ends nothing
  EXPECT_EQ(EndsOf(config_).taught, kEnd);
  Write("tokenizer_config.json", R"({"eos_token": {"content": "<|pad|>"}})");
  EXPECT_EQ(Find().taught, kPad);
  Write("tokenizer_config.json", R"({"eos_token": "<|start|>"})");  // at which generation does not end
  EXPECT_EQ(Find().taught, kEnd);
  Write("generation_config.json", absl::StrCat(R"({"eos_token_id": )", kStart, "}"));
  EXPECT_THAT(Find().stop, ElementsAre(kStart));
  EXPECT_EQ(Find().taught, kStart);
  EXPECT_THAT(Find().facts, Contains("config.json: 256 <|pad|>, 258 <|end|> (generation_config.json goes before it)"));
  for (const char* none : {"{}", R"({"eos_token_id": null})", R"({"eos_token_id": []})"}) {
    Write("generation_config.json", none);
    EXPECT_THAT(Find().stop, IsEmpty()) << none;
    EXPECT_EQ(Find().taught, -1);
  }
}

// The family's default is no end of a folder whose config.json names none.
TEST_F(EndTokensTest, AConfigWithoutAny) {
  Write("config.json", R"({"eos_token_id": 258})");
  EXPECT_THAT(Find().stop, ElementsAre(kPad, kEnd));  // as they were read
  Write("config.json", "{}");
  EXPECT_THAT(Find().stop, IsEmpty());
  Write("generation_config.json", absl::StrCat(R"({"eos_token_id": )", kEnd, "}"));
  EXPECT_THAT(Find().stop, ElementsAre(kEnd));
}

TEST_F(EndTokensTest, TheTemplatesEndOfTurn) {
  config_.eos_ids = {kPad};
  const ChatFormat chat = Format();
  EXPECT_THAT(Find(&chat).stop, ElementsAre(kPad, kEnd));
  EXPECT_EQ(Find(&chat).taught, kEnd);
  EXPECT_THAT(Find(&chat).facts, Contains("chat template: 258 <|end|> (added to what generation ends at)"));
  const ChatFormat none = Format("{% for m in messages %}{{ m.content }}\n{% endfor %}");
  EXPECT_EQ(Find(&none).taught, kPad);
  EXPECT_THAT(Find(&none).facts, Contains("chat template: no special token follows a reply"));
}

TEST_F(EndTokensTest, WhatIsWrongIsNamed) {
  for (const char* id : {"300", "-1", "1.5", "\"2\"", "[2, 999]"}) {
    Write("generation_config.json", absl::StrCat(R"({"eos_token_id": )", id, "}"));
    EXPECT_THAT(FindEndTokens(folder_, config_, *Bytes(), nullptr),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("generation_config.json: \"eos_token_id\" holds")))
        << id;
  }
  Write("generation_config.json", "[]");
  EXPECT_THAT(FindEndTokens(folder_, config_, *Bytes(), nullptr),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("no JSON object")));
}

TEST_F(EndTokensTest, PublishedSampling) {
  const auto read = [&] { return ReadPublishedSampling(folder_); };
  EXPECT_EQ(read()->temperature, 0);
  Write("generation_config.json", R"({"temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.1})");
  EXPECT_EQ(read()->temperature, 0);  // without do_sample they do nothing
  EXPECT_EQ(read()->repetition_penalty, 1.1);
  Write("generation_config.json", R"({"do_sample": true, "temperature": 0.6, "top_p": 0.9, "min_p": null})");
  EXPECT_EQ(read()->temperature, 0.6);
  EXPECT_EQ(read()->top_k, 50);
  EXPECT_EQ(read()->top_p, 0.9);
  Write("generation_config.json", R"({"do_sample": true, "top_k": 20, "min_p": 0.05})");
  EXPECT_EQ(read()->temperature, 1);
  EXPECT_EQ(read()->top_k, 20);
  EXPECT_EQ(read()->min_p, 0.05);
  Write("generation_config.json", R"({"num_beams": 4})");
  EXPECT_THAT(read(), StatusIs(StatusCode::kUnimplemented, HasSubstr("num_beams")));
  Write("generation_config.json", R"({"do_sample": true, "temperature": "hot"})");
  EXPECT_THAT(read(), StatusIs(StatusCode::kInvalidArgument, HasSubstr("\"temperature\" must be")));
  for (const char* wrong : {"\"min_p\": 5.1", "\"top_p\": 0", "\"top_p\": 1.5", "\"top_k\": 1e300"}) {
    Write("generation_config.json", absl::StrCat("{\"do_sample\": true, ", wrong, "}"));
    EXPECT_THAT(read(), StatusIs(StatusCode::kInvalidArgument, HasSubstr("must be"))) << wrong;
  }
}

// Nothing is put behind a prompt, whatever a tokenizer puts behind a text: that is said.
TEST(AroundTextNoteTest, TellsOfTheEndTokenBehindATextAndOfATemplate) {
  const std::string folder = base::TestFolder() + "/ends_texts";
  std::filesystem::create_directories(folder);
  base::Json json = TinyTokenizer({});
  json["added_tokens"] = base::Json::array({SpecialToken("<|end|>", 256)});
  const base::Json end = {{"SpecialToken", {{"id", "<|end|>"}, {"type_id", 0}}}};
  const base::Json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const base::Json ids = {{"<|end|>", {{"id", "<|end|>"}, {"ids", {256}}, {"tokens", {"<|end|>"}}}}};
  json["post_processor"] = {
      {"type", "TemplateProcessing"}, {"single", {text, end}}, {"pair", base::Json::array()}, {"special_tokens", ids}};
  ASSERT_OK(base::WriteFileAtomically(folder + "/tokenizer.json", json.dump()));
  ASSERT_OK(base::WriteFileAtomically(folder + "/config.json", R"({"model_type": "llama"})"));
  EXPECT_THAT(AroundTextNote(folder), HasSubstr("puts 256 <|end|> behind a text"));
  EXPECT_FALSE(HasChatTemplate(folder));
  json["post_processor"] = nullptr;
  ASSERT_OK(base::WriteFileAtomically(folder + "/tokenizer.json", json.dump()));
  ASSERT_OK(base::WriteFileAtomically(folder + "/chat_template.jinja", kTurns));
  EXPECT_EQ(AroundTextNote(folder), "");
  EXPECT_TRUE(HasChatTemplate(folder));
}

}  // namespace
}  // namespace lm
