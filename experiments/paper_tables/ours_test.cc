// Our numbers from run folders: whose verdicts may stand beside a paper's, and whose may not.
#include "experiments/paper_tables/ours.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/paper_tables/paper_table.h"
#include "experiments/paper_tables/reported.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTables[] = R"({"tables": [{
  "table": "t", "caption": "c", "source": "a paper", "unit": "percent", "precision": 0.005,
  "categories": ["overall", "math", "stem"],
  "ours": {"table": "win_rates", "setting": "positive", "categories": {"stem": "science"}},
  "rows": [{"comparison": "a_vs_b", "reported": {"overall": 62.5, "math": 75, "stem": 49.99}, "ours": "x_vs_y"}]
}, {
  "table": "free", "caption": "c", "source": "a paper", "unit": "percent", "precision": 0.5,
  "categories": ["lowest", "highest"],
  "ours": {"table": "win_rates", "setting": "positive", "principles": false},
  "rows": [{"comparison": "all", "reported": {"lowest": 49, "highest": 51}, "ours": ["x_vs_y", "x_vs_z"],
            "runs": ["sami_", "n"]},
           {"comparison": "other run", "reported": {"lowest": 49}, "ours": "x_vs_y", "runs": "m"},
           {"comparison": "other evaluation", "reported": {"lowest": 49}, "ours": "x_vs_y", "evaluation": "held_out"}]
}, {
  "table": "s", "caption": "c", "source": "a paper", "unit": "number", "precision": 0, "categories": ["value"],
  "ours": {"spec": "evaluations"},
  "rows": [{"comparison": "rate", "reported": {"value": 2e-5},
            "ours": "arms[sami].sami.training.optimizer.learning_rate"},
           {"comparison": "queries", "reported": {"value": 1000}, "ours": "queries[train].take"},
           {"comparison": "other", "reported": {"value": 1}},
           {"comparison": "of a seed", "reported": {"value": 4},
            "ours": ["arms[none].sami.training.epochs", "arms[sami].sami.training.epochs"]}]
}, {
  "table": "acc", "caption": "c", "source": "a paper", "unit": "percent", "precision": 0.5,
  "categories": ["1 attempt", "10 attempts"], "ours": {"table": "accuracy", "categories": {"1 attempt": "temperature 0"}},
  "rows": [{"comparison": "sami", "reported": {"1 attempt": 35, "10 attempts": 69}, "ours": "x"},
           {"comparison": "gain", "reported": {"10 attempts": 4}, "ours": "x - y"}]
}]})";

// Two language models, one of which is not asked for principles, beside both rules. A field is of no version.
constexpr char kSpec[] = R"(name: "n" later: 1
models { name: "m" folder: "models/small" }
queries { name: "train" take: 1200 }
arms { name: "y" model: "m" }
arms { name: "x" parent: "y" sami {} }
arms { name: "sami-s3" replicate_of: "sami" sami { training { optimizer { learning_rate: 2e-5 } epochs: 4 } } }
evaluations {
  name: "test" judges: [PRINCIPLE, CONTENT]
  language_model_judges { name: "by_principles" judge { endpoint { model: "j" } principles: true } }
  language_model_judges { name: "free" judge { endpoint { model: "j" } } }
  comparisons { arm: "x" baseline: "y" }
  comparisons { arm: "x" baseline: "z" }
})";

std::string Rate(const std::string& comparison, const std::string& judge, const std::string& category, double rate,
                 const std::string& setting = "positive") {
  return absl::StrCat(R"({"comparison": ")", comparison, R"(", "judge": ")", judge, R"(", "setting": ")", setting,
                      R"(", "category": ")", category, R"(", "win_rate": )", rate, R"(, "ci_low": )", rate - 0.1,
                      R"(, "ci_high": )", rate + 0.1, R"(, "n": 90})");
}

class OursTest : public ::testing::Test {
 protected:
  OursTest() : tables_(*ParseReportedTables(kTables, "tables.json")) {}

  void WriteRates(const std::vector<std::string>& rates) {
    std::string list;
    for (const std::string& rate : rates) absl::StrAppend(&list, list.empty() ? "[" : ",\n", rate);
    base::WriteTestFile("spec.textproto", kSpec);
    ASSERT_OK(base::WriteFileAtomically(Run() + "/tables/test/win_rates.json", list + "]"));
  }
  std::string Run() const { return base::TestFolder(); }
  std::vector<PaperCell> Cells(int table, int row) const {
    const auto run = OurRun::Open(Run());
    EXPECT_OK(run);
    return RowCells(tables_[table], tables_[table].rows[row], {}, {*run});
  }

  std::vector<ReportedTable> tables_;
};

