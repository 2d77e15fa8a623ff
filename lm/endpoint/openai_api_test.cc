#include "lm/endpoint/openai_api.h"

#include "base/random.h"
#include "base/testing.h"
#include "lm/endpoint/one_line.h"

namespace lm {
namespace {

using ::testing::HasSubstr;

ChatRequest Chat() {
  ChatRequest request;
  request.messages = {{"system", "Be \"brief\"."}, {"user", "Hi\n\xff"}};
  request.stop = {"A, B"};
  request.seed = 7;
  return request;
}

ChatRequest Text() {
  ChatRequest request;
  request.prompt = "Once";
  return request;
}

TEST(RequestBody, HasTheApisFields) {
  EXPECT_EQ(RequestPath(Chat()), "/chat/completions");
  EXPECT_EQ(RequestPath(Text()), "/completions");
  const base::Json chat = base::Json::parse(RequestBody(Chat(), "m", base::Json::object()));
  EXPECT_EQ(chat, base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "seed": 7,
                  "stop": ["A, B"], "messages": [{"role": "system", "content": "Be \"brief\"."},
                                                 {"role": "user", "content": "Hi\n\ufffd"}]})"));
  const base::Json text = base::Json::parse(RequestBody(Text(), "m", base::Json::object()));
  EXPECT_EQ(text,
            base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "prompt": "Once"})"));
}

// What OpenAI's own API does not know is sent only where it is asked for; a stream is never sent.
TEST(RequestBody, HasFurtherSamplingOptionsIfTheyAreGiven) {
  ChatRequest request = Text();
  request.top_k = 0;
  request.min_p = 0.25;
  request.repetition_penalty = 1;
  request.stream = ReplyStream{1, "s", 2, 3};
  EXPECT_EQ(base::Json::parse(RequestBody(request, "m", {{"min_p", 0.5}})),
            base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "prompt": "Once",
                                  "top_k": 0, "min_p": 0.5, "repetition_penalty": 1})"));
}

TEST(RequestBody, TakesExtraFieldsInAndOthersOut) {
  const base::Json extra = {{"top_k", 20}, {"max_tokens", nullptr}, {"max_completion_tokens", 9}, {"seed", nullptr}};
  const base::Json body = base::Json::parse(RequestBody(Chat(), "m", extra));
  EXPECT_EQ(body["top_k"], 20);
  EXPECT_EQ(body["max_completion_tokens"], 9);
  EXPECT_FALSE(body.contains("max_tokens") || body.contains("seed"));
}

TEST(ParseReply, ReadsChatsAndTexts) {
  ASSERT_OK_AND_ASSIGN(const ApiReply chat, ParseReply(Chat(), R"({"model": "m-1", "choices": [
      {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
      "usage": {"prompt_tokens": 5, "completion_tokens": 2}})"));
  EXPECT_EQ(chat.reply.text, "Hello");
  EXPECT_EQ(chat.reply.finish_reason, "stop");
  EXPECT_EQ(chat.reply.model, "m-1");
  EXPECT_TRUE(chat.has_usage);
  EXPECT_EQ(chat.reply.prompt_tokens, 5);
  EXPECT_EQ(chat.reply.completion_tokens, 2);
  ASSERT_OK_AND_ASSIGN(const ApiReply text,
                       ParseReply(Text(), R"({"choices": [{"text": " upon", "finish_reason": "length"}]})"));
  EXPECT_EQ(text.reply.text, " upon");
  EXPECT_EQ(text.reply.finish_reason, "length");
  EXPECT_FALSE(text.has_usage);
  EXPECT_EQ(text.reply.completion_tokens, 0);
}

TEST(ParseReply, TakesNullForAnEmptyText) {
  const char* body = R"({"choices": [{"message": {"content": null}, "finish_reason": "length"}]})";
  ASSERT_OK_AND_ASSIGN(const ApiReply reply, ParseReply(Chat(), body));
  EXPECT_EQ(reply.reply.text, "");
}

TEST(ParseReply, TakesTheChoiceWithIndexZero) {
  const auto parse = [](const char* choices) {
    return ParseReply(Text(), std::string("{\"choices\": [") + choices + "]}");
  };
  constexpr char kA[] = R"({"index": 0, "text": "a", "finish_reason": "stop"})";
  constexpr char kB[] = R"({"index": 1, "text": "b", "finish_reason": "stop"})";
  constexpr char kC[] = R"({"index": 0, "text": "c", "finish_reason": "stop"})";
  const auto both = [](const char* a, const char* b) { return std::string(a) + "," + b; };
  for (const std::string& choices : {both(kA, kB), both(kB, kA), both(kA, kA)}) {
    ASSERT_OK_AND_ASSIGN(const ApiReply reply, parse(choices.c_str()));
    EXPECT_EQ(reply.reply.text, "a") << choices;
  }
  const auto wrong = [](const char* what) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what));
  };
  EXPECT_THAT(parse(both(kA, kC).c_str()), wrong("different texts"));
  EXPECT_THAT(parse(kB), wrong("no choice has the index 0"));
  EXPECT_THAT(parse(""), wrong("no \"choices\""));
}

