// Servers as they are: what they answer over the wire, and what is asked of them then.
#include <zlib.h>

#include <algorithm>
#include <cstdlib>

#include "absl/time/clock.h"
#include "base/testing.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/endpoint_testing.h"

namespace lm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A server that answers by one line of a script (testing/replies.h), and repeats the question where that does not.
std::unique_ptr<FakeEndpoint> Scripted(std::string line) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  FakeEndpointOptions options;
  auto script = Script(line, "script", Echo());
  EXPECT_OK(script);
  options.responder = *script;
  return StartServer(options);
}

// In zlib's three forms: 15 + 16 bits are gzip's, 15 zlib's own, -15 neither's.
std::string Compressed(const std::string& text, int window_bits) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = text.size();
  stream.next_out = reinterpret_cast<Bytef*>(&out[0]);
  stream.avail_out = out.size();
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Dresses, CompressedRepliesAreRead) {
  const std::string body = R"({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]})";
  for (const auto& [encoding, bits] : {std::pair("gzip", 15 + 16), {"deflate", 15}, {"deflate", -15}}) {
    FakeReply reply;
    reply.body = Compressed(body, bits);
    reply.headers = {{"Content-Encoding", encoding}};
    FakeEndpointOptions options;
    options.responder = [&](const FakeRequest&) { return reply; };
    const auto server = StartServer(options);
    ASSERT_OK_AND_ASSIGN(const ChatReply read, AskOne(Impatient(server->url())));
    EXPECT_EQ(read.text, "Hi") << encoding << bits;
    reply.body.resize(reply.body.size() / 2);
    EndpointOptions asked = Impatient(server->url());
    asked.retry.max_tries = 2;
    EXPECT_FALSE(AskOne(asked).ok());
    reply.body = "no compression";
    EXPECT_FALSE(AskOne(asked).ok());
  }
}

// The body of an error, its status and its headers come; what is waited for.
std::vector<absl::Duration> WaitsFor(const std::string& line) {
  const auto server = Scripted(R"({"contains": "", "times": 1, "status": 429, )" + line + "}");
  EndpointOptions options = Impatient(server->url());
  const Waits waits(options);
  EXPECT_OK(AskOne(options));
  EXPECT_EQ(server->seen().requests, 2);
  return waits.all();
}

TEST(Dresses, AskedWaitsAreKept) {
  for (const char* line :
       {R"("reply": "Slow.", "headers": {"Retry-After": "2"})",
        R"("reply": "Slow.", "headers": {"retry-after-ms": "2000"})",
        R"("reply": "Slow.", "headers": {"x-ratelimit-reset-requests": "2s"})",
        R"("reply": "Slow.", "headers": {"X-RateLimit-Reset-Tokens": "2000ms"})",
        R"("reply": "Slow. Please try again in 2s.")", R"("body": {"error": {"details": [{"retryDelay": "2s"}]}})"}) {
    EXPECT_THAT(WaitsFor(line), ElementsAre(absl::Seconds(2))) << line;
  }
}

TEST(Dresses, AServerThatLimitsTheRateIsNotAskedByOthersMeanwhile) {
  FakeEndpointOptions serving;
  ASSERT_OK_AND_ASSIGN(
      const Responder limit,
      Script(R"({"contains": "Question 0", "times": 1, "status": 429, "reply": "", "headers": {"Retry-After": "1"}})",
             "s", Echo()));
  serving.responder = [&](const FakeRequest& request) {
    const FakeReply reply = limit(request);
    if (reply.status == 200) absl::SleepFor(absl::Milliseconds(100));
    return reply;
  };
  const auto server = StartServer(serving);
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 4;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const absl::Time start = absl::Now();
  std::map<size_t, absl::Duration> when;
  endpoint->Complete(Questions(20), [&](size_t i, const absl::StatusOr<ChatReply>&) {
    when[i] = absl::Now() - start;
    return true;
  });
  EXPECT_EQ(when.size(), 20);
  EXPECT_GE(when.at(19), absl::Seconds(1));  // alone, three threads would be there after 700 ms
  EXPECT_EQ(server->seen().requests, 21);
}

TEST(Dresses, AWaitThatIsTooLongIsTold) {
  const auto server = Scripted(R"({"contains": "", "status": 429, "reply": "Please try again in 1h2m."})");
  EXPECT_THAT(AskOne(Impatient(server->url())),
              Is(Code::kUnavailable,
                 "the server asks to wait for 1 h 2 min, and 10 min 0 s is the most; given up after 1 "
                 "try"));
}

// How many of a hundred requests are sent, when all get this.
int64_t Sent(const std::string& line, const std::string& message) {
  const auto server = Scripted(R"({"contains": "", )" + line + "}");
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 2;
  auto endpoint = Endpoint::Make(options);
  EXPECT_OK(endpoint);
  const Answers answers = Collect(**endpoint, Questions(100));
  EXPECT_EQ(answers.size(), 100);
  EXPECT_THAT(std::string(answers.at(0).status().message()), HasSubstr(message)) << line;
  return server->seen().requests;
}

