#include "lm/endpoint/endpoint.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/testing.h"
#include "lm/endpoint/endpoint_testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace lm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Endpoint, AnswersAllSideBySide) {
  const auto server = StartServer();
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(Impatient(server->url())));
  std::vector<ChatRequest> requests = Questions(100);
  requests[7].messages.clear();
  requests[7].prompt = "To continue";
  const Answers answers = Collect(*endpoint, requests);
  ASSERT_EQ(answers.size(), 100);
  for (const auto& [i, answer] : answers) {
    ASSERT_OK(answer);
    EXPECT_EQ(answer->text, i == 7 ? "To continue" : absl::StrCat("Question ", i));
    EXPECT_EQ(answer->finish_reason, "stop");
    EXPECT_EQ(answer->model, "m");
    EXPECT_EQ(answer->completion_tokens, 2);
  }
  EXPECT_EQ(server->seen().requests, 100);
  EXPECT_LE(server->seen().most_at_once, 8);
  EXPECT_EQ(endpoint->name(), "m");
  const EndpointStatistics statistics = endpoint->statistics();
  EXPECT_EQ(statistics.answered, 100);
  EXPECT_EQ(statistics.tokens(), 400);
  EXPECT_EQ(Summary(statistics), "400 tokens");
  EXPECT_TRUE(Collect(*endpoint, {}).empty());
}

// One fault, at half of all tries: all requests are answered, and right.
class OneFault : public ::testing::TestWithParam<int> {};

TEST_P(OneFault, IsOvercome) {
  FakeEndpointOptions faulty;
  faulty.faults[GetParam()] = 0.5;
  faulty.drip = faulty.stall = absl::Seconds(5);
  faulty.huge_bytes = 1 << 20;
  const auto server = StartServer(faulty);
  EndpointOptions options = Impatient(server->url());
  const Fault fault = static_cast<Fault>(GetParam());
  const bool is_slow = fault == Fault::kStall || fault == Fault::kDrip;
  if (is_slow) options.http.total_timeout = absl::Milliseconds(300);
  options.http.max_reply_bytes = 1 << 16;
  options.retry_empty = true;
  options.retry.max_tries = 40;  // a request fails 40 times with probability 2^-40
  options.sleep = [](absl::Duration duration) { absl::SleepFor(duration / 50); };
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const Answers answers = Collect(*endpoint, Questions(24));
  ASSERT_EQ(answers.size(), 24);
  for (const auto& [i, answer] : answers) {
    ASSERT_OK(answer);
    EXPECT_EQ(answer->text, absl::StrCat("Question ", i));
  }
  const int64_t faults = server->seen().faults[GetParam()];
  EXPECT_GT(faults, 0);
  const bool is_harmless = fault == Fault::kDuplicate || fault == Fault::kTwice;
  const int64_t retries = endpoint->statistics().retries;
  // On a busy machine what is sound may take 300 ms too.
  if (is_slow) EXPECT_GE(retries, faults);
  if (!is_slow) EXPECT_EQ(retries, is_harmless ? 0 : faults) << Summary(endpoint->statistics());
}

INSTANTIATE_TEST_SUITE_P(All, OneFault, ::testing::Range(0, kFaults),
                         [](const auto& info) { return std::string(FaultName(static_cast<Fault>(info.param))); });