TEST(ParseReply, SaysWhatIsWrong) {
  const auto wrong = [](const char* what) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what));
  };
  EXPECT_THAT(ParseReply(Chat(), ""), wrong("not valid JSON"));
  EXPECT_THAT(ParseReply(Chat(), "<html>\n"), wrong("not valid JSON"));
  EXPECT_THAT(ParseReply(Chat(), "[]"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), "null"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), R"({"error": {"message": "over\nloaded"}})"), wrong("over loaded"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": {"0": 1}})"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [7]})"), wrong("finish_reason null"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"text": "a", "finish_reason": "stop"}]})"), wrong("message"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"message": {}, "finish_reason": "stop"}]})"), wrong("a null"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"message": {"content": 3}, "finish_reason": "stop"}]})"),
              wrong("a number"));
  EXPECT_THAT(ParseReply(Text(), R"({"choices": [{"text": "a", "finish_reason": null}]})"), wrong("finish_reason"));
  EXPECT_THAT(ParseReply(Text(), R"({"choices": [{"text": "a", "finish_reason": "tool_calls"}]})"),
              wrong("tool_calls"));
  EXPECT_THAT(ParseReply(Text(), R"({"choices": [{"text": "", "finish_reason": "content_filter"}]})"),
              base::StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("content_filter")));
}

TEST(ParseReply, PassesOverAbsurdTokenCounts) {
  for (const char* usage : {"null", "{}", "{\"prompt_tokens\": 1}", "{\"prompt_tokens\": -1, \"completion_tokens\": 2}",
                            "{\"prompt_tokens\": 1e99, \"completion_tokens\": 2}",
                            "{\"prompt_tokens\": 18446744073709551615, \"completion_tokens\": 2}"}) {
    ASSERT_OK_AND_ASSIGN(const ApiReply reply,
                         ParseReply(Text(), std::string(R"({"choices": [{"text": "a", "finish_reason": "stop"}],)") +
                                                "\"usage\": " + usage + "}"));
    EXPECT_FALSE(reply.has_usage) << usage;
    EXPECT_EQ(reply.reply.prompt_tokens, 0);
  }
}

TEST(ParseReply, SaysOnePrintableLineOfWhateverIsBroken) {
  const std::string sound = R"({"model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content":
      "Hello \u00e9"}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}})";
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    base::RandomStream random(1, "mutate", i);
    std::string body = sound;
    for (uint64_t changes = 1 + random.Below(3); changes > 0 && !body.empty(); --changes) {
      const size_t at = random.Below(body.size());
      if (random.Bernoulli(0.3)) {
        body.erase(at, 1 + random.Below(20));
      } else {
        body[at] = random.Bernoulli(0.5) ? sound[random.Below(sound.size())] : static_cast<char>(random.Below(256));
      }
    }
    const absl::StatusOr<ApiReply> reply = ParseReply(Chat(), body);
    accepted += reply.ok();
    if (reply.ok()) continue;
    ASSERT_EQ(reply.status().code(), absl::StatusCode::kInvalidArgument) << body;
    for (const char c : reply.status().message()) {
      ASSERT_FALSE(static_cast<unsigned char>(c) < ' ' || c == '\x7f') << reply.status().message();
    }
    ASSERT_LT(reply.status().message().size(), 1000) << body;
  }
  EXPECT_GT(accepted, 1000);  // texts and names may change
  EXPECT_LT(accepted, 19000);
}

TEST(ParseError, FindsTheServersWords) {
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "code": "insufficient_quota"}})").message, "no");
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "code": "insufficient_quota"}})").code, "insufficient_quota");
  EXPECT_EQ(ParseError(R"({"error": "no", "code": 7})").message, "no");
  EXPECT_EQ(ParseError(R"({"object": "error", "message": "no"})").message, "no");
  EXPECT_EQ(ParseError(R"({"detail": "Not Found"})").message, "Not Found");
  EXPECT_EQ(ParseError("<html>Bad Gateway</html>").message, "<html>Bad Gateway</html>");
  EXPECT_EQ(ParseError("").message, "");
}

TEST(OneLine, IsFitForATerminalAndHidesTheSecret) {
  EXPECT_EQ(OneLine(" a\r\n\tb \x1b[31mred\x7f "), "a b [31mred");
  EXPECT_EQ(OneLine("x\xffy"), "x\xef\xbf\xbdy");
  EXPECT_EQ(OneLine("key sk-1, sk-1.", "sk-1"), "key ***, ***.");
  EXPECT_EQ(OneLine("\xc3\xa9\xc3\xa9\xc3\xa9", "", 3), "\xc3\xa9...");
  EXPECT_EQ(OneLine("abcsk-123", "sk-123", 5), "abc**...");
  EXPECT_EQ(OneLine(""), "");
}

}  // namespace
}  // namespace lm