TEST(Dresses, WhatCannotSucceedIsNotSentAHundredTimes) {
  for (const char* line : {R"("status": 401, "reply": "No.")", R"("status": 403, "reply": "No.")",
                           R"("status": 404, "reply": "No.")", R"("status": 402, "reply": "No.")",
                           R"("status": 429, "body": {"error": {"message": "No.", "code": "insufficient_quota"}})",
                           R"("status": 400, "reply": "No. Your credit balance is too low.")",
                           R"("body": {"error": {"message": "No.", "code": 401}})"}) {
    EXPECT_EQ(Sent(line, "No."), 1) << line;
  }
  for (const char* line : {R"("status": 400, "reply": "No.")", R"("status": 413, "reply": "No.")",
                           R"("status": 422, "body": {"detail": [{"loc": ["body", "seed"], "msg": "No."}]})",
                           R"("body": {"object": "error", "message": "No.", "code": 400})"}) {
    const int64_t sent = Sent(line, "No.");
    EXPECT_GE(sent, 5) << line;
    EXPECT_LE(sent, 6) << line;
  }
  // Each its own fault.
  EXPECT_EQ(Sent(R"("status": 400, "reply": "maximum context length is 5 tokens")", "lower max_tokens"), 100);
}

TEST(Dresses, CreditThatRunsOutOnTheWayEndsIt) {
  const auto server = Scripted(R"({"contains": "Question 5", "status": 402, "reply": "No credit."})");
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 1;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const Answers answers = Collect(*endpoint, Questions(100));
  EXPECT_OK(answers.at(4));
  EXPECT_THAT(answers.at(99), Is(Code::kResourceExhausted, "not asked: "));
  EXPECT_EQ(server->seen().requests, 6);
}

TEST(Dresses, AReplyThatIsAllThinkingIsNotPaidForAgain) {
  const auto server = Scripted(
      R"({"contains": "", "body": {"choices": [{"message": {"content": null, "reasoning_content": "Hmm"},
          "finish_reason": "length"}]}})");
  EndpointOptions options = Impatient(server->url());
  options.retry_empty = true;
  EXPECT_THAT(AskOne(options), Is(Code::kFailedPrecondition,
                                  "the reply is empty but for 3 bytes of reasoning, kept apart: it "
                                  "was cut at max_tokens (256)"));
  EXPECT_EQ(server->seen().requests, 1);
  options.retry_empty = false;
  ASSERT_OK_AND_ASSIGN(const ChatReply reply, AskOne(options));
  EXPECT_EQ(reply.reasoning, "Hmm");
  EXPECT_EQ(reply.finish_reason, "length");
}

TEST(Dresses, RemarksAreCounted) {
  const auto server = Scripted(
      R"({"contains": "Question 1", "body": {"choices": [{"message": {"content": "a"}, "finish_reason": null}],
          "usage": {"prompt_tokens": 1, "completion_tokens": 1}}})");
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(Impatient(server->url())));
  Collect(*endpoint, Questions(3));
  EXPECT_EQ(Summary(endpoint->statistics()), "10 tokens, 1 with finish_reason null");
}

TEST(Dresses, AzureGetsItsOwnHeaderAndVersion) {
  constexpr char kVariable[] = "DRESSES_TEST_KEY";
  setenv(kVariable, "k-1", 1);
  const auto server = StartServer();
  EndpointOptions options =
      Impatient(absl::StrCat("http://127.0.0.1:", server->port(), "/openai/deployments/d?api-version=2024-10-21"));
  options.key_env = kVariable;
  EXPECT_OK(AskOne(options));
  EXPECT_THAT(server->seen().targets, ElementsAre("/openai/deployments/d/chat/completions?api-version=2024-10-21"));
  EXPECT_THAT(server->seen().authorizations, ElementsAre("api-key: k-1"));
  const auto other = StartServer();
  options = Impatient(other->url());
  options.key_file = base::WriteTestFile("key", "k-2\n");
  EXPECT_OK(AskOne(options));
  EXPECT_THAT(other->seen().authorizations, ElementsAre("Bearer k-2"));
  options.key_env = kVariable;
  EXPECT_THAT(AskOne(options), Is(Code::kInvalidArgument, "not in both"));
  options.key_env.clear();
  options.key_file = "missing.key";
  EXPECT_THAT(AskOne(options), Is(Code::kNotFound, "key_file: missing.key"));
  unsetenv(kVariable);
}

TEST(Dresses, HttpsToAnHttpPortIsTold) {
  const auto server = StartServer();
  EndpointOptions options = Impatient(absl::StrCat("https://127.0.0.1:", server->port()));
  EXPECT_THAT(AskOne(options), Is(Code::kFailedPrecondition, "does it speak http:// and not https://?"));
}

TEST(Dresses, WhatAskingWillTakeIsToldBefore) {
  EndpointOptions options = Impatient("http://h");
  options.prices = {2, 8};
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  EXPECT_EQ(endpoint->Forecast(Questions(10)),
            "about 30 tokens of prompts and at most 2560 of replies, cost about 0.0001 to 0.0205");
}

}  // namespace
}  // namespace lm