TEST(Endpoint, AllFaultsAtOnceLeaveNothingOut) {
  constexpr int kRequests = 200;
  FakeEndpointOptions faulty;
  faulty.faults.fill(0.2);
  // These hold a thread of the server, and so long that a busy machine's replies are not taken for them.
  for (const Fault slow : {Fault::kStall, Fault::kDrip}) faulty.faults[static_cast<int>(slow)] = 0.02;
  faulty.drip = faulty.stall = absl::Milliseconds(1500);
  faulty.huge_bytes = 1 << 20;
  const auto server = StartServer(faulty);
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 16;
  options.http.total_timeout = absl::Seconds(1);
  options.http.max_reply_bytes = 1 << 16;
  options.retry_empty = true;
  // A try goes well with probability 0.8^13 and where what is drawn is harmless: at least 0.05. 300 tries fail with
  // probability 0.95^300 = 2e-7, for one of 200 requests 4e-5; the draws are the same in every run.
  options.retry.max_tries = 300;
  options.sleep = [](absl::Duration duration) { absl::SleepFor(std::min(duration, absl::Milliseconds(20))); };
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const absl::Time start = absl::Now();
  const Answers answers = Collect(*endpoint, Questions(kRequests));
  ASSERT_EQ(answers.size(), kRequests);
  for (const auto& [i, answer] : answers) {
    ASSERT_OK(answer);
    EXPECT_EQ(answer->text, absl::StrCat("Question ", i));
  }
  const EndpointStatistics statistics = endpoint->statistics();
  EXPECT_EQ(statistics.answered, kRequests);
  EXPECT_EQ(statistics.tries, statistics.retries + kRequests);
  for (const Failure failure : {Failure::kTimeout, Failure::kCut, Failure::kRateLimit, Failure::kServerError,
                                Failure::kBroken, Failure::kTooLarge, Failure::kEmpty}) {
    EXPECT_GT(statistics.failures[static_cast<int>(failure)], 0) << FailureName(failure);
  }
  std::fprintf(stderr, "%s in %s\n", Summary(statistics).c_str(), absl::FormatDuration(absl::Now() - start).c_str());
}

TEST(Endpoint, SitsStormsOut) {
  FakeEndpointOptions faulty;
  faulty.faults[static_cast<int>(Fault::kRateLimit)] = 0.1;
  faulty.storm = 4;
  const auto server = StartServer(faulty);
  EndpointOptions options = Impatient(server->url());
  options.retry.max_tries = 40;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  for (const auto& [i, answer] : Collect(*endpoint, Questions(60))) EXPECT_OK(answer) << i;
  const int64_t refused = server->seen().faults[static_cast<int>(Fault::kRateLimit)];
  EXPECT_GT(refused, 0);
  EXPECT_EQ(refused % 4, 0) << refused;  // each storm is whole: who met it came again
  EXPECT_EQ(endpoint->statistics().retries, refused);
}

TEST(Endpoint, WaitsAsLongAsTheServerAsks) {
  FakeEndpointOptions faulty;
  faulty.faults[static_cast<int>(Fault::kRateLimitAfter)] = 1;
  faulty.retry_after_s = 17;
  const auto server = StartServer(faulty);
  EndpointOptions options = Impatient(server->url());
  options.retry.max_tries = 3;
  const Waits waits(options);
  EXPECT_THAT(AskOne(options), Is(Code::kUnavailable, "status 429: Too many requests.; given up after 3 tries"));
  EXPECT_EQ(waits.all(), std::vector<absl::Duration>(2, absl::Seconds(17)));
  options.retry.max_retry_after = absl::Seconds(16);
  EXPECT_THAT(AskOne(options), Is(Code::kUnavailable, "given up after 1 try"));
}

TEST(Endpoint, SaysWhatIsWrongWithTheServer) {
  EndpointOptions options = Impatient("http://127.0.0.1:1/v1");  // nobody listens there
  options.retry.max_tries = 2;
  EXPECT_THAT(AskOne(options), Is(Code::kUnavailable, "http://127.0.0.1:1/v1/chat/completions: cannot be reached"));
  options.base_url = "http://host.invalid";
  EXPECT_THAT(AskOne(options), Is(Code::kUnavailable, "http://host.invalid/v1/chat/completions: cannot be reached"));
  const auto fault = [&](Fault kind) {
    FakeEndpointOptions faulty;
    faulty.faults[static_cast<int>(kind)] = 1;
    faulty.huge_bytes = 1 << 20;
    faulty.drip = faulty.stall = absl::Seconds(5);
    const auto server = StartServer(faulty);
    EndpointOptions asked = Impatient(server->url());
    asked.retry.max_tries = 2;
    asked.http.max_reply_bytes = 1 << 16;
    const bool is_slow = kind == Fault::kStall || kind == Fault::kDrip;
    if (is_slow) asked.http.total_timeout = absl::Milliseconds(200);
    return AskOne(asked);
  };
  EXPECT_THAT(fault(Fault::kServerError), Is(Code::kUnavailable, "status 500: Something went wrong."));
  EXPECT_THAT(fault(Fault::kCut), Is(Code::kUnavailable, "the connection was cut off"));
  EXPECT_THAT(fault(Fault::kDrip), Is(Code::kDeadlineExceeded, "no whole reply within 200 ms"));
  EXPECT_THAT(fault(Fault::kStall),
              Is(Code::kDeadlineExceeded, "no whole reply within 200 ms; given up after 2 tries"));
  EXPECT_THAT(fault(Fault::kInvalidJson), Is(Code::kUnavailable, "reply: not valid JSON"));
  EXPECT_THAT(fault(Fault::kWrongSchema), Is(Code::kUnavailable, "no \"choices\" in"));
  EXPECT_THAT(fault(Fault::kHuge), Is(Code::kUnavailable, "larger than 65536 bytes"));
  ASSERT_OK_AND_ASSIGN(const ChatReply empty, fault(Fault::kEmpty));
  EXPECT_EQ(empty.text, "");
}

