#include "experiments/paper_tables/paper_claims.h"

#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "evaluation/formats/fastchat.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kTables[] = R"({"tables": [{
  "table": "t", "caption": "c", "source": "a paper", "unit": "number", "precision": 0, "categories": ["words"],
  "measure": "length", "rows": [{"comparison": "it1 - base", "reported": {"words": 1}}]}]})";

constexpr char kClaims[] = R"({
  "sizes": [{"size": "embedded", "ending": ""}, {"size": "small", "ending": "_small"}],
  "also": {"other": ["a_small", "b_small"]},
  "claims": [
    {"claim": "wins", "says": "it wins", "reported": [66, 77], "runs": ["a"],
     "pairs": [["sami1", "base"], ["sami2", "base"]], "direction": "more",
     "measures": [{"metric": "win rate", "setting": "positive"}, {"metric": "followed", "setting": "positive"}]},
    {"claim": "learned", "says": "it wins", "reported": [68, 68], "runs": ["b"], "pairs": [["sami1", "base"]],
     "evaluation": "learned", "direction": "more", "measures": [{"metric": "win rate"}]},
    {"claim": "shorter", "says": "it is shorter", "note": "a note", "runs": ["a"], "pairs": [["sami1", "base"]],
     "direction": "less", "measures": [{"metric": "tokens"}, {"metric": "information"}]}]})";

PaperClaims Claims() { return *ParsePaperClaims(kClaims, "claims.json", {}); }

// Two evaluations, by a language model and both rules.
constexpr char kSpec[] = R"(models { name: "m" folder: "models/m" }
arms { name: "base" model: "m" } arms { name: "sami1" parent: "m" sami {} }
evaluations {
  name: "learned" judges: [PRINCIPLE, CONTENT]
  language_model_judges { name: "free-judge" judge { endpoint { model: "j" } } }
}
evaluations { name: "held_out" judges: [PRINCIPLE] }
information { name: "nats" }
)";

// Of sami1 against the base.
std::string Claim(const std::string& metric, const std::string& where, double estimate, double half) {
  return absl::StrCat(R"({"id": "sami1-base-)", absl::StrReplaceAll(metric, {{" ", "_"}}), where, R"(", "metric": ")",
                      metric, R"(", "arm": "sami1", "against": "base", "estimate": )", estimate, R"(, "low": )",
                      estimate - half, R"(, "high": )", estimate + half, R"(, "seeds": 3, "questions": 40})");
}

class PaperClaimsTest : public ::testing::Test {
 protected:
  OurRun Run(const std::string& name, const std::string& claims, const std::string& spec = kSpec) {
    base::WriteTestFile("spec.textproto", absl::StrCat("name: \"", name, "\"\n", spec));
    EXPECT_OK(base::WriteFileAtomically(base::TestFolder() + "/tables/claims.json", claims));
    return *OurRun::Open(base::TestFolder());
  }
  // Rows of which something was run.
  std::vector<ClaimRow> Rows(const OurRun& run) {
    std::vector<ClaimRow> rows;
    const auto all = ClaimRows(Claims(), {}, {run}, 0.95);
    EXPECT_OK(all);
    for (const ClaimRow& row : *all) {
      if (row.verdict != "not run") rows.push_back(row);
    }
    return rows;
  }
};

TEST(VerdictTest, IsByTheInterval) {
  analysis::Estimate estimate;
  EXPECT_STREQ(VerdictOf(estimate, false), "not run");
  estimate.value = 0.2;
  EXPECT_STREQ(VerdictOf(estimate, false), "not significant");  // no interval
  estimate.low = 0;
  estimate.high = 0.4;
  EXPECT_STREQ(VerdictOf(estimate, false), "not significant");  // it contains 0
  estimate.low = 0.01;
  EXPECT_STREQ(VerdictOf(estimate, false), "reproduced");
  EXPECT_STREQ(VerdictOf(estimate, true), "not reproduced");
  estimate.low = -0.4;
  estimate.high = -0.01;
  EXPECT_STREQ(VerdictOf(estimate, false), "not reproduced");
  EXPECT_STREQ(VerdictOf(estimate, true), "reproduced");
}