TEST_F(OursTest, ALanguageModelsVerdictsStandBesideWhateverItsName) {
  WriteRates({Rate("x_vs_y", "content", "overall", 0.1), Rate("x_vs_y", "principle", "overall", 0.9),
              Rate("x_vs_y", "by_principles", "overall", 0.7), Rate("x_vs_y", "free", "overall", 0.5),
              Rate("x_vs_y", "by_principles", "overall", 0.2, "steering"),
              Rate("x_vs_y", "by_principles", "science", 0.6)});
  const std::vector<PaperCell> cells = Cells(0, 0);
  // The rules are there, but not as ours.
  ASSERT_THAT(cells[0].ours, SizeIs(3));
  EXPECT_THAT(cells[1].ours, IsEmpty());
  const base::OrderedJson ours = ToJson(ToTable(tables_[0], cells, Beside::kOurs));
  ASSERT_THAT(ours, SizeIs(3));
  EXPECT_EQ(ours[0]["ours"], 0.7);
  EXPECT_EQ(ours[0]["judge"], "by_principles");
  EXPECT_EQ(ours[0]["model"], "models/small");
  EXPECT_EQ(ours[0]["ours_status"], "within interval");
  EXPECT_TRUE(ours[0]["rule_judged"].is_null());
  EXPECT_EQ(ours[1]["ours_status"], "not run");
  EXPECT_TRUE(ours[1]["run"].is_null());
  EXPECT_EQ(ours[2]["ours"], 0.6);
  EXPECT_EQ(ours[2]["ours_status"], "differs");
  const analysis::Table rules = ToTable(tables_[0], cells, Beside::kRuleJudged);
  const base::OrderedJson judged = ToJson(rules);
  ASSERT_THAT(judged, SizeIs(2));
  for (const base::OrderedJson& row : judged) {
    EXPECT_TRUE(row["ours"].is_null());
    EXPECT_TRUE(row["ours_status"].is_null());
    EXPECT_EQ(row["setting"], "positive");
    EXPECT_EQ(row["model"], "models/small");
  }
  EXPECT_EQ(judged[0]["judge"], "content");
  EXPECT_EQ(judged[1]["judge"], "principle");
  EXPECT_EQ(judged[1]["rule_judged"], 0.9);
  EXPECT_THAT(rules.caption, HasSubstr("rule-judged"));
  // People see no column of the other's.
  for (const analysis::Column& column : ForPeople(rules).columns) EXPECT_NE(column.key, "ours");
  for (const analysis::Column& column : ForPeople(ToTable(tables_[0], cells, Beside::kOurs)).columns) {
    EXPECT_NE(column.key, "rule_judged");
  }
}

TEST_F(OursTest, RulesAloneAreNoRun) {
  WriteRates({Rate("x_vs_y", "principle", "overall", 0.625)});
  const base::OrderedJson ours = ToJson(ToTable(tables_[0], Cells(0, 0), Beside::kOurs));
  EXPECT_EQ(ours[0]["ours_status"], "not run");
  EXPECT_TRUE(ours[0]["ours"].is_null());
}

TEST_F(OursTest, ARangeIsOverTheRowsComparisons) {
  WriteRates({Rate("x_vs_y", "free", "overall", 0.52), Rate("x_vs_z", "free", "overall", 0.49),
              Rate("x_vs_y", "by_principles", "overall", 0.8), Rate("x_vs_z", "principle", "overall", 0.7)});
  const std::vector<PaperCell> cells = Cells(1, 0);
  const base::OrderedJson ours = ToJson(ToTable(tables_[1], cells, Beside::kOurs));
  ASSERT_THAT(ours, SizeIs(2));
  EXPECT_EQ(ours[0]["ours"], 0.49);
  EXPECT_EQ(ours[0]["ours_comparison"], "x_vs_z");
  EXPECT_EQ(ours[0]["ours_status"], "match");
  EXPECT_EQ(ours[1]["ours"], 0.52);
  EXPECT_EQ(ours[1]["ours_comparison"], "x_vs_y");
  EXPECT_THAT(ToJson(ToTable(tables_[1], cells, Beside::kRuleJudged)), SizeIs(2));
  EXPECT_THAT(Cells(1, 1)[0].ours, IsEmpty());
  EXPECT_THAT(Cells(1, 2)[0].ours, IsEmpty());
}