TEST(Endpoint, DoesNotRepeatWhatIsRefused) {
  FakeEndpointOptions serving;
  serving.model = "other";
  ASSERT_OK_AND_ASSIGN(serving.responder,
                       Script(R"({"contains": "5", "reply": "Too\nlong.", "status": 400})", "s", Echo()));
  auto server = StartServer(serving);
  EXPECT_THAT(AskOne(Impatient(server->url())), Is(Code::kNotFound, "status 404: The model does not exist."));
  EXPECT_EQ(server->seen().requests, 1);
  serving.model = "";
  server = StartServer(serving);
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(Impatient(server->url())));
  const Answers answers = Collect(*endpoint, Questions(10));
  for (const auto& [i, answer] : answers) {
    if (i != 5) EXPECT_OK(answer);
  }
  EXPECT_THAT(answers.at(5), Is(Code::kInvalidArgument, "status 400: Too long."));
  EXPECT_EQ(server->seen().requests, 10);
}

TEST(Endpoint, RefusesTokenIds) {
  const auto server = StartServer();
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(Impatient(server->url())));
  std::vector<ChatRequest> requests = Questions(2);
  requests[0].messages.clear();
  requests[0].prompt_ids = {1, 2};
  const auto answers = Collect(*endpoint, requests);
  EXPECT_THAT(answers.at(0), Is(Code::kInvalidArgument, "prompt_ids are of one tokenizer"));
  EXPECT_OK(answers.at(1));
  EXPECT_EQ(endpoint->Check(requests[0]), answers.at(0).status());
  EXPECT_EQ(server->seen().requests, 1);
}

TEST(Endpoint, KeepsTheKeyToItself) {
  constexpr char kVariable[] = "ENDPOINT_TEST_KEY", kKey[] = "sk-secret-123";
  FakeEndpointOptions locked;
  locked.key = kKey;
  const auto server = StartServer(locked);
  EndpointOptions options = Impatient(server->url());
  EXPECT_THAT(AskOne(options), Is(Code::kUnauthenticated, "no key was sent; name the environment variable"));
  options.key_env = kVariable;
  unsetenv(kVariable);
  EXPECT_THAT(AskOne(options), Is(Code::kInvalidArgument, "the environment has no variable ENDPOINT_TEST_KEY"));
  setenv(kVariable, "\n", 1);
  EXPECT_THAT(AskOne(options), Is(Code::kUnauthenticated, "the environment variable ENDPOINT_TEST_KEY is empty"));
  setenv(kVariable, "sk-wrong-456", 1);
  // The server repeats it.
  EXPECT_THAT(AskOne(options),
              base::StatusIs(Code::kUnauthenticated, AllOf(HasSubstr("provided: Bearer ***"), Not(HasSubstr("456")))));
  setenv(kVariable, "sk-secret-123\n", 1);
  EXPECT_OK(AskOne(options));
  setenv(kVariable, "sk-secret\r\nX-Evil: 1", 1);
  EXPECT_THAT(AskOne(options),
              base::StatusIs(Code::kInvalidArgument, AllOf(HasSubstr("control characters"), Not(HasSubstr("sk-")))));
  // Somebody else does not get it.
  setenv(kVariable, kKey, 1);
  const auto other = StartServer();
  FakeEndpointOptions elsewhere;
  elsewhere.redirect_to = other->url() + "/chat/completions";
  const auto redirecting = StartServer(elsewhere);
  options.base_url = redirecting->url();
  EXPECT_THAT(AskOne(options),
              Is(Code::kFailedPrecondition, "redirects are not followed; is its address " + elsewhere.redirect_to));
  EXPECT_EQ(other->seen().requests, 0);
  EXPECT_EQ(redirecting->seen().authorizations.size(), 1);
  unsetenv(kVariable);
}

