// The job on several processes, as a user starts them: the same bytes as on one, however many, and after one was
// killed; and what is said of ranks that do not fit.
#include <signal.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/job_testing.h"
#include "training/testing/free_port.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::map<std::string, std::string> Place(int rank, int size, int port) {
  return {{"RANK", absl::StrCat(rank)},
          {"WORLD_SIZE", absl::StrCat(size)},
          {"MASTER_ADDR", "127.0.0.1"},
          {"MASTER_PORT", absl::StrCat(port)}};
}

// The second paper's job: SFT, then DPO and SAMI, few questions and one of them with an adapter.
std::vector<std::string> Flags(const std::string& out, const std::string& deployment = "") {
  return {"--spec=" + base::Runfile("experiments/mtbench_sft_first.textproto"),
          "--out=" + out,
          "--store=" + out + ".store",
          "--set=queries[train].take=16",
          "--set=queries[test].take=8",
          "--set=queries[held_out].take=8",
          "--set=arms[sft].shard_gb=0.0001",
          "--set=arms[dpo].dpo.training.batch_size=8",
          "--set=arms[dpo].dpo.training.held_out={ share: 0.2 every_steps: 2 }",
          "--set=arms[sami].sami.training.lora={ rank: 4 target_modules: 'q_proj' }",
          Deployment(1, "checkpoint_seconds: 0 meeting_seconds: 600 " + deployment)};
}

std::vector<Job> Start(int size, const std::vector<std::string>& flags) {
  const int port = training::FreePort();
  std::vector<Job> ranks;
  for (int rank = 0; rank < size; ++rank) {
    ranks.push_back(StartProgram("experiments/mtbench_vs_dpo", flags, Place(rank, size, port)));
  }
  return ranks;
}

// The products of one process, made once.
const std::map<std::string, std::string>& Expected() {
  static const auto* products = [] {
    const std::string out = base::TestFolder() + "/one";
    const Outcome outcome = Ended(StartProgram("experiments/mtbench_vs_dpo", Flags(out)));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return new auto(Products(out));
  }();
  return *products;
}

TEST(RanksTest, TheSameBytesOnThree) {
  const auto& expected = Expected();
  EXPECT_GT(expected.count("models/sami/model.safetensors"), 0u);
  EXPECT_GT(expected.count("models/sft/model.safetensors.index.json"), 0u);  // from which the others start
  const std::string out = base::TestFolder() + "/three";
  std::vector<Outcome> outcomes;
  for (const Job& rank : Start(3, Flags(out))) outcomes.push_back(Ended(rank));
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const int rank : {1, 2}) {
    EXPECT_EQ(outcomes[rank].errors, "");  // rank 0 alone talks
    // All compute: trainings, texts and log-probabilities are most of the work.
    EXPECT_GT(outcomes[rank].cpu_seconds, 0.3 * outcomes[0].cpu_seconds);
  }
  EXPECT_EQ(Products(out), expected);
}

// Of each layer's weights, gradients and moments a part on each: SFT, DPO with its reference, SAMI under an adapter.
TEST(RanksTest, TheSameBytesWhereWeightsAreSharded) {
  const auto& expected = Expected();
  const std::string out = base::TestFolder() + "/sharded";
  for (const Job& rank : Start(2, Flags(out, "shard_weights: true"))) {
    const Outcome outcome = Ended(rank);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  EXPECT_EQ(Products(out), expected);
}

TEST(RanksTest, WhatCannotBeShardedIsSaidFirst) {
  std::vector<std::string> flags = Flags(base::TestFolder() + "/refused", "shard_weights: true");
  flags.push_back("--set=arms[dpo].dpo.training.microbatch_size=2");
  flags.push_back("--set=arms[dpo].dpo.training.accumulated_microbatches=2");
  for (const Job& rank : Start(2, flags)) {
    const Outcome outcome = Ended(rank);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.errors, HasSubstr("arm \"dpo\": its weights cannot be sharded"));
  }
}

TEST(RanksTest, AllEndWhenOneIsKilledAndAnyNumberContinues) {
  const auto& expected = Expected();
  const std::string out = base::TestFolder() + "/killed";
  const std::vector<Job> ranks = Start(2, Flags(out));
  const absl::Time until = absl::Now() + absl::Minutes(10);
  while (base::ReadFile(ranks[0].log).value_or("").find("stage train_dpo: starts") == std::string::npos) {
    ASSERT_LT(absl::Now(), until) << base::ReadFile(ranks[0].log).value_or("");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(ranks[1].process, SIGKILL);
  const Outcome first = Ended(ranks[0]);
  EXPECT_TRUE(Ended(ranks[1]).killed);
  EXPECT_EQ(first.exit_code, 1);
  EXPECT_THAT(first.errors, HasSubstr("is gone: it was killed, or its machine cannot be reached; all ranks end"));

  const Outcome alone = Ended(StartProgram("experiments/mtbench_vs_dpo", Flags(out)));
  ASSERT_EQ(alone.exit_code, 0) << alone.errors;
  EXPECT_THAT(alone.errors, HasSubstr("stage train_sft: already complete"));
  EXPECT_EQ(Products(out), expected);
}

TEST(RanksTest, RefusesRanksThatDoNotFit) {
  const std::vector<std::string> flags = Flags(base::TestFolder() + "/refused");
  const int port = training::FreePort();
  std::vector<std::string> other = flags;
  other.push_back("--set=seed=43");
  const Job first = StartProgram("experiments/mtbench_vs_dpo", flags, Place(0, 2, port));
  const Job second = StartProgram("experiments/mtbench_vs_dpo", other, Place(1, 2, port));
  for (const Job& rank : {first, second}) {
    const Outcome outcome = Ended(rank);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.errors, AllOf(HasSubstr("rank 1 of 2 ("), HasSubstr("differs from rank 0: it has run ")));
  }
  const Outcome half = Ended(StartProgram("experiments/mtbench_vs_dpo", flags, {{"RANK", "1"}}));
  EXPECT_EQ(half.exit_code, 2);
  EXPECT_THAT(half.errors, HasSubstr("the environment has RANK and no WORLD_SIZE"));
}

}  // namespace
}  // namespace experiments
