#include "experiments/claims/scores.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/layout.h"
#include "experiments/run/run_files.h"

namespace experiments {
namespace {

using ::evaluation::Winner;
using ::testing::SizeIs;

// Two language models that are asked with the same prompt, and say opposite things.
TEST(ScoresTest, JudgesAreToldApartByTheirNames) {
  base::WriteTestFile("spec.textproto", R"(name: "n" evaluations { name: "test" })");
  for (const auto& [judge, winner] : {std::pair("one", Winner::kModel1), std::pair("an_other", Winner::kModel2)}) {
    evaluation::PairJudgment judgment;
    judgment.question_id = 7;
    judgment.model_1 = "a";
    judgment.model_2 = "b";
    judgment.g1_winner = winner;
    judgment.g2_winner = winner;
    judgment.judge_model = "m";
    judgment.judge_prompt = "pair-principles";
    judgment.setting = "positive";
    ASSERT_OK(evaluation::WritePairJudgments(
        base::TestFolder() + "/" + JudgmentsFile("test", "a_vs_b", judge, "positive"), {judgment}));
  }
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(base::TestFolder()));
  const std::vector<ScoreSet> sets = QuestionScores(run);
  ASSERT_THAT(sets, SizeIs(2));
  EXPECT_EQ(sets[0].judge, "an_other");
  EXPECT_EQ(sets[0].by_question.at("7"), 0);
  EXPECT_EQ(sets[1].judge, "one");
  EXPECT_EQ(sets[1].by_question.at("7"), 1);
}

}  // namespace
}  // namespace experiments
