// The math experiment as a user starts it, on the shipped model and few questions: the same bytes with one thread and
// with two, alone and killed again and again; every attempt once; and the two GSM-8K splits.
#include <chrono>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "experiments/claims/scores.h"
#include "experiments/job_testing.h"
#include "experiments/run/run_files.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Outcome RunJob(const std::string& out, std::vector<std::string> flags,
               std::chrono::milliseconds kill_after = std::chrono::milliseconds(0)) {
  flags.insert(flags.begin(), {"--out=" + out, "--store=" + out + ".store", "--set=queries[train].take=48",
                               "--set=queries[test].take=24", "--set=accuracy[problems].attempts=16",
                               "--set=accuracy[problems].report=[4, 16]", "--set=statistics.bootstrap_resamples=1000",
                               "--set=replicates.seeds=[42]"});
  return RunProgram("experiments/gsm8k_vs_sft", flags, kill_after);
}

TEST(Gsm8kExperimentTest, SameBytesOnAnyThreadsAndAfterKills) {
  const std::string folder = base::TestFolder();
  const Outcome once = RunJob(folder + "/one", {Deployment(1)});
  ASSERT_EQ(once.exit_code, 0) << once.errors;
  const auto expected = Products(folder + "/one");
  for (const char* name :
       {"accuracy/problems/accuracy.json", "accuracy/problems/summary.tex", "accuracy/problems/extraction.csv",
        "accuracy/problems/attempts.json", "accuracy/problems/differences.csv", "figures/attempts.svg",
        "figures/differences.pdf", "report.html", "attempts/problems/sft_sami-s42.jsonl",
        "data/contrastive-s42/filters.json", "lm_eval/problems/sft-s42/results_sft-s42.json",
        "lm_eval/problems/base/samples_problems_t0_base.jsonl",
        "lm_eval/problems/base/samples_problems_samples_base.jsonl",
        "lm_eval/problems/sft_sami-s42/samples_problems_t0_sft-sami-s42.jsonl"}) {
    EXPECT_EQ(expected.count(name), 1) << name;
  }
  // The report knows every file, also of an arm with "_" in its name.
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(folder + "/one"));
  EXPECT_EQ(QuestionScores(run).size(), 16);  // two accuracies and pass@4 and 16 of four arms
  EXPECT_THAT(run.warnings(), IsEmpty());
  ExpectSurvivesKills(once, [&](std::chrono::milliseconds kill_after) {
    return RunJob(folder + "/killed", {Deployment(2, "checkpoint_seconds: 0")}, kill_after);
  });
  EXPECT_EQ(Products(folder + "/killed"), expected);

  for (const char* arm : {"base", "sami-s42", "sft-s42", "sft_sami-s42"}) {
    ASSERT_OK_AND_ASSIGN(const auto lines,
                         base::ReadJsonLines(absl::StrCat(folder, "/killed/attempts/problems/", arm, ".jsonl")));
    std::set<std::pair<int64_t, int64_t>> attempts;
    for (const base::JsonLine& line : lines) {
      attempts.emplace(line.value.at("question_id").get<int64_t>(), line.value.at("attempt").get<int64_t>());
    }
    EXPECT_EQ(lines.size(), 24u * 17);
    EXPECT_EQ(attempts.size(), lines.size());
  }
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(folder + "/one/data/contrastive-s42/filters.json"));
  ASSERT_OK_AND_ASSIGN(const base::Json filters, base::ParseJson(text, "filters.json"));
  int64_t sum = 0;
  for (const auto& [name, count] : filters.items()) sum += count.get<int64_t>();
  EXPECT_EQ(sum, 48);
  for (const char* name : {"unfinished", "too_short", "length_ratio", "too_similar"})
    EXPECT_TRUE(filters.contains(name));
}

TEST(Gsm8kExperimentTest, DryRunNeedsNoWeights) {
  const Outcome plan = RunProgram("experiments/gsm8k_vs_sft",
                                  {"--spec=" + base::WriteTestFile("s", R"(
name: "s" models { name: "base" folder: "nowhere" } queries { name: "q" word_problems { split: TEST } take: 2 }
arms { name: "base" model: "base" }
accuracy { name: "p" queries: "q" report: 2 baseline: "base" sampling { temperature: 1 } })"),
                                   "--dry_run"},
                                  std::chrono::milliseconds(0));
  EXPECT_EQ(plan.exit_code, 0) << plan.errors;
}

// Problems of the user's own, in GSM-8K's format: training, test and held-out questions from a file.
TEST(Gsm8kExperimentTest, ProblemsFromAFile) {
  std::string problems;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&problems, R"({"question": "Ann has )", i + 3, R"( pens. Ann buys 5 more. How many pens does Ann )",
                    R"(have?", "answer": "#### )", i + 8, "\"}\n");
  }
  const std::string file = base::WriteTestFile("p.jsonl", problems), out = base::TestFolder() + "/run";
  const auto queries = [&](const char* name, const char* cut) {
    return absl::StrCat("--set=queries[", name, "]={ name: \"", name, "\" gsm8k { file: \"", file,
                        "\" } shuffle_seed: 1 ", cut, " }");
  };
  const std::vector<std::string> flags = {queries("train", "take: 32"), queries("test", "skip: 32"),
                                          "--set=data[contrastive].filters.min_length_ratio=1",
                                          "--set=accuracy[problems].attempts=4", "--set=accuracy[problems].report=[4]"};
  const Outcome outcome = RunJob(out, flags);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<std::string> too_many = flags;
  too_many.push_back("--set=queries[test].take=9");
  const Outcome refused = RunJob(base::TestFolder() + "/other", too_many);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, HasSubstr("take 9 of 8 left after skip 32"));
}

}  // namespace
}  // namespace experiments
