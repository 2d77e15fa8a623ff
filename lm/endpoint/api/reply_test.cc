#include "lm/endpoint/api/reply.h"

#include <ctime>

#include "base/random.h"
#include "base/testing.h"
#include "lm/endpoint/api/one_line.h"

namespace lm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ChatRequest Chat() {
  ChatRequest request;
  request.messages.push_back({"user", "Hi"});
  return request;
}

ChatRequest Text() {
  ChatRequest request;
  request.prompt = "Once";
  return request;
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

// Pairs of text and log-probability.
std::vector<std::pair<std::string, double>> Alternatives(const ChatRequest& request, const char* log_probs) {
  const auto reply = ParseReply(request, absl::StrCat(R"({"choices": [{"message": {"content": "m"}, "text": "m",
                                                          "finish_reason": "length", "logprobs": )",
                                                      log_probs, "}]}"));
  EXPECT_OK(reply);
  std::vector<std::pair<std::string, double>> pairs;
  for (const Alternative& alternative : reply->reply.alternatives) {
    pairs.emplace_back(alternative.text, alternative.log_prob);
  }
  return pairs;
}

TEST(ParseReply, TakesTheFirstTokensAlternatives) {
  using ::testing::IsEmpty;
  using ::testing::Pair;
  EXPECT_THAT(Alternatives(Chat(), R"({"content": [{"token": "m", "logprob": -0.1, "top_logprobs": [
                {"token": "m", "bytes": [109], "logprob": -0.1}, {"token": "M", "logprob": -2.5},
                {"token": "x", "logprob": null}, {"token": "y", "logprob": NaN}, {"token": "z", "logprob": -Infinity}]},
                {"token": "q", "logprob": -9, "top_logprobs": [{"token": "q", "logprob": -9}]}]})"),
              ElementsAre(Pair("m", -0.1), Pair("M", -2.5)));
  EXPECT_THAT(Alternatives(Text(), R"({"tokens": ["m"], "top_logprobs": [{"m": -0.25, "M": -1.5}]})"),
              ElementsAre(Pair("M", -1.5), Pair("m", -0.25)));
  for (const char* none : {"null", "[]", "7", R"({"content": []})", R"({"content": [7]})",
                           R"({"top_logprobs": [null]})", R"({"content": [{"top_logprobs": "m"}]})"}) {
    EXPECT_THAT(Alternatives(Chat(), none), IsEmpty()) << none;
  }
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
  EXPECT_THAT(ParseReply(Chat(), " \n"), wrong("the body is empty"));
  EXPECT_THAT(ParseReply(Chat(), "{\"choices\": ["), wrong("not valid JSON"));
  EXPECT_THAT(ParseReply(Chat(), "<html><title>Sign in</title>\n"), wrong("not valid JSON: Sign in (an HTML page)"));
  EXPECT_THAT(ParseReply(Chat(), "[]"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), R"({"error": "model not loaded"})"), wrong("the server says: model not loaded"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [], "detail": "warming up"})"), wrong("the server says: warming up"));
  EXPECT_THAT(ParseReply(Chat(), "null"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), R"({"error": {"message": "over\nloaded"}})"), wrong("over loaded"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": {"0": 1}})"), wrong("no \"choices\""));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [7]})"), wrong("message is missing"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"text": "a", "finish_reason": "stop"}]})"), wrong("message"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"message": {}, "finish_reason": "stop"}]})"), wrong("a null"));
  EXPECT_THAT(ParseReply(Chat(), R"({"choices": [{"message": {"content": 3}, "finish_reason": "stop"}]})"),
              wrong("a number"));
  EXPECT_THAT(ParseReply(Text(), R"({"choices": [{"text": "", "finish_reason": "content_filter"}]})"),
              base::StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("content_filter")));
}

ApiReply Read(const std::string& message, const std::string& finish_reason = "\"stop\"") {
  auto reply = ParseReply(Chat(), "{\"choices\": [{\"index\": \"0\", \"message\": " + message +
                                      ", \"finish_reason\": " + finish_reason + "}]}");
  EXPECT_OK(reply);
  return reply.ok() ? *reply : ApiReply();
}

TEST(ParseReply, TellsWordsForTheEndOfATextApart) {
  const auto end = [](const std::string& word) { return Read(R"({"content": "a"})", word).reply.finish_reason; };
  for (const char* word : {"\"stop\"", "\"eos\"", "\"EOS_TOKEN\"", "\"end_turn\"", "\"STOP\""})
    EXPECT_EQ(end(word), "stop");
  for (const char* word : {"\"length\"", "\"model_length\"", "\"MAX_TOKENS\""}) EXPECT_EQ(end(word), "length") << word;
  for (const char* word : {"\"tool_calls\"", "\"function_call\""}) EXPECT_EQ(end(word), "tool") << word;
  for (const char* word : {"null", "\"\"", "\"weird\"", "7"}) EXPECT_EQ(end(word), "unknown") << word;
  EXPECT_THAT(Read(R"({"content": "a"})", "null").remarks, ElementsAre("finish_reason null"));
  EXPECT_THAT(Read(R"({"content": "a"})", "\"\"").remarks, ElementsAre("finish_reason \"\""));
  EXPECT_THAT(Read(R"({"content": "a"})").remarks, ElementsAre());
  EXPECT_THAT(ParseReply(Text(), R"({"choices": [{"text": "a", "finish_reason": "abort"}]})"),
              base::StatusIs(absl::StatusCode::kAborted, HasSubstr("gave the reply up (finish_reason abort)")));
  // The limit tells where the word does not.
  ASSERT_OK_AND_ASSIGN(const ApiReply full, ParseReply(Text(), R"({"choices": [{"text": "a", "finish_reason": null}],
      "usage": {"prompt_tokens": 3, "completion_tokens": 256}})"));
  EXPECT_EQ(full.reply.finish_reason, "length");
}

