// Commands as a user calls them with an --out that holds something else, or with files that are none: each refuses by
// name with exit code 2, and what was there stays.
#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/job_testing.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::WriteTestFile;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Path(const std::string& name) { return absl::StrCat(base::TestFolder(), "/", name); }

void ExpectRefused(const std::string& program, const std::vector<std::string>& flags, const std::string& why) {
  const Outcome outcome = RunProgram(program, flags, std::chrono::milliseconds(0));
  EXPECT_EQ(outcome.exit_code, 2) << program << ": " << outcome.errors;
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr(why), HasSubstr("--out"))) << program;
}

// A folder with something in it, as somebody else's.
std::string Thesis() {
  WriteTestFile("results/sub/thesis.txt", "mine");
  return Path("results");
}

void ExpectThesisIsThere() {
  EXPECT_THAT(base::ReadFile(Path("results/sub/thesis.txt")), base::IsOkAnd(std::string("mine")));
  EXPECT_FALSE(base::FileExists(Path("results.partial")));
}

// Flags of a judge by rule: three questions, two models' answers.
std::vector<std::string> JudgeFlags(const std::string& out, const std::string& rule = "rule {}",
                                    const std::string& first_id = "1") {
  std::string questions, a, b;
  for (const std::string& id : {first_id, std::string("2"), std::string("3")}) {
    absl::StrAppend(&questions, "{\"question_id\": ", id, ", \"category\": \"math\", \"turns\": [\"q\"]}\n");
    for (auto& [model, text] : {std::pair("A", &a), std::pair("B", &b)}) {
      absl::StrAppend(text, "{\"question_id\": ", id, ", \"answer_id\": \"a\", \"model_id\": \"", model,
                      "\", \"choices\": [{\"index\": 0, \"turns\": [\"answer\"]}], \"tstamp\": 0.0}\n");
    }
  }
  return {"--questions=" + WriteTestFile("q.jsonl", questions), "--answers=" + WriteTestFile("A.jsonl", a),
          "--answers=" + WriteTestFile("B.jsonl", b),
          "--judge=" + WriteTestFile("judge.textproto", absl::StrCat("judge { ", rule, " }")), "--out=" + out};
}

TEST(OutputsTest, TheJudgeReplacesItsOwnJudgmentsAndNothingElse) {
  const std::string judge = "evaluation/judge", out = Path("out.jsonl");
  ExpectRefused(judge, JudgeFlags(Thesis()), "is a folder");
  ExpectThesisIsThere();
  const std::vector<std::string> flags = JudgeFlags(out);
  const std::string answers = *base::ReadFile(Path("A.jsonl"));
  for (const std::string input : {"A.jsonl", "q.jsonl", "judge.textproto"}) {
    ExpectRefused(judge, JudgeFlags(Path(input)), "would replace what is read");
  }
  EXPECT_THAT(base::ReadFile(Path("A.jsonl")), base::IsOkAnd(answers));

  for (int run = 0; run < 2; ++run) {  // the second run finds what the first one wrote
    const Outcome outcome = RunProgram(judge, flags, std::chrono::milliseconds(0));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  EXPECT_TRUE(base::FileExists(Path("out.annotations.json")));
  ExpectRefused(judge, JudgeFlags(WriteTestFile("notes.jsonl", "mine")), "did not write");
  WriteTestFile("z.annotations.json", "mine");
  ExpectRefused(judge, JudgeFlags(Path("z.jsonl")), "z.annotations.json");
  EXPECT_FALSE(base::FileExists(Path("z.jsonl")));
}

TEST(OutputsTest, AJudgeByRuleKnowsItsQuestionsOrSaysSoBeforeItJudges) {
  const auto refused = [](const std::vector<std::string>& flags, const std::string& why) {
    const Outcome outcome = RunProgram("evaluation/judge", flags, std::chrono::milliseconds(0));
    EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr(why));
    EXPECT_FALSE(base::FileExists(Path("out.jsonl")));
  };
  refused(JudgeFlags(Path("out.jsonl"), "rule { rule: CONTENT }"), "question 1 is none of the embedded suite's");
  refused(JudgeFlags(Path("out.jsonl"), "rule { rule: CONTENT }", "3000000"), "question 2 is none");
  refused(JudgeFlags(Path("out.jsonl"), "rule {}", "18446744073709551611"), "q.jsonl:1: \"question_id\" must be");
  std::vector<std::string> flags = JudgeFlags(Path("out.jsonl"));
  fs::remove(Path("q.jsonl"));
  ASSERT_EQ(mkfifo(Path("q.jsonl").c_str(), 0644), 0);
  refused(flags, "q.jsonl: is a device or a FIFO");
}