TEST(Endpoint, TrustsOnlyKnownCertificates) {
  FakeEndpointOptions secure;
  secure.tls = true;
  const auto server = StartServer(secure);
  EndpointOptions options = Impatient(server->url());
  EXPECT_THAT(AskOne(options), Is(Code::kFailedPrecondition, "its certificate is not trusted"));
  EXPECT_EQ(server->seen().requests, 0);
  options.http.ca_file = base::WriteTestFile("ca.pem", server->certificate());
  EXPECT_OK(AskOne(options));
  // The name counts too.
  options.base_url = absl::StrCat("https://localhost:", server->port());
  EXPECT_THAT(AskOne(options), Is(Code::kFailedPrecondition, "its certificate is not trusted"));
  options.base_url = server->url();
  options.http.ca_file = base::WriteTestFile("no_ca.pem", "nothing");
  EXPECT_THAT(AskOne(options), Is(Code::kFailedPrecondition, "its certificate is not trusted"));
  options.http.ca_file = "missing.pem";
  EXPECT_THAT(AskOne(options), Is(Code::kNotFound, "ca_file: missing.pem"));
  // http to a server that speaks TLS, and the other way round.
  options = Impatient(absl::StrCat("http://127.0.0.1:", server->port()));
  options.retry.max_tries = 1;
  EXPECT_THAT(AskOne(options), Is(Code::kUnavailable, "/v1/chat/completions: "));
  options.base_url = absl::StrCat("https://127.0.0.1:", StartServer()->port());
  EXPECT_FALSE(AskOne(options).ok());
}

TEST(Endpoint, StopsAskingAServerThatIsDown) {
  EndpointOptions options = Impatient("http://127.0.0.1:1/v1");
  options.concurrency = 4;
  options.retry.max_tries = 2;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const Answers answers = Collect(*endpoint, Questions(100));
  ASSERT_EQ(answers.size(), 100);
  EXPECT_THAT(answers.at(99), Is(Code::kUnavailable, "not asked: http://127.0.0.1:1/v1/chat/completions: cannot be"));
  EXPECT_LT(endpoint->statistics().tries, 20);
  EXPECT_EQ(endpoint->statistics().answered, 0);
}

TEST(Endpoint, GoesOnPastARequestThatTheServerCannotDigest) {
  FakeEndpointOptions serving;
  ASSERT_OK_AND_ASSIGN(serving.responder,
                       Script(R"({"contains": "Question 0", "reply": "Crash.", "status": 500})", "s", Echo()));
  const auto server = StartServer(serving);
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 1;
  options.retry.max_tries = 3;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const Answers answers = Collect(*endpoint, Questions(9));
  EXPECT_THAT(answers.at(0), Is(Code::kUnavailable, "status 500: Crash.; given up after 3 tries"));
  for (int i = 1; i < 9; ++i) EXPECT_OK(answers.at(i));
  EXPECT_EQ(endpoint->statistics().given_up, 1);
}

TEST(Endpoint, EndsWithItsBudget) {
  const auto server = StartServer();
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 4;
  options.budget.tokens = 40;  // ten questions of two words, with their echoes
  ASSERT_OK_AND_ASSIGN(auto endpoint, Endpoint::Make(options));
  Answers answers = Collect(*endpoint, Questions(100));
  const auto answered = [&] {
    return std::count_if(answers.begin(), answers.end(), [](const auto& answer) { return answer.second.ok(); });
  };
  ASSERT_EQ(answers.size(), 100);
  EXPECT_GE(answered(), 10);
  EXPECT_LE(answered(), 13);  // and those that were on their way
  EXPECT_THAT(answers.at(99), Is(Code::kResourceExhausted, "not asked: the budget of 40 tokens is used up"));
  EXPECT_EQ(server->seen().requests, answered());
  // What failed before is not forgotten.
  FakeEndpointOptions failing;
  ASSERT_OK_AND_ASSIGN(failing.responder,
                       Script(R"({"contains": "Question 0", "reply": "Crash.", "status": 500})", "s", Echo()));
  const auto other = StartServer(failing);
  options.base_url = other->url();
  options.concurrency = 2;
  options.retry.first_delay = options.retry.max_delay = absl::Milliseconds(200);
  options.retry.max_tries = 100000;  // however long the others take to use the budget up
  ASSERT_OK_AND_ASSIGN(endpoint, Endpoint::Make(options));
  answers = Collect(*endpoint, Questions(100));
  EXPECT_THAT(answers.at(0),
              Is(Code::kResourceExhausted, "status 500: Crash.; not asked again: the budget of 40 tokens is used up"));
  options.base_url = server->url();
  options.concurrency = 1;
  options.budget = {0, 0.001};
  options.prices = {100, 25};  // a question costs (2 x 100 + 2 x 25) / 10^6
  ASSERT_OK_AND_ASSIGN(endpoint, Endpoint::Make(options));
  answers = Collect(*endpoint, Questions(100));
  EXPECT_EQ(answered(), 4);
  EXPECT_DOUBLE_EQ(endpoint->statistics().cost, 0.001);
  EXPECT_EQ(Summary(endpoint->statistics()), "16 tokens, cost 0.0010");
}

