// Ranks as processes of their own on this machine: this program starts itself.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "training/processes/join.h"
#include "training/testing/free_port.h"

namespace training {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

// What a rank does, by the name in ROLE; the exit code is the test's.
int Play(const std::string& role) {
  const absl::StatusOr<Place> place = FindPlace();
  if (!place.ok()) return 9;
  JoinOptions options;
  options.place = *place;
  options.same = {{"run", std::getenv("RUN") == nullptr ? "abc" : std::getenv("RUN")}};
  options.patience = absl::Seconds(role == "impatient" ? 5 : 600);
  if (role == "silent") options.silence = absl::Seconds(10);  // a busy machine is not silent for so long
  options.on_loss = [](const std::string& message, bool) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::fflush(stderr);
    _exit(3);
  };
  auto group = Join(options);
  if (!group.ok()) {
    std::fprintf(stderr, "%s\n", group.status().ToString().c_str());
    return 2;
  }
  Group& all = **group;
  if (role == "wait" || role == "silent") {
    std::fprintf(stderr, "joined\n");
    (void)LeadersText(all, "");  // rank 0's never comes
    std::this_thread::sleep_for(std::chrono::hours(1));
  }
  if (role == "fail" && all.rank() == 1) {
    (*group)->Leave(/*failed=*/true);
    return 4;
  }
  if (role == "fail") std::this_thread::sleep_for(std::chrono::hours(1));

  const auto texts = GatherTexts(all, std::string(all.rank() * 1000, 'a' + all.rank()));
  if (!texts.ok()) return 5;
  for (int rank = 0; rank < all.size(); ++rank) {
    if ((*texts)[rank] != std::string(rank * 1000, 'a' + rank)) return 6;
  }
  const int64_t others = all.size() - 1;
  if (all.bytes_sent() != others * (8 + all.rank() * 1000)) return 7;
  const auto collected = CollectTexts(all, absl::StrCat(all.rank()));
  if (!collected.ok() || collected->size() != (all.leads() ? all.size() : 0)) return 11;
  if (all.leads() && collected->back() != absl::StrCat(all.size() - 1)) return 12;
  if (LeadersText(all, absl::StrCat("of ", all.rank())).value_or("") != "of 0") return 8;
  // Everybody hears of the second's error.
  const absl::Status agreed = Agreed(all, all.rank() == 1 ? absl::NotFoundError("no cheese") : absl::OkStatus());
  if (all.size() > 1 && agreed != absl::NotFoundError("no cheese")) return 10;
  (*group)->Leave(/*failed=*/false);
  return 0;
}

struct Rank {
  pid_t process;
  std::string log;
};

// Starts this program in another role.
Rank Start(const std::string& role, const Variables& variables) {
  static int count = 0;
  const std::string log = absl::StrCat(base::TestFolder(), ".", count++);
  const pid_t child = fork();
  if (child == 0) {
    for (const auto& [name, value] : variables) setenv(name.c_str(), value.c_str(), 1);
    setenv("ROLE", role.c_str(), 1);
    if (!std::freopen(log.c_str(), "w", stderr)) _exit(126);
    execl("/proc/self/exe", "ranks", nullptr);
    _exit(127);
  }
  return {child, log};
}

