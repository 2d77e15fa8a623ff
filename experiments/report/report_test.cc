// Run folders of every kind: whole, half-written, of another version, with files missing; and what is said of them.
#include "experiments/report/report.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/claims/claims.h"
#include "experiments/claims/claims_forms.h"
#include "experiments/claims/scores.h"
#include "experiments/job_testing.h"
#include "experiments/report/compare_runs.h"
#include "experiments/report/samples.h"
#include "experiments/report/table_sections.h"
#include "experiments/report/testing/synthetic_run.h"
#include "experiments/report/warnings.h"
#include "experiments/run/tables.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::IsOk;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string MadeRun(const SyntheticSize& size = {}, const std::string& name = "run") {
  const std::string folder = absl::StrCat(base::TestFolder(), "/", name);
  WriteSyntheticRun(folder, size);
  return folder;
}

// Not a matcher: it would print the page.
bool Says(const Report& report, const std::string& text) { return absl::StrContains(report.html, text); }

// Cuts the file's last `bytes` off.
void Truncate(const std::string& path, size_t bytes) { fs::resize_file(path, fs::file_size(path) - bytes); }

std::vector<std::string> WarningsOf(const std::string& folder) {
  const auto run = RunFiles::Open(folder);
  EXPECT_THAT(run, IsOk());
  CollectSamples({{&*run, ""}});
  return run->warnings();
}

TEST(ReportTest, NotARunFolder) {
  EXPECT_THAT(MakeReport({base::TestFolder() + "/nowhere"}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("there is no folder")));
  EXPECT_THAT(MakeReport({base::TestFolder()}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("is no run folder"), HasSubstr("name the folder that an experiment printed"))));
}

// What the command says to a user, and with which exit code.
TEST(ReportTest, CommandsExitCodes) {
  const std::string folder = MadeRun(), out = base::TestFolder() + "/page/report.html";
  const auto run = [&](std::vector<std::string> flags) {
    return RunProgram("experiments/report/report", flags, std::chrono::milliseconds(0));
  };
  EXPECT_EQ(run({"--run=" + folder, "--out=" + out, "--figures=" + folder + "/figures"}).exit_code, 0);
  EXPECT_TRUE(base::FileExists(out));
  EXPECT_TRUE(base::FileExists(folder + "/figures/lengths_positive.pdf"));
  const Outcome no_run = run({"--run=" + base::TestFolder() + "/page", "--out=" + base::TestFolder() + "/other.html"});
  EXPECT_EQ(no_run.exit_code, 2);
  EXPECT_THAT(no_run.errors, HasSubstr("is no run folder"));
  EXPECT_EQ(run({"--out=" + out}).exit_code, 2);
  EXPECT_EQ(run({"--run=" + folder, "--out=" + folder}).exit_code, 2);
  const Outcome own_file = run({"--run=" + folder, "--out=" + folder + "/answers/test/../test/positive/sami.jsonl"});
  EXPECT_EQ(own_file.exit_code, 2);
  EXPECT_THAT(own_file.errors, HasSubstr("a file that this command did not write"));
  ASSERT_OK_AND_ASSIGN(const RunFiles files, RunFiles::Open(folder));
  EXPECT_THAT(QuestionScores(files), SizeIs(8));
  EXPECT_EQ(run({"--run=" + folder, "--out=" + folder + "/report.html"}).exit_code, 0);
}

TEST(ReportTest, AHalfWrittenLastLineIsLeftOut) {
  const std::string folder = MadeRun();
  Truncate(folder + "/answers/test/positive/sami.jsonl", 10);
  EXPECT_THAT(WarningsOf(folder), Contains(AllOf(HasSubstr("answers/test/positive/sami.jsonl ends within line 16"),
                                                 HasSubstr("up to its last whole line"))));
  // A whole line without its line feed is whole.
  const std::string other = MadeRun({}, "other");
  Truncate(other + "/answers/test/positive/sami.jsonl", 1);
  EXPECT_THAT(WarningsOf(other), Not(Contains(HasSubstr("sami"))));
  // What is broken in the middle costs that line alone.
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(folder + "/answers/test/positive/dpo.jsonl"));
  ASSERT_OK(base::WriteFileAtomically(folder + "/answers/test/positive/dpo.jsonl", "{\"a\": \n[]\n" + text));
  EXPECT_THAT(WarningsOf(folder), AllOf(Contains(HasSubstr("answers/test/positive/dpo.jsonl:1 is no JSON object")),
                                        Contains(HasSubstr("answers/test/positive/dpo.jsonl:2 is no JSON object"))));
}