// Rates of one seed, two of which are in the tables, and that over both, whose judge has its prompt's name.
TEST_F(OursTest, OfSeveralSeedsTheirPooledRateCounts) {
  base::WriteTestFile("spec.textproto", R"(name: "n" models { name: "m" folder: "models/small" }
arms { name: "y" model: "m" }
arms { name: "x-s1" parent: "y" sami {} seed: 1 replicate_of: "x" } arms { name: "x-s2" parent: "y" sami {} seed: 2 replicate_of: "x" }
evaluations {
  name: "test" judges: [PRINCIPLE]
  language_model_judges { name: "j" judge { endpoint { model: "j" } principles: true } }
  comparisons { arm: "x-s1" baseline: "y" } comparisons { arm: "x-s2" baseline: "y" }
})");
  ASSERT_OK(base::WriteFileAtomically(
      Run() + "/tables/test/win_rates.json",
      absl::StrCat("[", Rate("x-s1_vs_y", "j", "overall", 0.4), ",", Rate("x-s2_vs_y", "j", "overall", 0.6), "]")));
  ASSERT_OK(base::WriteFileAtomically(Run() + "/tables/results.json", R"([
    {"arm": "x vs y", "measure": "win rate", "asked": "", "setting": "positive", "judge": "pair-principles",
     "estimate": 0.5, "low": 0.3, "high": 0.7, "seeds": 2, "questions": 90},
    {"arm": "x vs y", "measure": "win rate", "asked": "", "setting": "positive", "judge": "principle",
     "estimate": 0.9, "low": 0.8, "high": 0.95, "seeds": 2, "questions": 90},
    {"arm": "x", "measure": "right at temperature 0", "estimate": 0.35, "low": 0.3, "high": 0.4, "questions": 7},
    {"arm": "x", "measure": "pass@10", "estimate": 0.5, "low": 0.4, "high": 0.6, "questions": 7}])"));
  ASSERT_OK(base::WriteFileAtomically(Run() + "/tables/claims.json", R"([
    {"id": "x-y-pass@10", "metric": "pass@10", "arm": "x", "against": "y", "estimate": 0.1, "low": 0.04,
     "high": 0.2, "seeds": 2, "questions": 7}])"));
  const PaperCell cell = Cells(0, 0)[0];
  ASSERT_THAT(cell.ours, SizeIs(2));
  EXPECT_EQ(cell.ours[0].judge.name, "j");
  EXPECT_FALSE(cell.ours[0].judge.is_rule);
  EXPECT_EQ(cell.ours[0].estimate.value, 0.5);
  EXPECT_EQ(cell.ours[0].estimate.n, 90);
  EXPECT_EQ(cell.ours[0].seeds, 2);
  EXPECT_EQ(cell.ours[0].model, "models/small");
  EXPECT_TRUE(cell.ours[1].judge.is_rule);
  EXPECT_EQ(Cells(3, 0)[0].ours[0].estimate.value, 0.35);
  EXPECT_EQ(Cells(3, 0)[1].ours[0].estimate.value, 0.5);
  EXPECT_EQ(Cells(3, 1)[0].ours[0].estimate.value, 0.1);
}

TEST_F(OursTest, SettingsAreTheFirstRuns) {
  WriteRates({});
  ASSERT_OK(base::WriteFileAtomically(Run() + "/tables/test/win_rates.json", "[]"));
  ASSERT_OK_AND_ASSIGN(const OurRun run, OurRun::Open(Run()));
  const auto cell = [&](int row) { return RowCells(tables_[2], tables_[2].rows[row], {}, {run, run})[0]; };
  ASSERT_THAT(cell(0).ours, SizeIs(1));
  EXPECT_EQ(ToJson(ToTable(tables_[2], {cell(0)}, Beside::kOurs))[0]["ours_status"], "match");
  EXPECT_EQ(cell(1).ours[0].estimate.value, 1200);
  EXPECT_EQ(ToJson(ToTable(tables_[2], {cell(1)}, Beside::kOurs))[0]["ours_status"], "differs");
  EXPECT_THAT(cell(2).ours, IsEmpty());
  EXPECT_EQ(cell(3).ours[0].estimate.value, 4);
  // Of another table's runs there is none.
  tables_[2].ours->runs = {"sami_"};
  EXPECT_THAT(cell(0).ours, IsEmpty());
}

TEST_F(OursTest, WhatCannotBeReadIsSaid) {
  EXPECT_THAT(OurRun::Open(Run() + "/none"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("there is no folder")));
  WriteRates({Rate("x_vs_y", "stranger", "overall", 0.7)});
  ASSERT_OK_AND_ASSIGN(const OurRun stranger, OurRun::Open(Run()));
  EXPECT_THAT(RowCells(tables_[0], tables_[0].rows[0], {}, {stranger})[0].ours, IsEmpty());
  EXPECT_THAT(stranger.warnings(), Contains(HasSubstr("verdicts of \"stranger\", which is no judge")));
  ASSERT_OK(base::WriteFileAtomically(Run() + "/tables/test/win_rates.json", "{"));
  ASSERT_OK_AND_ASSIGN(const OurRun broken, OurRun::Open(Run()));
  EXPECT_THAT(broken.warnings(), AllOf(Contains(HasSubstr("tables/test/win_rates.json is no list of rows")),
                                       Contains(HasSubstr("of another version"))));
  // Without a spec nobody knows who judged.
  WriteRates({Rate("x_vs_y", "by_principles", "overall", 0.7)});
  base::WriteTestFile("spec.textproto", "nonsense {");
  ASSERT_OK_AND_ASSIGN(const OurRun unknown, OurRun::Open(Run()));
  EXPECT_THAT(RowCells(tables_[0], tables_[0].rows[0], {}, {unknown})[0].ours, IsEmpty());
  EXPECT_THAT(unknown.warnings(), Contains(HasSubstr("of another version")));
}

}  // namespace
}  // namespace experiments