TEST_F(PaperClaimsTest, BadFilesAreRefused) {
  const std::string released =
      "\"note\": \"a note\", \"released\": {\"table\": \"t\", \"category\": \"words\", \"rows\": ";
  const std::vector<std::array<std::string, 3>> changes = {
      // of one text to another, and what is said
      {"\"sizes\"", "\"s\"", "claims.json: \"sizes\" is missing"},
      {"\"note\"", "\"nota\"", "claims[2]: \"nota\" is no member"},
      {"\"less\"", "\"fewer\"", "\"direction\" must be more or less"},
      {"[66, 77]", "[77, 66]", "claims[0].reported: must be two percentages"},
      {"[66, 77]", "[66, 101]", "must be two percentages"},
      {"[[\"sami1\", \"base\"], [\"sami2\", \"base\"]]", "[[\"base\", \"base\"]]",
       "claims[0].pairs[0]: must be the names of two arms"},
      {"\"learned\", \"says\"", "\"wins\", \"says\"", "a second \"wins\""},
      {"\"tokens\"", "\"words\"", "\"words\" is no metric of a claim"},
      {"\"b_small\"]", "\"b_huge\"]", "claims.json.also: \"b_huge\" is no run of a claim"},
      {"\"note\": \"a note\"", released + "[\"it2 - base\"]}", "no row \"it2 - base\""},
      {"\"note\": \"a note\"", released + "[]}", "rows must be as many as pairs"},
  };
  const std::vector<ReportedTable> tables = *ParseReportedTables(kTables, "t");
  const auto parse = [&](const std::string& old, const std::string& replacement) {
    EXPECT_THAT(kClaims, HasSubstr(old));
    return ParsePaperClaims(absl::StrReplaceAll(kClaims, {{old, replacement}}), "claims.json", tables).status();
  };
  for (const auto& change : changes) {
    EXPECT_THAT(parse(change[0], change[1]), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(change[2])));
  }
  EXPECT_OK(parse("\"note\": \"a note\"", released + "[\"it1 - base\"]}"));
}

TEST_F(PaperClaimsTest, ResultsAreFoundByRunPairSettingAndJudge) {
  const OurRun run = Run("a", absl::StrCat("[", Claim("win rate", "-positive-free-judge-learned", 0.2, 0.1), ",",
                                           Claim("win rate", "-positive-principle-learned", -0.2, 0.1), ",",
                                           Claim("win rate", "-positive-content-learned", 0.3, 0.1), ",",
                                           Claim("win rate", "-steering-free-judge-learned", 0.4, 0.1), ",",
                                           Claim("followed", "-positive-held_out", 0.05, 0.1), ",",
                                           Claim("followed", "-T=1-learned", 0.1, 0.01), ",",
                                           Claim("information", "-nats", -0.5, 0.25), "]"));
  const std::vector<ClaimRow> rows = Rows(run);
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows[0].measure, "win rate by the language model free-judge, not asked for principles, learned");
  EXPECT_DOUBLE_EQ(rows[0].ours.value, 70);
  EXPECT_DOUBLE_EQ(rows[0].ours.low, 60);
  EXPECT_EQ(rows[0].unit, "%");
  EXPECT_EQ(rows[0].verdict, "reproduced");
  EXPECT_EQ(rows[0].size, "embedded");
  EXPECT_EQ(rows[0].model, "models/m");
  EXPECT_EQ(rows[0].seeds, 3);
  EXPECT_EQ(rows[0].ours.n, 40);
  EXPECT_EQ(rows[1].measure, "win rate by the rule principle, learned");
  EXPECT_EQ(rows[1].verdict, "not reproduced");
  EXPECT_EQ(rows[2].measure, "principles followed, held_out");
  EXPECT_DOUBLE_EQ(rows[2].ours.value, 5);
  EXPECT_EQ(rows[2].unit, "points");
  EXPECT_EQ(rows[2].verdict, "not significant");
  EXPECT_EQ(rows[3].claim.claim, "shorter");
  EXPECT_EQ(rows[3].unit, "nats");
  EXPECT_EQ(rows[3].verdict, "reproduced");  // claimed to be less
  // What was not run is there, too.
  ASSERT_OK_AND_ASSIGN(const std::vector<ClaimRow> all, ClaimRows(Claims(), {}, {run}, 0.95));
  ASSERT_THAT(all, SizeIs(5));
  EXPECT_EQ(all[3].claim.claim, "learned");
  EXPECT_EQ(all[3].verdict, "not run");
  const base::OrderedJson json = ToJson(ClaimPage(all, /*for_programs=*/true));
  EXPECT_EQ(json[0]["reported_high"], 77);
  EXPECT_EQ(json[0]["questions"], 40);
  EXPECT_TRUE(json[3]["run"].is_null());
  EXPECT_TRUE(json[3]["seeds"].is_null());
  const std::string text = ToText(ClaimPage(all, /*for_programs=*/false));
  EXPECT_THAT(text, HasSubstr("70.0 [60.0, 80.0] %"));
  EXPECT_THAT(text, HasSubstr("-0.50 [-0.75, -0.25] nats"));
  EXPECT_THAT(text, HasSubstr("a note"));
}