TEST(OutputsTest, AReportIsWrittenOverNoFileOfARun) {
  WriteTestFile("run/spec.textproto", "name: 'x'");
  const std::string answers = WriteTestFile("run/answers/sft.jsonl", "{}\n");
  const std::string report = "experiments/report/report";
  ExpectRefused(report, {"--run=" + Path("run"), "--out=" + answers}, "a file that this command did not write");
  ExpectRefused(report, {"--run=" + Path("run"), "--out=" + WriteTestFile("index.html", "<html>")}, "did not write");
  ExpectRefused(report, {"--run=" + Path("run"), "--out=" + Thesis()}, "is a folder");
  EXPECT_THAT(base::ReadFile(answers), base::IsOkAnd(std::string("{}\n")));
  ExpectThesisIsThere();
}

TEST(OutputsTest, PretrainingRefusesWhatCannotBeOrHasNoEffect) {
  for (const auto& [training, error] : std::vector<std::pair<std::string, std::string>>{
           {"} } architecture { num_kv_heads: 3 hidden_size: 128 } seed: 1 # ",
            "num_kv_heads is 3; it must divide num_heads, 4"},
           {"} } architecture { num_heads: 5 } seed: 1 # ", "architecture.hidden_size is 128, and each of 5 heads"},
           {"} } instruct_first: true instruct { texts: 9 style_when_asked: 1 style_when_antithesis: 0 training { "
            "save_steps: 3",
            "instruct.training.save_steps has no effect in pretraining"},
           {"optimizer { alpha: 0.5 }", "base.training.optimizer.alpha is 0.5, which has no effect with"},
           {"held_out { rows: 3 every_steps: 1 }", "base.training.held_out has no effect in pretraining"},
           {"save_steps: 3", "base.training.save_steps has no effect in pretraining"}}) {
    const std::string spec =
        absl::StrCat("base { texts: 9 style_when_asked: 1 style_when_antithesis: 0 training { ", training, " } }");
    const Outcome outcome = RunProgram("experiments/pretrain_embedded",
                                       {"--spec=" + WriteTestFile("spec.textproto", spec), "--out=" + Path("models")},
                                       std::chrono::milliseconds(0));
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.errors, HasSubstr(error));
    EXPECT_FALSE(base::FileExists(Path("models")));
  }
  const Outcome nothing =
      RunProgram("experiments/pretrain_embedded", {"--spec=" + WriteTestFile("spec.textproto", "seed: 1")},
                 std::chrono::milliseconds(0));
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_THAT(nothing.errors, HasSubstr("neither base nor instruct"));
}

TEST(OutputsTest, FoldersMustBeAbsentOrEmpty) {
  const std::string model = fs::path(base::Runfile("datasets/embedded/models/base/config.json")).parent_path();
  const std::string out = "--out=" + Thesis();
  ExpectRefused("lm/merge_adapter", {"--model_dir=" + model, "--adapter_dir=" + model, out}, "something in it");
  ExpectRefused("lm/merge_adapter", {"--model_dir=" + model, "--adapter_dir=none", "--out=" + model}, "is read");
  ExpectRefused("experiments/pretrain_embedded", {out}, "something in it");
  ExpectRefused("experiments/mtbench_vs_dpo", {out}, "not empty");
  ExpectRefused("sami/write_principles", {"--task=Sums.", "--model_dir=" + model, out}, "is a folder");
  const Outcome pack = RunProgram("conformance/conformance", {out}, std::chrono::milliseconds(0));
  EXPECT_EQ(pack.exit_code, 2);
  EXPECT_THAT(pack.errors, HasSubstr("something in it"));
  ExpectThesisIsThere();
}

}  // namespace
}  // namespace experiments
