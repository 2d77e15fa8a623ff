#include "lm/endpoint/servers.h"

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/chat/recording.h"
#include "lm/endpoint/endpoint_testing.h"

namespace lm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TryResult Failed(Failure failure, Blame blame = Blame::kRequest) {
  return {absl::UnavailableError("it is out"), failure, false, blame};
}

TryResult Answered() { return {ApiReply()}; }

std::vector<ApiAddress> Addresses(int n) {
  std::vector<ApiAddress> addresses;
  for (int i = 0; i < n; ++i) addresses.push_back({absl::StrCat("http://s", i, "/v1")});
  return addresses;
}

TEST(Servers, TheOneWithTheFewestOnTheirWay) {
  Servers servers(Addresses(3));
  const absl::Time now = absl::UnixEpoch();
  EXPECT_EQ(servers.Take(now), 0);
  EXPECT_EQ(servers.Take(now), 1);
  EXPECT_EQ(servers.Take(now), 2);
  EXPECT_EQ(servers.Take(now), 0);
  EXPECT_FALSE(servers.GiveBack(1, Answered(), now));
  EXPECT_EQ(servers.Take(now), 1);  // 2 and one of each: 2 is given the fewest of 1 and 2 then
  EXPECT_EQ(servers.Take(now), 2);
  EXPECT_THAT(servers.Answered(), ElementsAre(0, 1, 0));
  EXPECT_EQ(servers.Remark(), "");
}

TEST(Servers, LeftOutAfterThreeFailuresInARowAndTriedAgainAfterAMinute) {
  Servers servers(Addresses(2));
  absl::Time now = absl::UnixEpoch();
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(servers.Take(now), 0);
    EXPECT_EQ(servers.Take(now), 1);
    EXPECT_FALSE(servers.GiveBack(1, Answered(), now));
    EXPECT_TRUE(servers.GiveBack(0, Failed(Failure::kCut), now));
  }
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("note: server http://s0/v1 is left out for now, 1 other serves: it is out"));
  EXPECT_EQ(servers.Take(now), 1);
  EXPECT_EQ(servers.Take(now), 1);
  EXPECT_THAT(servers.Remark(), HasSubstr("of 2 servers, http://s0/v1 answered 0 and is left out (it is out), "
                                          "http://s1/v1 3"));
  // One request finds out; until it is back no other goes there.
  now += Servers::kRest;
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(servers.Take(now), 0);
  EXPECT_EQ(servers.Take(now), 1);
  EXPECT_TRUE(servers.GiveBack(0, Failed(Failure::kUnreachable), now));
  EXPECT_EQ(servers.Take(now), 1);
  now += Servers::kRest;
  EXPECT_EQ(servers.Take(now), 0);
  EXPECT_FALSE(servers.GiveBack(0, Answered(), now));
  EXPECT_EQ(servers.Take(now), 0);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "note: server http://s0/v1 serves again\n");
  EXPECT_THAT(servers.Remark(), HasSubstr("answered 1 and was left out (it is out)"));
}

TEST(Servers, WhatIsNotTheServersFaultLeavesNobodyOut) {
  Servers servers(Addresses(2));
  const absl::Time now = absl::UnixEpoch();
  for (const TryResult& tried :
       {Failed(Failure::kRateLimit), Failed(Failure::kEmpty), Failed(Failure::kTooLarge), Failed(Failure::kRejected),
        Failed(Failure::kRejected, Blame::kPerhapsEndpoint), Failed(Failure::kServerError, Blame::kAccount)}) {
    for (int i = 0; i < 4; ++i) EXPECT_FALSE(servers.GiveBack(servers.Take(now), tried, now));
  }
  EXPECT_EQ(servers.Remark(), "");
  // A wrong key or address is, at once.
  EXPECT_TRUE(servers.GiveBack(servers.Take(now), Failed(Failure::kRejected, Blame::kEndpoint), now));
  EXPECT_THAT(servers.Remark(), HasSubstr("is left out"));
}

TEST(Servers, TheLastOneIsNeverLeftOut) {
  Servers alone(Addresses(1));
  Servers both(Addresses(2));
  const absl::Time now = absl::UnixEpoch();
  for (int i = 0; i < 9; ++i) {
    EXPECT_FALSE(alone.GiveBack(alone.Take(now), Failed(Failure::kCut), now));
    both.GiveBack(both.Take(now), Failed(Failure::kCut), now);
  }
  EXPECT_EQ(alone.Remark(), "");
  EXPECT_THAT(both.Remark(), AllOf(HasSubstr("http://s0/v1 answered 0 and is left out"), HasSubstr("http://s1/v1 0")));
  EXPECT_EQ(both.Take(now), 1);
}