TEST_F(PaperClaimsTest, ARunMayHaveAnotherName) {
  const std::string claims = absl::StrCat("[", Claim("win rate", "-positive-free-judge-learned", 0.2, 0.1), "]");
  const auto found = [&](const std::string& name) {
    std::vector<std::string> texts;
    for (const ClaimRow& row : Rows(Run(name, claims))) texts.push_back(absl::StrCat(row.claim.claim, " ", row.size));
    return texts;
  };
  EXPECT_THAT(found("a"), ElementsAre("wins embedded"));
  EXPECT_THAT(found("a_small"), ElementsAre("wins small"));
  EXPECT_THAT(found("b_small"), ElementsAre("learned small"));
  EXPECT_THAT(found("other"), ElementsAre("wins small", "learned small"));
  EXPECT_THAT(found("a_smaller"), SizeIs(0));
}

// What asked is in an id where the run has several such alone: here "-e" is the judge's.
TEST_F(PaperClaimsTest, AJudgesNameMayEndLikeAnEvaluations) {
  const OurRun run = Run("a", absl::StrCat("[", Claim("win rate", "-positive-judge-e", 0.2, 0.1), "]"), R"(
evaluations {
  name: "e" language_model_judges { name: "judge-e" judge { endpoint { model: "j" } principles: true } }
  language_model_judges { name: "judge" judge { endpoint { model: "j" } } }
})");
  ASSERT_THAT(Rows(run), SizeIs(1));
  EXPECT_EQ(Rows(run)[0].measure, "win rate by the language model judge-e");
}

TEST_F(PaperClaimsTest, AStrangersVerdictsAreLeftOut) {
  const OurRun run = Run("a", absl::StrCat("[", Claim("win rate", "-positive-j-held_out", 0.2, 0.1), "]"));
  EXPECT_THAT(Rows(run), SizeIs(0));
  EXPECT_THAT(run.warnings(), Contains(HasSubstr("tables/claims.json has verdicts of \"j\"")));
}

// Two seeds, by question 2 and 4 tokens, and 4 and 6, less than the base.
TEST_F(PaperClaimsTest, LengthsArePairedBySeedAndQuestion) {
  const auto write = [](const std::string& arm, const std::vector<int>& tokens) {
    std::vector<evaluation::ModelAnswer> answers;
    for (size_t i = 0; i < tokens.size(); ++i) {
      evaluation::ModelAnswer answer;
      answer.question_id = i;
      answer.model_id = arm;
      answer.choices = {{{"x"}, "stop", tokens[i]}};
      answer.setting = "positive";
      answers.push_back(answer);
    }
    ASSERT_OK(evaluation::WriteModelAnswers(base::TestFolder() + "/" + AnswersFile("e", arm, "positive"), answers));
  };
  write("base", {10, 20});
  write("sami1-s1", {8, 16});
  write("sami1-s2", {6, 14});
  const OurRun run = Run("a", "[]", R"(models { name: "m" folder: "models/m" }
arms { name: "base" model: "m" }
arms { name: "sami1-s1" parent: "m" sami {} seed: 1 replicate_of: "sami1" }
arms { name: "sami1-s2" parent: "m" sami {} seed: 2 replicate_of: "sami1" }
evaluations { name: "e" })");
  const std::vector<ClaimRow> rows = Rows(run);
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].measure, "tokens an answer");
  EXPECT_EQ(rows[0].unit, "tokens");
  EXPECT_DOUBLE_EQ(rows[0].ours.value, -(2 + 4 + 4 + 6) / 4.0);
  EXPECT_EQ(rows[0].seeds, 2);
  EXPECT_EQ(rows[0].ours.n, 2);
  EXPECT_EQ(rows[0].verdict, "not significant");  // of two seeds and questions
}

}  // namespace
}  // namespace experiments
