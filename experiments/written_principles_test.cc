// The shipped spec with written principles: its constitution file is what the writer makes of the recorded replies, and
// the experiment runs with it.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/constitutions/constitutions.h"
#include "experiments/job_testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

constexpr char kFolder[] = "experiments/written_principles/";
constexpr char kCategories[] = "--categories=writing,roleplay,reasoning,math,coding,extraction,stem,humanities";

std::string Shipped(const std::string& name) { return base::Runfile(absl::StrCat(kFolder, name)); }

Outcome Replay(const std::string& out, int count) {
  return RunProgram(
      "sami/write_principles",
      {"--task_file=" + Shipped("task.txt"),
       "--categories=writing,roleplay,reasoning,math,coding,extraction,stem,humanities",
       absl::StrCat("--count=", count), "--replay=" + Shipped("principles.json.replies.jsonl"), "--out=" + out},
      std::chrono::milliseconds(0));
}

TEST(WrittenPrinciplesTest, RecordedRepliesGiveTheShippedFile) {
  const std::string out = base::TestFolder() + "/principles.json";
  const Outcome outcome = Replay(out, 9);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("repeats a principle"));  // one entry of the first reply
  EXPECT_EQ(*base::ReadFile(out), *base::ReadFile(Shipped("principles.json")));
  EXPECT_THAT(datasets::ReadPrinciples(out), base::IsOkAnd(::testing::SizeIs(9)));

  // Other options are another question, to which there is no recorded reply.
  const Outcome other = Replay(base::TestFolder() + "/other.json", 10);
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.errors, HasSubstr("replies.jsonl: lacks the exchange"));
  EXPECT_FALSE(base::FileExists(base::TestFolder() + "/other.json"));
}

// kill -9 of the program that RunProgram waits for, the only child of this process.
void KillProgram() {
  pid_t child = 0;
  std::ifstream(absl::StrCat("/proc/self/task/", getpid(), "/children")) >> child;
  if (child > 0) kill(child, SIGKILL);
}

// A writer that is killed over its second question asks that one again, and not the first.
TEST(WrittenPrinciplesTest, AKilledWriterAsksForWhatIsMissing) {
  ASSERT_OK_AND_ASSIGN(const auto lines, base::ReadJsonLines(Shipped("principles.json.replies.jsonl")));
  ASSERT_EQ(lines.size(), 2);
  std::atomic<int> asked[2] = {{0}, {0}};
  lm::FakeEndpointOptions options;
  options.responder = [&](const lm::FakeRequest& request) {
    const int i = lines[0].value["messages"][0]["content"] == request.prompt ? 0 : 1;
    if (++asked[i] == 1 && i == 1) KillProgram();
    return lm::FakeReply{lines[i].value["reply"]["text"].get<std::string>()};
  };
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(options));
  const std::string out = base::TestFolder() + "/killed.json";
  const std::vector<std::string> flags = {"--task_file=" + Shipped("task.txt"), kCategories,   "--count=9",
                                          "--endpoint=" + server->url(),        "--model=any", "--out=" + out};
  EXPECT_TRUE(RunProgram("sami/write_principles", flags, std::chrono::milliseconds(0)).killed);
  EXPECT_FALSE(base::FileExists(out));
  const Outcome outcome = RunProgram("sami/write_principles", flags, std::chrono::milliseconds(0));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(*base::ReadFile(out), *base::ReadFile(Shipped("principles.json")));
  EXPECT_EQ(asked[0], 1);
  EXPECT_EQ(asked[1], 2);
}

// A server gives the same file as its recording, though half of its replies are cut off or an error.
TEST(WrittenPrinciplesTest, AServerThatFailsNowAndThenIsAskedAgain) {
  ASSERT_OK_AND_ASSIGN(const auto lines, base::ReadJsonLines(Shipped("principles.json.replies.jsonl")));
  lm::FakeEndpointOptions options;
  options.responder = [&](const lm::FakeRequest& request) {
    for (const base::JsonLine& line : lines) {
      if (line.value["messages"][0]["content"] == request.prompt) {
        return lm::FakeReply{line.value["reply"]["text"].get<std::string>()};
      }
    }
    return lm::FakeReply{"an unknown question", "stop", 400};
  };
  options.faults[static_cast<int>(lm::Fault::kServerError)] = 0.3;
  options.faults[static_cast<int>(lm::Fault::kCut)] = 0.3;
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(options));
  const std::string out = base::TestFolder() + "/served.json";
  const Outcome outcome = RunProgram("sami/write_principles",
                                     {"--task_file=" + Shipped("task.txt"), kCategories, "--count=9", "--model=any",
                                      "--endpoint=" + server->url(), "--max_tries=20", "--out=" + out},
                                     std::chrono::milliseconds(0));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(*base::ReadFile(out), *base::ReadFile(Shipped("principles.json")));
}

// A local model answers too. The suite's knows nothing of JSON, which is said; what it replied is kept.
TEST(WrittenPrinciplesTest, ALocalModelIsAsked) {
  const std::string out = base::TestFolder() + "/local.json";
  const std::string model = base::Runfile("datasets/embedded/models/instruct/config.json");
  const Outcome outcome =
      RunProgram("sami/write_principles",
                 {"--task=Sums.", "--model_dir=" + std::filesystem::path(model).parent_path().string(), "--replies=2",
                  "--max_tokens=8", "--out=" + out},
                 std::chrono::milliseconds(0));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(outcome.errors,
              HasSubstr("wrote 0 usable principles of 8 in 2 replies; of the last: the reply holds no"));
  EXPECT_FALSE(base::FileExists(out));
  EXPECT_TRUE(base::FileExists(out + ".replies.jsonl"));
}

TEST(WrittenPrinciplesTest, TheExperimentRuns) {
  const std::string out = base::TestFolder() + "/run";
  const Outcome outcome = RunProgram(
      "experiments/mtbench_vs_dpo",
      {"--out=" + out, "--store=" + out + ".store", "--spec=experiments/mtbench_vs_dpo_written.textproto",
       "--set=queries[train].take=16", "--set=queries[test].take=8", "--set=queries[held_out].take=8", Deployment(2)},
      std::chrono::milliseconds(0));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_TRUE(base::FileExists(out + "/tables/test/win_rates.json"));
  EXPECT_EQ(*base::ReadFile(out + "/constitutions/principles.json"), *base::ReadFile(Shipped("principles.json")));
  ASSERT_OK_AND_ASSIGN(const std::string data, base::ReadFile(out + "/data/contrastive/contrastive.jsonl"));
  EXPECT_THAT(data, HasSubstr("Say only the essential."));
}

}  // namespace
}  // namespace experiments
