// An experiment with a language model as judge, as a user starts it, from a recording and without a network.
#include <set>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/match/agreement.h"
#include "experiments/job_testing.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

Outcome RunJob(const std::string& out, std::vector<std::string> flags) {
  flags.insert(flags.begin(),
               {"--out=" + out, "--store=" + out + ".store", "--spec=experiments/recorded_judge.textproto"});
  return RunProgram("experiments/mtbench_vs_dpo", flags, std::chrono::milliseconds(0));
}

TEST(RecordedJudgeTest, TheRunJudgesFromItsRecordingAlone) {
  const std::string run = base::TestFolder() + "/run";
  const Outcome outcome = RunJob(run, {Deployment(1)});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::set<std::string> replies;
  ASSERT_OK_AND_ASSIGN(const auto exchanges,
                       base::ReadJsonLines(base::Runfile("experiments/recorded_judge.exchanges.jsonl")));
  for (const base::JsonLine& line : exchanges) replies.insert(line.value["reply"]["text"].get<std::string>());
  ASSERT_OK_AND_ASSIGN(
      const auto judgments,
      evaluation::ReadPairJudgments(run + "/judgments/test/sft_vs_base/instruct_labels_positive_pair.jsonl"));
  ASSERT_THAT(judgments, SizeIs(8));
  for (const evaluation::PairJudgment& judgment : judgments) {
    EXPECT_EQ(judgment.judge_prompt, "pair-principles");
    EXPECT_THAT(judgment.g1_user_prompt, HasSubstr("=== Principles ==="));
    EXPECT_EQ(replies.count(judgment.g1_judgment), 1) << judgment.g1_judgment;
    EXPECT_EQ(replies.count(judgment.g2_judgment), 1) << judgment.g2_judgment;
    EXPECT_NE(judgment.g1_winner, evaluation::Winner::kError);
    EXPECT_NE(judgment.g2_winner, evaluation::Winner::kError);
  }
  // Both judges are in the tables.
  ASSERT_OK_AND_ASSIGN(const std::string table, base::ReadFile(run + "/tables/test/win_rates.csv"));
  EXPECT_THAT(table, AllOf(HasSubstr("instruct_labels"), HasSubstr("principle")));
  // And how far they agree, as their judgments say.
  ASSERT_OK_AND_ASSIGN(const auto by_rule, evaluation::ReadPairJudgments(
                                               run + "/judgments/test/sft_vs_base/principle_positive_pair.jsonl"));
  const evaluation::Agreement agreement = evaluation::JudgesAgreement(judgments, by_rule);
  ASSERT_OK_AND_ASSIGN(const std::string json, base::ReadFile(run + "/tables/test/judge_agreement.json"));
  ASSERT_OK_AND_ASSIGN(const base::Json rows, base::ParseJson(json, "judge_agreement"));
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0]["judge"], "instruct_labels");
  EXPECT_EQ(rows[0]["other"], "principle");
  EXPECT_EQ(rows[0]["games"], agreement.n);
  EXPECT_EQ(rows[0]["questions"], 8);
  EXPECT_DOUBLE_EQ(rows[0]["share"].get<double>(), agreement.share);
  EXPECT_NEAR(rows[0]["kappa"].get<double>(), agreement.kappa, 1e-12);
  EXPECT_LE(rows[0]["kappa_low"], rows[0]["kappa"]);
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadFile(run + "/report.html"));
  EXPECT_THAT(page, HasSubstr("Agreement of judges"));
}

TEST(RecordedJudgeTest, AnEndpointWithoutAddressOrKeyIsRefusedBeforeAnythingRuns) {
  const std::string run = base::TestFolder() + "/run";
  const std::string spec = base::WriteTestFile("e.textproto", R"(
      name: "e" models { name: "base" folder: "datasets/embedded/models/base" }
      queries { name: "q" embedded { split: TEST } take: 8 } constitutions { name: "c" }
      data { name: "d" queries: "q" constitutions: "c" generator: "base" }
      arms { name: "base" model: "base" } arms { name: "sft" parent: "base" data: "d" sft {} }
      evaluations {
        name: "test"
        queries: "q" constitutions: "c" settings: [POSITIVE]
        language_model_judges { name: "gpt" judge { endpoint { model: "gpt-4o" } } }
        comparisons { arm: "sft" baseline: "base" }
      })");
  const auto refused = [&](const std::string& deployment) {
    const Outcome outcome = RunProgram("experiments/mtbench_vs_dpo",
                                       {"--out=" + run, "--store=" + run + ".store", "--spec=" + spec,
                                        "--deployment=" + base::WriteTestFile("d.textproto", deployment)},
                                       std::chrono::milliseconds(0));
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_FALSE(base::FileExists(run));
    return outcome.errors;
  };
  EXPECT_THAT(refused(""), HasSubstr("\"gpt\" is an endpoint, and the deployment has no judge_access"));
  EXPECT_THAT(refused("judge_access { judge: 'x' access { base_url: 'http://localhost:1' } }"), HasSubstr("\"gpt\""));
  EXPECT_THAT(refused("judge_access { judge: 'gpt' access { base_url: 'http://localhost:1' key_variable: 'NO_KEY' } }"),
              HasSubstr("the environment has no variable NO_KEY"));
}

}  // namespace
}  // namespace experiments