TEST(ReportTest, AnotherVersionsSpecIsReadAsFarAsItIsKnown) {
  const std::string folder = MadeRun();
  ASSERT_OK_AND_ASSIGN(std::string spec, base::ReadFile(folder + "/spec.textproto"));
  ASSERT_OK(base::WriteFileAtomically(folder + "/spec.textproto", spec + "quantum_entanglement: 3\n"));
  ASSERT_OK(base::WriteFileAtomically(folder + "/record.textproto", "results_version: 999999 seed: 7"));
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(folder));
  EXPECT_THAT(run.warnings(), AllOf(Contains(AllOf(HasSubstr("of another version"), HasSubstr("quantum_entanglement"))),
                                    Contains(HasSubstr("results version 999999"))));
  EXPECT_EQ(run.spec().name(), "synthetic");
  EXPECT_THAT(run.Arms(AnswersFile("test", "*", "positive")), ElementsAre("base", "sft", "dpo", "sami"));
  ASSERT_OK_AND_ASSIGN(const Report report, MakeReport({folder}, {}));
  EXPECT_TRUE(Says(report, "sami vs sft"));
}

// Each file away in turn, then folders, then all but one: a report every time.
TEST(ReportTest, MissingFilesAreSaid) {
  const std::string folder = MadeRun({16, 12, 4, 12, 2});
  for (const char* name : {"answers/test/positive/sami.jsonl", "tables/test/win_rates.json",
                           "judgments/test/sami_vs_dpo/content_positive_pair.jsonl", "questions/test.jsonl",
                           "lm_eval/problems/sft", "attempts", "judgments", "answers", "spec.textproto"}) {
    fs::remove_all(absl::StrCat(folder, "/", name));
    EXPECT_THAT(MakeReport({folder}, {}), IsOk()) << name;
  }
  ASSERT_OK_AND_ASSIGN(const Report report, MakeReport({folder}, {}));
  for (const char* part : {"Nothing was compared", "spec.textproto is missing", "record.textproto is missing",
                           "The files that figures are drawn from are missing",
                           "answers/, judgments/ and attempts/ are missing", "stages/ is missing"}) {
    EXPECT_TRUE(Says(report, part));
  }
}

TEST(ReportTest, ValuesOfOtherTypesAreLeftOut) {
  const std::string folder = MadeRun();
  const std::string odd = R"({"question_id": {"a": [1]}, "choices": "x", "turns": 3, "judge": 7, "model_1": null,
"g1_winner": [], "nats": "many", "num_tokens": 1e300, "correct": {}, "step": null, "loss": "NaN"})";
  const std::string line = absl::StrReplaceAll(odd, {{"\n", " "}}) + "\n";
  for (const char* name : {"answers/test/positive/odd.jsonl", "questions/test.jsonl",
                           "judgments/test/a_vs_b/odd_pair.jsonl", "information/mi/odd.jsonl", "metrics/odd.jsonl",
                           "attempts/problems/odd.jsonl", "lm_eval/problems/odd/samples_problems_t0_odd.jsonl"}) {
    ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", name), line));
  }
  ASSERT_OK(base::WriteFileAtomically(folder + "/tables/test/win_rates.json", "[" + line + ", 3]"));
  ASSERT_OK(base::WriteFileAtomically(folder + "/tables/mi/mutual_information.json", "{}"));
  EXPECT_THAT(MakeReport({folder}, {}), IsOk());
}