TEST(ParseReply, ReadsContentInItsParts) {
  EXPECT_EQ(
      Read(R"({"content": [{"type": "text", "text": "a"}, " b", {"type": "output_text", "text": {"value": "c"}}]})")
          .reply.text,
      "a bc");
  const ChatReply parts = Read(R"({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
      {"type": "reasoning", "text": "!"}, {"type": "text", "text": "a"}]})")
                              .reply;
  EXPECT_EQ(parts.text, "a");
  EXPECT_EQ(parts.reasoning, "hm!");
  for (const char* name : {"reasoning_content", "reasoning", "thinking"}) {
    const ChatReply reply = Read(std::string("{\"content\": null, \"") + name + "\": \"hm\"}", "\"length\"").reply;
    EXPECT_EQ(reply.text, "");
    EXPECT_EQ(reply.reasoning, "hm") << name;
  }
  const ChatReply refusal = Read(R"({"content": null, "refusal": "No."})").reply;
  EXPECT_EQ(refusal.text, "No.");
  EXPECT_TRUE(refusal.refused);
  EXPECT_FALSE(parts.refused);
  EXPECT_EQ(Read(R"({"tool_calls": []})", "\"tool_calls\"").reply.text, "");
}

TEST(ParseReply, ReadsWhatIsNoJsonByALittle) {
  const std::string body =
      "\xef\xbb\xbf\n {\"choices\": [{\"text\": \"a\xff\tb \\ud83d\", \"finish_reason\": \"stop\", "
      "\"logprobs\": [NaN, -Infinity, Infinity]}]}";
  ASSERT_OK_AND_ASSIGN(const ApiReply reply, ParseReply(Text(), body));
  EXPECT_EQ(reply.reply.text, "a\xef\xbf\xbd\tb \xef\xbf\xbd");
  EXPECT_THAT(reply.remarks, ElementsAre("broken UTF-8"));
  const std::string sound = R"({"choices": [{"text": "NaN \ud83d\ude00", "finish_reason": "stop", "x": NaN}]})";
  ASSERT_OK_AND_ASSIGN(const ApiReply whole, ParseReply(Text(), sound));
  EXPECT_EQ(whole.reply.text, "NaN \xf0\x9f\x98\x80");
  EXPECT_THAT(whole.remarks, ElementsAre());
}

TEST(ParseReply, JoinsEventStreams) {
  const std::string chunks =
      ": comment\r\n\r\ndata: {\"model\": \"m\", \"choices\": [{\"index\": 0, \"delta\": {\"reasoning_content\": "
      "\"hm\"}}]}\r\n\r\n"
      "data: {\"choices\": [{\"delta\": {\"content\": \"He\"}}, {\"index\": 1, \"delta\": {\"content\": \"no\"}}]}\n"
      "data: {\"choices\":\ndata: [{\"delta\": {\"content\": \"llo\"}, \"finish_reason\": null}]}\n\n";
  const std::string end =
      "data: {\"choices\": [{\"delta\": {}, \"finish_reason\": \"length\"}], \"usage\": "
      "{\"prompt_tokens\": 2.0, \"completion_tokens\": \"3\"}}\n\ndata: [DONE]\n\n";
  ASSERT_OK_AND_ASSIGN(const ApiReply reply, ParseReply(Chat(), chunks + end));
  EXPECT_EQ(reply.reply.text, "Hello");
  EXPECT_EQ(reply.reply.reasoning, "hm");
  EXPECT_EQ(reply.reply.finish_reason, "length");
  EXPECT_EQ(reply.reply.model, "m");
  EXPECT_EQ(reply.reply.completion_tokens, 3);
  EXPECT_THAT(reply.remarks, ElementsAre("an event stream"));
  const auto wrong = [](const char* what) {
    return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(what));
  };
  EXPECT_THAT(ParseReply(Chat(), chunks), wrong("event stream ends before the reply does"));
  EXPECT_THAT(ParseReply(Chat(), "data: {\n\n"), wrong("event stream: not valid JSON"));
  EXPECT_THAT(ParseReply(Chat(), chunks + "data: {\"error\": {\"message\": \"over\"}}\n\n"), wrong("over"));
}

TEST(ParseReply, TakesTimeThatIsLinearInTheText) {
  const std::string megabyte(1 << 20, 'x');
  const std::clock_t start = std::clock();  // of this process: another's work does not count
  for (const char* unit : {"data: {\n", "\\ud83d", "[", "\"\\",
                           "data: {\"choices\": [{\"delta\": {\"content\": \"x\"}}]}\n", "NaN", "\xf0\x9f"}) {
    std::string body = "{\"x\": \"";
    if (*unit == 'd') body.clear();
    while (body.size() < megabyte.size()) body += unit;
    (void)ParseReply(Chat(), body);
  }
  // A twentieth of this is usual; quadratic time would be hours.
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, 5.0);
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
