// A judge over a server that misbehaves: what is said is right, and what is not said is named.
//
// Which request meets which fault is a function of its text and the seed, so that nothing here is left to chance but
// the machine's speed, and that has a hundred tries.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/program.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/testing.h"
#include "evaluation/judges/language_model_judge.h"
#include "evaluation/match/games.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace evaluation {
namespace {

using ::base::TestFolder;
using ::datasets::JudgePrompt;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kMatches = 500;  // 1000 comparisons
constexpr int kConcurrency = 32;

// Whose answer has the larger quality is known: 3 by 3, all cases in turn.
std::vector<Match> Matches(int count = kMatches) {
  std::vector<Match> matches;
  for (int i = 0; i < count; ++i) {
    Match match{"sami", "sft", "", {}};
    match.contest.question_id = i;
    match.contest.category = "writing";
    match.contest.turns = {absl::StrCat("Question ", i, "?")};
    match.contest.first = {absl::StrCat("sami says quality=", i % 3)};
    match.contest.second = {absl::StrCat("sft says quality=", i / 3 % 3)};
    matches.push_back(match);
  }
  return matches;
}

Winner Expected(const PairJudgment& judgment) {
  const int64_t first = judgment.question_id % 3, second = judgment.question_id / 3 % 3;
  return first == second ? Winner::kTie : first > second ? Winner::kModel1 : Winner::kModel2;
}

lm::FakeEndpointOptions Server(const std::string& faults) {
  lm::FakeEndpointOptions options;
  options.responder = lm::MarkJudge();
  options.faults = *lm::ParseFaults(faults);
  options.storm = 3;
  options.retry_after_s = 0;
  options.stall = absl::Seconds(3);
  options.drip = absl::Milliseconds(1);
  options.huge_bytes = 1 << 20;
  return options;
}

absl::StatusOr<std::unique_ptr<lm::Endpoint>> Client(const std::string& url, int max_tries) {
  lm::EndpointOptions options;
  options.base_url = url;
  options.model = "judge";
  options.concurrency = kConcurrency;
  options.http.total_timeout = absl::Seconds(1);
  options.http.max_reply_bytes = 64 << 10;
  options.retry.max_tries = max_tries;
  options.retry.first_delay = absl::Milliseconds(1);
  options.retry.max_delay = absl::Milliseconds(20);
  options.retry_empty = true;
  return lm::Endpoint::Make(options);
}

absl::StatusOr<std::unique_ptr<LanguageModelJudge>> MakeJudge(const std::string& exchanges_path, lm::ChatModel* model) {
  ASSIGN_OR_RETURN(const auto prompts, datasets::ReadJudgePrompts(base::Runfile("evaluation/judges/prompts.jsonl")));
  const JudgePrompt::Type type = JudgePrompt::Type::kPairwise;
  ASSIGN_OR_RETURN(PromptSet set, PromptSet::Make(prompts, OwnPrompts(type, false), type));
  ASSIGN_OR_RETURN(auto recording, lm::Recording::Open(exchanges_path, model));
  return LanguageModelJudge::Make(std::move(set), {}, std::move(recording));
}

// Every verdict that is there is the right one; gives the number of those that are not there.
int64_t CheckVerdicts(const Games& games) {
  int64_t missing = 0;
  for (const PairJudgment& judgment : games.judgments) {
    for (const Winner winner : {judgment.g1_winner, judgment.g2_winner}) {
      missing += winner == Winner::kError;
      if (winner != Winner::kError) EXPECT_EQ(winner, Expected(judgment)) << judgment.question_id;
    }
  }
  EXPECT_THAT(games.missing, SizeIs(missing));
  return missing;
}

class JudgeFaultTest : public ::testing::Test {
 protected:
  JudgeFaultTest() { base::Progress::SetQuiet(true); }
};

TEST_F(JudgeFaultTest, AThousandComparisonsCompleteWithEveryFaultAtTwentyPercent) {
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(Server("all:0.2")));
  ASSERT_OK_AND_ASSIGN(const auto client, Client(server->url(), /*max_tries=*/100));
  ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(TestFolder() + "/e.jsonl", client.get()));
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, Matches()));
  ASSERT_THAT(games.judgments, SizeIs(kMatches));
  EXPECT_EQ(CheckVerdicts(games), 0);
  EXPECT_EQ(judge->counts().asked_again, 0);
  const lm::FakeEndpoint::Seen seen = server->seen();
  EXPECT_GT(seen.requests, 2 * kMatches);
  for (int fault = 0; fault < lm::kFaults; ++fault) {
    EXPECT_GT(seen.faults[fault], 0) << lm::FaultName(static_cast<lm::Fault>(fault));
  }
  // The recording says the same, without a server.
  ASSERT_OK_AND_ASSIGN(auto recording, lm::Recording::Replay(TestFolder() + "/e.jsonl", ""));
  ASSERT_OK_AND_ASSIGN(auto replay, LanguageModelJudge::Make(judge->prompts(), {}, std::move(recording)));
  ASSERT_OK_AND_ASSIGN(const Games replayed, PlayBothOrders(*replay, Matches()));
  const std::string live_path = TestFolder() + "/live.jsonl", replay_path = TestFolder() + "/replay.jsonl";
  ASSERT_OK(WritePairJudgments(live_path, games.judgments));
  ASSERT_OK(WritePairJudgments(replay_path, replayed.judgments));
  EXPECT_EQ(*base::ReadFile(live_path), *base::ReadFile(replay_path));
}