// 16 questions: won where the synthetic verdict is a win in both orders, 7 and 15 as each judge says, 8 missing.
TEST(ReportTest, ClaimsSayTheTablesNumbers) {
  const std::string folder = MadeRun();
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(folder));
  ASSERT_OK_AND_ASSIGN(const Findings findings, FindClaims(run));
  ASSERT_THAT(findings.claims, SizeIs(4));  // 2 comparisons by 2 judges
  const auto find = [&](const std::string& id) {
    const auto found = std::find_if(findings.claims.begin(), findings.claims.end(),
                                    [&](const Claim& claim) { return claim.id == id; });
    return found == findings.claims.end() ? Claim() : *found;
  };
  const Claim claim = find("sami-sft-win_rate-positive-principle"),
              content = find("sami-sft-win_rate-positive-content");
  EXPECT_TRUE(claim.is_main);
  EXPECT_FALSE(content.is_main);
  const auto rows = ParseWinRates(run.Rows(WinRatesStem("test")));
  const analysis::Estimate rate = rows[0].win_rate;
  EXPECT_NEAR(claim.estimate.value, rate.value - 0.5, 1e-12);
  EXPECT_EQ(claim.seeds, 1);
  EXPECT_THAT(claim.estimate.method, HasSubstr("questions only"));
  EXPECT_THAT(claim.sentence,
              AllOf(HasSubstr("sami wins against sft: "), HasSubstr(absl::StrFormat("%.1f%% [", 100 * rate.value)),
                    HasSubstr("judge principle, positive")));
  EXPECT_EQ(claim.questions, 16);
  EXPECT_EQ(content.questions, 15);
  EXPECT_GE(claim.adjusted_p, claim.p);
  const base::OrderedJson json = ClaimsJson(findings.claims);
  EXPECT_EQ(json[0]["sentence"], findings.claims[0].sentence);
  EXPECT_EQ(json[0]["matched"], true);
  EXPECT_THAT(FindWarnings(run, findings.claims), Contains(HasSubstr("Missing verdicts: 1 of 16 questions")));
  EXPECT_THAT(FirstScreen(findings), AllOf(HasSubstr(claim.sentence), HasSubstr("questions only, of one seed")));
}

TEST(ReportTest, ArmsWithoutACommonQuestionAreAWarning) {
  const std::string folder = MadeRun();
  const auto line = [](const char* arm, int question) {
    return absl::StrFormat(
        R"({"arm": "%s", "setting": "positive", "question_id": %d, "category": "c", "followed": 1, "right": null})",
        arm, question);
  };
  ASSERT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", ScoresFile("test")),
                                      absl::StrCat(line("sami", 1), "\n", line("sft", 2), "\n")));
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(folder));
  ASSERT_OK_AND_ASSIGN(const Findings findings, FindClaims(run));
  EXPECT_THAT(findings.claims, SizeIs(4));  // the verdicts'
  EXPECT_THAT(run.warnings(), Contains(AllOf(HasSubstr("followed, sami vs sft"), HasSubstr("no question in common"))));
}

TEST(ReportTest, LengthsThatGiveConstitutionsAwayAreAWarning) {
  const std::string folder = MadeRun();
  const auto warnings_at = [&](const std::string& probe, double share) {
    LeakRow row;
    row.constitutions = 4;
    row.probe = probe;
    row.accuracy_row.value = 0.857;
    row.accuracy_col.value = 0.81;
    row.nats.value = share * std::log(4);
    EXPECT_OK(analysis::WriteTable(LeakTable({row}), absl::StrCat(folder, "/", LeakAudit("pairs"))));
    const auto run = RunFiles::Open(folder);
    EXPECT_THAT(run, IsOk());
    return FindWarnings(*run, {});
  };
  EXPECT_THAT(warnings_at("length", 0.7),
              Contains(HasSubstr("of 4, it alone finds the right response in 85.7% and the right constitution in "
                                 "81.0% of cases (25% by chance)")));
  EXPECT_THAT(warnings_at("length", 0.3), Not(Contains(HasSubstr("Length gives"))));
  EXPECT_THAT(warnings_at("copying", 0.7), Not(Contains(HasSubstr("Length gives"))));
}