TEST(Endpoint, EstimatesTokensThatTheServerDoesNotTell) {
  FakeEndpointOptions silent;
  silent.tells_usage = false;
  const auto server = StartServer(silent);
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(Impatient(server->url())));
  const Answers answers = Collect(*endpoint, Questions(1));
  EXPECT_EQ(answers.at(0)->completion_tokens, 0);
  // ceil(10 bytes / 4), twice
  EXPECT_EQ(Summary(endpoint->statistics()), "about 6 tokens (the server does not tell of 1 reply)");
}

TEST(Endpoint, SpacesRequests) {
  const auto server = StartServer();
  EndpointOptions options = Impatient(server->url());
  options.requests_per_minute = 60 * 50;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  const absl::Time start = absl::Now();
  EXPECT_EQ(Collect(*endpoint, Questions(21)).size(), 21);
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(400));  // 20 gaps of 20 ms
}

TEST(Endpoint, EndsEarlyWhenAsked) {
  FakeEndpointOptions faulty;
  ASSERT_OK_AND_ASSIGN(faulty.responder,
                       Script(R"({"contains": "Question 1", "reply": "Later.", "status": 503})", "s", Echo()));
  const auto server = StartServer(faulty);
  EndpointOptions options = Impatient(server->url());
  options.concurrency = 2;
  options.retry.first_delay = options.retry.max_delay = absl::Hours(1);  // would wait for long
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  std::vector<size_t> answered;
  endpoint->Complete(Questions(10), [&](size_t i, const absl::StatusOr<ChatReply>&) {
    answered.push_back(i);
    absl::SleepFor(absl::Milliseconds(50));
    return answered.size() < 4;
  });
  EXPECT_EQ(answered, (std::vector<size_t>{0, 2, 3, 4}));
}

TEST(Endpoint, RefusesOptionsThatMakeNoSense) {
  const auto make = [](auto change) {
    EndpointOptions options = Impatient("http://localhost:1");
    change(options);
    return Endpoint::Make(options).status();
  };
  EXPECT_OK(make([](auto&) {}));
  EXPECT_THAT(make([](auto& o) { o.base_url = "localhost:8000"; }), Is(Code::kInvalidArgument, "must begin with http"));
  EXPECT_THAT(make([](auto& o) { o.model = ""; }), Is(Code::kInvalidArgument, "model"));
  EXPECT_THAT(make([](auto& o) { o.concurrency = 0; }), Is(Code::kInvalidArgument, "concurrency 0"));
  EXPECT_THAT(make([](auto& o) { o.retry.max_tries = 0; }), Is(Code::kInvalidArgument, "max_tries"));
  EXPECT_THAT(make([](auto& o) { o.requests_per_minute = -1; }), Is(Code::kInvalidArgument, "requests_per_minute"));
  EXPECT_THAT(make([](auto& o) { o.requests_per_minute = NAN; }), Is(Code::kInvalidArgument, "requests_per_minute"));
  EXPECT_THAT(make([](auto& o) { o.budget.cost = 1; }), Is(Code::kInvalidArgument, "needs the prices"));
  EXPECT_THAT(make([](auto& o) { o.http.total_timeout = absl::ZeroDuration(); }),
              Is(Code::kInvalidArgument, "timeout"));
  EXPECT_THAT(make([](auto& o) { o.extra = 3; }), Is(Code::kInvalidArgument, "JSON object"));
}

}  // namespace
}  // namespace lm