int ExitOf(const Rank& rank) {
  int status = 0;
  waitpid(rank.process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string Log(const Rank& rank) { return base::ReadFile(rank.log).value_or(""); }

Variables Of(int rank, int size, int port) {
  return {{"RANK", absl::StrCat(rank)},
          {"WORLD_SIZE", absl::StrCat(size)},
          {"MASTER_ADDR", "127.0.0.1"},
          {"MASTER_PORT", absl::StrCat(port)}};
}

std::vector<Rank> StartAll(const std::string& role, int size) {
  const int port = FreePort();
  std::vector<Rank> ranks;
  for (int rank = 0; rank < size; ++rank) ranks.push_back(Start(role, Of(rank, size, port)));
  return ranks;
}

void WaitFor(const Rank& rank, const std::string& text) {
  const absl::Time until = absl::Now() + absl::Minutes(10);
  while (Log(rank).find(text) == std::string::npos) {
    ASSERT_LT(absl::Now(), until) << Log(rank);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

TEST(ProcessesTest, SayToEachOther) {
  for (const int size : {1, 4}) {
    for (const Rank& rank : StartAll("talk", size)) EXPECT_EQ(ExitOf(rank), 0) << Log(rank);
  }
}

TEST(ProcessesTest, AllEndWhenOneIsKilled) {
  for (const int killed : {0, 2}) {
    const std::vector<Rank> ranks = StartAll("wait", 3);
    for (const Rank& rank : ranks) WaitFor(rank, "joined");
    kill(ranks[killed].process, SIGKILL);
    for (int rank = 0; rank < 3; ++rank) {
      EXPECT_EQ(ExitOf(ranks[rank]), rank == killed ? -SIGKILL : 3) << Log(ranks[rank]);
      if (rank == killed) continue;
      EXPECT_THAT(Log(ranks[rank]),
                  AllOf(HasSubstr(absl::StrCat("rank ", killed, " of 3 (")), HasSubstr("is gone: it was killed")));
    }
  }
}

TEST(ProcessesTest, AllEndWhenOneFallsSilent) {
  const std::vector<Rank> ranks = StartAll("silent", 3);
  for (const Rank& rank : ranks) WaitFor(rank, "joined");
  kill(ranks[1].process, SIGSTOP);  // its connections stay
  for (const int rank : {0, 2}) {
    EXPECT_EQ(ExitOf(ranks[rank]), 3);
    EXPECT_THAT(Log(ranks[rank]), HasSubstr("rank 1 of 3 ("));
  }
  kill(ranks[1].process, SIGKILL);
  EXPECT_EQ(ExitOf(ranks[1]), -SIGKILL);
}

TEST(ProcessesTest, AllEndWhenOneFails) {
  const std::vector<Rank> ranks = StartAll("fail", 3);
  EXPECT_EQ(ExitOf(ranks[0]), 3);
  EXPECT_EQ(ExitOf(ranks[1]), 4);
  EXPECT_EQ(ExitOf(ranks[2]), 3);
  EXPECT_THAT(Log(ranks[0]), HasSubstr("rank 1 of 3 ("));
  EXPECT_THAT(Log(ranks[2]), HasSubstr("has failed; its own lines say why"));
}

TEST(ProcessesTest, NamesTheRanksThatDoNotCome) {
  const int port = FreePort();
  const Rank first = Start("impatient", Of(0, 4, port)), third = Start("impatient", Of(2, 4, port));
  EXPECT_EQ(ExitOf(first), 2);
  EXPECT_EQ(ExitOf(third), 2);
  for (const Rank& rank : {first, third}) {
    EXPECT_THAT(Log(rank), AllOf(HasSubstr("2 of 4 ranks have come to 127.0.0.1"), HasSubstr("missing: 1, 3")));
  }
  const Rank alone = Start("impatient", Of(1, 2, FreePort()));
  EXPECT_EQ(ExitOf(alone), 2);
  EXPECT_THAT(Log(alone), HasSubstr("rank 1 of 2: rank 0 cannot be reached at 127.0.0.1:"));
}

TEST(ProcessesTest, RefusesRanksThatDiffer) {
  int port = FreePort();
  Variables other = Of(1, 2, port);
  other["RUN"] = "xyz";
  std::vector<Rank> ranks = {Start("talk", Of(0, 2, port)), Start("talk", other)};
  for (const Rank& rank : ranks) {
    EXPECT_EQ(ExitOf(rank), 2);
    EXPECT_THAT(Log(rank), AllOf(HasSubstr("rank 1 of 2 ("), HasSubstr("it has run xyz, rank 0 has run abc")));
  }
  port = FreePort();
  ranks = {Start("talk", Of(0, 2, port)), Start("talk", Of(1, 3, port))};
  for (const Rank& rank : ranks) {
    EXPECT_EQ(ExitOf(rank), 2);
    EXPECT_THAT(Log(rank), HasSubstr("was started as one of 3 ranks, rank 0 as one of 2"));
  }
}

TEST(ProcessesTest, RefusesATakenPort) {
  const HeldPort held;
  const Rank rank = Start("talk", Of(0, 2, held.port()));
  EXPECT_EQ(ExitOf(rank), 2);
  EXPECT_THAT(Log(rank), AllOf(HasSubstr("a port that another program has"), HasSubstr("choose another MASTER_PORT")));
}

TEST(ProcessesTest, RefusesTwoOfOneRank) {
  const int port = FreePort();
  const std::vector<Rank> ranks = {Start("impatient", Of(0, 3, port)), Start("talk", Of(1, 3, port)),
                                   Start("talk", Of(1, 3, port))};
  for (const Rank& rank : ranks) EXPECT_EQ(ExitOf(rank), 2);
  EXPECT_THAT(Log(ranks[1]) + Log(ranks[2]), HasSubstr("two processes were started as rank 1 of 3"));
}

}  // namespace
}  // namespace training

int main(int argc, char** argv) {
  if (const char* role = std::getenv("ROLE"); role != nullptr) return training::Play(role);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