TEST(ReportTest, TwoRunsArePairedByQuestion) {
  SyntheticSize other;
  other.seed = 2;
  other.questions = 24;
  const std::string a = MadeRun({}, "a"), b = MadeRun(other, "b");
  ASSERT_OK_AND_ASSIGN(const RunFiles first, RunFiles::Open(a));
  ASSERT_OK_AND_ASSIGN(const RunFiles second, RunFiles::Open(b));
  const std::vector<ScoreSet> scores = QuestionScores(first), others = QuestionScores(second);
  ASSERT_OK_AND_ASSIGN(const analysis::Table same, CompareRuns(scores, scores, "a", "a", 0.95));
  ASSERT_THAT(same.rows, SizeIs(8));  // 2 comparisons x 2 judges, tokens of 4 arms
  for (const auto& row : same.rows) EXPECT_EQ(std::get<double>(row[5]), 0);
  ASSERT_OK_AND_ASSIGN(const analysis::Table table, CompareRuns(scores, others, "a", "b", 0.95));
  ASSERT_THAT(table.rows, SizeIs(8));
  for (const auto& row : table.rows) {
    const bool is_content = std::get<std::string>(row[1]).find("content") != std::string::npos;
    EXPECT_EQ(std::get<int64_t>(row[2]), is_content ? 15 : 16);
    EXPECT_NEAR(std::get<double>(row[4]) - std::get<double>(row[3]), std::get<double>(row[5]), 1e-9);
  }
  ASSERT_OK_AND_ASSIGN(const Report report, MakeReport({a, b}, {}));
  EXPECT_TRUE(Says(report, "Paired differences, b less a"));
  EXPECT_TRUE(Says(report, "sami: a vs b"));
  // The same name twice is told apart.
  ASSERT_OK_AND_ASSIGN(const Report twice, MakeReport({a, a}, {}));
  EXPECT_TRUE(Says(twice, "a (2) less a (1)"));
}

TEST(ReportTest, TheSameBytesWithoutARecord) {
  const std::string folder = MadeRun();
  ReportOptions options;
  options.with_record = false;
  ASSERT_OK_AND_ASSIGN(const Report once, MakeReport({folder}, options));
  ASSERT_OK(base::WriteFileAtomically(folder + "/record.textproto", "finished: \"2026-01-01T00:00:00Z\""));
  ASSERT_OK(base::WriteFileAtomically(folder + "/stages/page.textproto", "name: \"page\" seconds: 3"));
  ASSERT_OK_AND_ASSIGN(const Report again, MakeReport({folder}, options));
  EXPECT_TRUE(once.html == again.html);
  ASSERT_OK_AND_ASSIGN(const Report with_record, MakeReport({folder}, {}));
  EXPECT_TRUE(Says(with_record, "2026-01-01"));
}

// What the page shows of a table is what its writer wrote as Markdown.
TEST(ReportTest, TablesComeBackFromTheirRows) {
  const std::string folder = MadeRun();
  analysis::Table arms = ArmsForm();
  arms.rows = {
      {"a_b", "positive", 0.5, 0.25, 1.0, std::monostate(), std::monostate(), std::monostate(), 12.0, int64_t{640}}};
  ASSERT_OK(analysis::WriteTable(arms, absl::StrCat(folder, "/", ArmsStem("test"))));
  ASSERT_OK_AND_ASSIGN(const RunFiles run, RunFiles::Open(folder));
  const std::vector<analysis::Table> tables = RunTables(run);
  ASSERT_THAT(tables, SizeIs(3));  // both judges' win rates before it
  EXPECT_EQ(analysis::ToMarkdown(tables[2]), analysis::ToMarkdown(arms));
}

TEST(ReportTest, FiguresAreWrittenTwice) {
  const std::string folder = MadeRun({16, 12, 4, 12, 2});
  ASSERT_OK_AND_ASSIGN(const Report report, MakeReport({folder}, {}));
  ASSERT_OK(WriteFigures(report.figures, folder + "/figures"));
  for (const char* name :
       {"win_rates_positive_principle", "win_rates_positive_content", "lengths_attempts", "lengths_positive"}) {
    EXPECT_TRUE(base::FileExists(absl::StrCat(folder, "/figures/", name, ".svg"))) << name;
    EXPECT_TRUE(base::FileExists(absl::StrCat(folder, "/figures/", name, ".pdf"))) << name;
  }
}

}  // namespace
}  // namespace experiments