// Three servers, of which one is not there and one refuses the key: all is answered by the third, and it is said.
TEST(Servers, RequestsOfDeadServersAreAnsweredByOthers) {
  FakeEndpointOptions locked;
  locked.key = "another";
  const auto refusing = StartServer(locked), serving = StartServer();
  EndpointOptions options = Impatient("http://127.0.0.1:1/v1");
  options.more_urls = {refusing->url(), serving->url()};
  options.concurrency = 6;
  options.retry.max_tries = 5;
  ASSERT_OK_AND_ASSIGN(const auto endpoint, Endpoint::Make(options));
  ::testing::internal::CaptureStderr();
  const Answers answers = Collect(*endpoint, Questions(60));
  const std::string said = ::testing::internal::GetCapturedStderr();
  for (const auto& [i, answer] : answers) {
    ASSERT_OK(answer);
    EXPECT_EQ(answer->text, absl::StrCat("Question ", i));
    EXPECT_EQ(answer->server, serving->url());
  }
  EXPECT_EQ(answers.size(), 60);
  EXPECT_THAT(said, AllOf(HasSubstr("note: server http://127.0.0.1:1/v1 is left out for now"),
                          HasSubstr("cannot be reached"), HasSubstr(refusing->url() + " is left out for now"),
                          HasSubstr("note: of 3 servers, http://127.0.0.1:1/v1 answered 0 and is left out"),
                          HasSubstr(serving->url() + " 60")));
  EXPECT_THAT(endpoint->statistics().answered_by, ElementsAre(0, 0, 60));
  EXPECT_THAT(Summary(endpoint->statistics()), HasSubstr("0 + 0 + 60 replies by 3 servers"));
}

// Two that serve share the requests; which answered what stands beside the recording, whose content is as from one.
TEST(Servers, RequestsAreSharedAndTheirServersRecorded) {
  std::atomic<int> both = 0;
  FakeEndpointOptions slow;
  slow.responder = [&](const FakeRequest& request) {
    ++both;
    absl::SleepFor(absl::Milliseconds(5));
    return FakeReply{request.prompt};
  };
  const auto first = StartServer(slow), second = StartServer(slow);
  const auto record = [&](const std::string& name, const EndpointOptions& options) {
    const auto endpoint = *Endpoint::Make(options);
    const std::string path = absl::StrCat(base::TestFolder(), "/", name, ".jsonl");
    const auto recording = *Recording::Open(path, endpoint.get());
    std::vector<Inquiry> inquiries;
    for (const ChatRequest& request : Questions(40)) inquiries.push_back({request});
    EXPECT_OK(recording->Ask(inquiries));
    std::multiset<std::string> lines;
    const std::string text = base::ReadFile(path).value_or("");
    for (const absl::string_view line : absl::StrSplit(text, '\n')) lines.insert(std::string(line));
    return lines;
  };
  EndpointOptions options = Impatient(first->url());
  options.concurrency = 4;
  const auto alone = record("alone", options);
  EXPECT_FALSE(base::FileExists(base::TestFolder() + "/alone.servers.jsonl"));
  options.more_urls = {second->url()};
  EXPECT_EQ(record("shared", options), alone);
  EXPECT_EQ(both, 80);
  EXPECT_EQ(first->seen().requests + second->seen().requests, 80);
  EXPECT_GT(second->seen().requests, 10);
  ASSERT_OK_AND_ASSIGN(const auto servers, base::ReadJsonLines(base::TestFolder() + "/shared.servers.jsonl"));
  ASSERT_EQ(servers.size(), 40);
  std::map<std::string, int64_t> counts;
  for (const base::JsonLine& line : servers) ++counts[line.value["server"].get<std::string>()];
  EXPECT_EQ(counts[second->url()], second->seen().requests);
  EXPECT_EQ(counts[first->url()] + counts[second->url()], 40);
}

TEST(Servers, AddressesThatDoNotGoTogetherAreRefused) {
  EndpointOptions options = Impatient("http://h:1");
  options.more_urls = {"http://h:1/v1"};
  EXPECT_THAT(Endpoint::Make(options).status(), Is(Code::kInvalidArgument, "http://h:1/v1 is named twice"));
  options.more_urls = {"ftp://h"};
  EXPECT_THAT(Endpoint::Make(options).status(), Is(Code::kInvalidArgument, "must begin with http"));
  options.more_urls = {"https://n.openai.azure.com"};
  EXPECT_THAT(Endpoint::Make(options).status(), Is(Code::kInvalidArgument, "servers of one kind"));
}

}  // namespace
}  // namespace lm
