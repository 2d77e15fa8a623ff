// Replicates over seeds, and what runs claim of them.
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "experiments/graph_testing.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class GraphClaimsTest : public GraphTest {};

// Each seed trains on what it wrote itself; the first seed is computed once for both specs.
TEST_F(GraphClaimsTest, ReplicatesOverSeeds) {
  const std::string spec = absl::StrCat(
      kModel, "queries { name: \"q\" embedded { split: TRAIN } take: 8 } constitutions { name: \"c\" }\n",
      "data { name: \"d\" queries: \"q\" constitutions: \"c\" generator: \"base\" sampling { temperature: 1 "
      "max_new_tokens: 24 }\n",
      "  filters { unfinished: false equal_responses: false } }\n",
      "arms { name: \"sami\" parent: \"base\" data: \"d\" sami { ", Training(), " } }\n",
      "information { name: \"mi\" queries: \"q\" constitutions: \"c\" max_new_tokens: 16 }\n",
      "evaluations { name: \"e\" queries: \"q\" constitutions: \"c\" settings: POSITIVE judges: PRINCIPLE\n",
      "  sampling { max_new_tokens: 16 } comparisons { arm: \"sami\" baseline: \"base\" } }\n");
  const Outcome one = Run("one", spec, {"--set=replicates.seeds=[7]"});
  ASSERT_EQ(one.exit_code, 0) << one.errors;
  const Outcome two = Run("two", spec, {"--set=replicates.seeds=[7, 8]"});
  ASSERT_EQ(two.exit_code, 0) << two.errors;
  const std::set<std::string> started = Started(two);
  EXPECT_EQ(started.count("data_d-s7") + started.count("train_sami-s7"), 0);
  EXPECT_EQ(started.count("data_d-s8") + started.count("train_sami-s8"), 2);
  ASSERT_OK_AND_ASSIGN(const std::string first, base::ReadFile(Path("two/data/d-s7/contrastive.jsonl")));
  ASSERT_OK_AND_ASSIGN(const std::string second, base::ReadFile(Path("two/data/d-s8/contrastive.jsonl")));
  EXPECT_NE(first, second);
  ASSERT_OK_AND_ASSIGN(const std::string rates, base::ReadFile(Path("two/tables/e/win_rates.csv")));
  EXPECT_THAT(rates, AllOf(HasSubstr("sami-s7_vs_base"), HasSubstr("sami-s8_vs_base")));
  EXPECT_THAT(Run("bad", spec, {"--set=replicates.seeds=[7, 7]"}).errors, HasSubstr("replicates.seeds[1] is 7 again"));

  // What is claimed is of both seeds together; of one, over questions only, and named so.
  const auto claims = [&](const char* run) {
    const absl::StatusOr<std::string> text = base::ReadFile(Path(absl::StrCat(run, "/tables/claims.json")));
    EXPECT_OK(text);
    return base::Json::parse(text.ok() ? *text : "[]");
  };
  const base::Json of_one = claims("one"), of_two = claims("two");
  ASSERT_GE(of_two.size(), 3u);  // followed at temperature 1 and by the answers, information, verdicts
  ASSERT_EQ(of_one.size(), of_two.size());
  for (size_t i = 0; i < of_two.size(); ++i) {
    EXPECT_EQ(of_two[i]["arm"], "sami");
    EXPECT_EQ(of_two[i]["seeds"], 2);
    EXPECT_EQ(of_one[i]["seeds"], 1);
    EXPECT_EQ(of_one[i]["id"], of_two[i]["id"]);
    EXPECT_THAT(of_one[i]["method"].get<std::string>(), HasSubstr("questions only"));
  }
  // The tables of single seeds are there for who asks.
  ASSERT_OK_AND_ASSIGN(const std::string page, base::ReadFile(Path("two/report.html")));
  EXPECT_TRUE(absl::StrContains(page, "Each seed by itself"));
  EXPECT_TRUE(absl::StrContains(page, "SD of questions"));
  const Outcome compared = RunProgram("experiments/commands/compare_claims", {Path("one"), Path("two")}, {});
  EXPECT_EQ(compared.exit_code, 0) << compared.errors;
  EXPECT_EQ(RunProgram("experiments/commands/compare_claims", {Path("one"), Path("nowhere")}, {}).exit_code, 2);
}

// Arms that are compared and saw other texts: the claim says so, and --strict refuses the spec.
TEST_F(GraphClaimsTest, UnequalDataAreSaid) {
  const std::string spec = absl::StrCat(
      kModel, "queries { name: \"q\" embedded { split: TRAIN } take: 8 } constitutions { name: \"c\" }\n",
      "queries { name: \"asked\" embedded { split: HELD_OUT } take: 8 }\n",
      "data { name: \"d\" queries: \"q\" constitutions: \"c\" generator: \"base\" sampling { temperature: 1 "
      "max_new_tokens: 24 }\n",
      "  filters { unfinished: false equal_responses: false } }\n",
      "arms { name: \"sami\" parent: \"base\" data: \"d\" sami { ", Training(), " } }\n",
      "arms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n",
      "information { name: \"mi\" queries: \"asked\" constitutions: \"c\" max_new_tokens: 16\n",
      "  comparisons { arm: \"sami\" baseline: \"sft\" } }\n");
  const Outcome strict = Run("strict", spec, {"--strict"});
  EXPECT_EQ(strict.exit_code, 2);
  EXPECT_THAT(strict.errors,
              HasSubstr("sami vs sft: sami saw all 2 constitutions of d, sft the first constitution of d"));
  // What the information compares is checked as evaluations' comparisons are.
  const auto error_of = [&](const char* setting) {
    return Run("bad", spec, {absl::StrCat("--set=information[mi].", setting)}).errors;
  };
  EXPECT_THAT(error_of("arms=[\"sami\", \"base\"]"),
              HasSubstr("comparisons[0].baseline is \"sft\", which is no arm; it must be one of base, sami"));
  EXPECT_THAT(error_of("comparisons[0].baseline=sami"), HasSubstr("compares sami with itself"));
  EXPECT_THAT(error_of("controls=[ORDER, ORDER]"), HasSubstr("controls[1] is ORDER again"));
  const Outcome matched = Run("matched", spec, {"--set=arms[sft].pairs=ALL", "--strict"});
  EXPECT_EQ(matched.exit_code, 0) << matched.errors;
  const Outcome unequal = Run("unequal", spec);
  ASSERT_EQ(unequal.exit_code, 0) << unequal.errors;
  for (const auto& [run, differs] : {std::pair("matched", false), std::pair("unequal", true)}) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(Path(absl::StrCat(run, "/tables/claims.json"))));
    const base::Json claim = base::Json::parse(text)[0];
    EXPECT_EQ(claim["matched"] == true, !differs);
    // 8 queries in steps of 4 (Training()), each twice or once.
    const base::Json &sami = claim["given"]["arm"], &sft = claim["given"]["against"];
    EXPECT_EQ(sami["prompts"], 8);
    EXPECT_EQ(sft["prompts"], 8);
    EXPECT_EQ(sft["examples"], differs ? 8 : 16);
    EXPECT_GT(sami["tokens"], sft["tokens"]);
    EXPECT_GT(sft["flops"], 1e9);
    EXPECT_EQ(claim["sentence"].get<std::string>().find("UNEQUAL") != std::string::npos, differs);
  }
}

}  // namespace
}  // namespace experiments