TEST_F(JudgeFaultTest, WhatIsMissingIsNamedAndAloneAskedForAgain) {
  const std::string path = TestFolder() + "/e.jsonl";
  int64_t missing;
  {
    ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(Server("server_error:0.5")));
    ASSERT_OK_AND_ASSIGN(const auto client, Client(server->url(), /*max_tries=*/2));
    ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(path, client.get()));
    ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, Matches()));
    missing = CheckVerdicts(games);
    EXPECT_GT(missing, 0);
    EXPECT_LT(missing, 2 * kMatches);
    EXPECT_EQ(judge->counts().no_reply, missing);
    EXPECT_THAT(std::set<std::string>(games.missing.begin(), games.missing.end()), SizeIs(missing));
  }
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(Server("")));
  ASSERT_OK_AND_ASSIGN(const auto client, Client(server->url(), /*max_tries=*/100));
  ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(path, client.get()));
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, Matches()));
  EXPECT_EQ(CheckVerdicts(games), 0);
  EXPECT_EQ(server->seen().requests, missing);
}

// Kills a run once its server has seen so many requests, and runs it again.
void KillAndGoOn(int64_t after) {
  const std::string path = absl::StrCat(TestFolder(), "/killed", after, ".jsonl");
  // The child is made before there are threads; it gets the server's address when there is one.
  int address[2];
  ASSERT_EQ(pipe(address), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char url[100] = {};
    if (read(address[0], url, sizeof(url) - 1) <= 0) _exit(1);
    const auto client = Client(url, 100);
    const auto judge = MakeJudge(path, client->get());
    if (judge.ok()) (void)PlayBothOrders(**judge, Matches());
    pause();
    _exit(0);
  }
  lm::FakeEndpointOptions slow = Server("drip:1");
  slow.drip = absl::Milliseconds(2);
  ASSERT_OK_AND_ASSIGN(auto server, lm::FakeEndpoint::Start(slow));
  ASSERT_EQ(write(address[1], server->url().data(), server->url().size()), server->url().size());
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  while (server->seen().requests < after && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(2));
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  close(address[0]);
  close(address[1]);
  const auto before = server->seen();
  ASSERT_OK_AND_ASSIGN(server, lm::FakeEndpoint::Start(Server("")));
  ASSERT_OK_AND_ASSIGN(const auto client, Client(server->url(), /*max_tries=*/100));
  ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(path, client.get()));
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, Matches()));
  EXPECT_EQ(CheckVerdicts(games), 0);
  const auto& counts = judge->recording().counts();
  EXPECT_EQ(counts.recorded + counts.asked, 2 * kMatches);
  // What the servers saw: a question twice only where its answer was on the way when the run was killed.
  const auto behind = server->seen();
  EXPECT_EQ(behind.requests, counts.asked);
  int64_t twice = 0;
  for (const auto& [body, times] : behind.bodies) {
    EXPECT_EQ(times, 1);
    twice += before.bodies.count(body);
  }
  EXPECT_LE(twice, kConcurrency);
  EXPECT_EQ(before.bodies.size(), counts.recorded + twice);
}

TEST_F(JudgeFaultTest, AKilledRunGoesOnWithWhatIsMissingAndPaysForNoReplyTwice) {
  for (const int64_t after : {1, 40, 150, 400}) KillAndGoOn(after);
}

TEST_F(JudgeFaultTest, AJudgeThatAlwaysSaysAIsWarnedOf) {
  lm::FakeEndpointOptions options = Server("");
  options.responder = lm::Always("[[A]]");
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(options));
  ASSERT_OK_AND_ASSIGN(const auto client, Client(server->url(), 3));
  ASSERT_OK_AND_ASSIGN(const auto judge, MakeJudge(TestFolder() + "/e.jsonl", client.get()));
  ASSERT_OK_AND_ASSIGN(const Games games, PlayBothOrders(*judge, Matches(10)));
  EXPECT_EQ(PositionWarning(CountGames(games.judgments)).substr(0, 18), "in all 20 verdicts");
}

}  // namespace
}  // namespace evaluation
