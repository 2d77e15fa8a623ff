// What the papers' specs say of data: pairs drawn as they drew them, wordings, how responses begin and end.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "experiments/graph_testing.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

class GraphPapersTest : public GraphTest {
 protected:
  // A spec that writes data `d` of these fields, to `take` embedded queries.
  std::string Spec(const std::string& fields, const std::string& nodes = "") {
    return absl::StrCat(kModel, "queries { name: \"q\" embedded { split: TRAIN } take: 12 }\n", nodes,
                        "data { name: \"d\" queries: \"q\" generator: \"base\" ", fields, " }\n",
                        "arms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n");
  }

  // The data that it writes, a line a query.
  std::vector<base::JsonLine> Data(const std::string& run, const std::string& spec) {
    const Outcome outcome = Run(run, spec, {"--node=data_d"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    auto lines = base::ReadJsonLines(Path(run + "/data/d/contrastive.jsonl"));
    EXPECT_OK(lines.status());
    return lines.ok() ? *std::move(lines) : std::vector<base::JsonLine>();
  }

  std::string ErrorOf(const std::string& run, const std::string& spec) {
    const Outcome outcome = Run(run, spec);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.errors;
    return outcome.errors;
  }
};

// How many of a constitution's clauses are principles.
int NumPositive(const base::Json& pair) {
  int positive = 0;
  for (const base::Json& clause : pair["constitution"]) positive += clause["positive"].get<bool>();
  return positive;
}

constexpr char kLoose[] =
    "filters { unfinished: false equal_responses: false } sampling { temperature: 1 max_new_tokens: 24 }";

TEST_F(GraphPapersTest, PairsAsEachPaperDrawsThem) {
  const std::string set =
      "constitutions { name: \"c\" only: [\"steps\", \"result_last\", \"smaller_first\", \"verb_first\", "
      "\"reason_first\", \"detail\", \"hello\", \"inches\", \"sir\", \"yes\", \"number_first\", "
      "\"double_quotes\", \"stars\", \"country_first\"] }\n";
  const auto drawn = [&](const std::string& draw) {
    return Data(draw, Spec(absl::StrCat("constitutions: \"c\" draw: ", draw, " ", kLoose), set));
  };
  std::set<int> seen;
  for (const base::JsonLine& line : drawn("POSITIVE_AND_ANY")) {
    EXPECT_EQ(NumPositive(line.value["pairs"][0]), 2);
    seen.insert(NumPositive(line.value["pairs"][1]));
  }
  // Of 12 pairs a third have all antitheses, the others one: each is there but with probability (2/3)^12 = 0.008 and
  // (1/3)^12; the draws are fixed.
  EXPECT_EQ(seen, (std::set<int>{0, 1}));
  seen.clear();
  for (const base::JsonLine& line : drawn("ANY")) {
    for (const base::Json& pair : line.value["pairs"]) seen.insert(NumPositive(pair));
  }
  EXPECT_EQ(seen, (std::set<int>{0, 1, 2}));
  for (const base::JsonLine& line : drawn("FIRST_DIFFERS")) {
    int differing = 0;
    for (int i = 0; i < 2; ++i) {
      const base::Json& clause = line.value["pairs"][0]["constitution"][i];
      for (const base::Json& other : line.value["pairs"][1]["constitution"]) {
        if (other["principle"] == clause["principle"]) differing += other["positive"] != clause["positive"];
      }
    }
    EXPECT_GE(differing, 1);
  }
  EXPECT_THAT(
      ErrorOf("four",
              Spec(absl::StrCat("constitutions: \"c\" draw: FIRST_DIFFERS constitutions_per_query: 4 ", kLoose), set)),
      HasSubstr("draw FIRST_DIFFERS makes 2 constitutions, and constitutions_per_query is 4"));
}

TEST_F(GraphPapersTest, AnotherWordingIsStatedAndChecked) {
  const auto texts = [&](const std::string& run, const std::string& wording) {
    std::set<std::string> found;
    const std::string set = absl::StrCat("constitutions { name: \"c\" ", wording, " }\n");
    for (const base::JsonLine& line : Data(run, Spec(absl::StrCat("constitutions: \"c\" ", kLoose), set))) {
      for (const base::Json& pair : line.value["pairs"]) {
        for (const base::Json& clause : pair["constitution"]) found.insert(clause["text"].get<std::string>());
      }
    }
    return found;
  };
  const std::set<std::string> first = texts("first", ""), second = texts("second", "wording: 1");
  for (const std::string& text : second) EXPECT_EQ(first.count(text), 0) << text;
  EXPECT_THAT(ErrorOf("ninth", Spec(absl::StrCat("constitutions: \"c\" ", kLoose),
                                    "constitutions { name: \"c\" wording: 9 }\n")),
              HasSubstr("wording is 9, and principle \""));
}

TEST_F(GraphPapersTest, ResponsesBeginAndEndAsTheSpecSays) {
  const std::string prompts =
      "constitutions { name: \"c\" }\n"
      "prompts { name: \"writing\" with_constitution: \"Form: ...\\n\\nPrinciples:\\n{constitution}\\n\\nQuestion: "
      "{query}\\n\\nAnswer:\" response_start: \"The\" }\n"
      "prompts { name: \"training\" with_constitution: \"{constitution} {query} A:\" }\n";
  const std::string fields = absl::StrCat("constitutions: \"c\" prompts: \"writing\" training_prompts: \"training\" ");
  const auto loose = Data("loose", Spec(fields + kLoose, prompts));
  ASSERT_EQ(loose.size(), 12);
  int64_t ends = 0;
  for (const base::JsonLine& line : loose) {
    for (const base::Json& pair : line.value["pairs"]) {
      EXPECT_TRUE(absl::StartsWith(pair["response"].get<std::string>(), "The ")) << pair["response"];
      EXPECT_FALSE(absl::StrContains(pair["prompt"].get<std::string>(), "Form: ...")) << pair["prompt"];
      EXPECT_FALSE(pair.contains("response_ids"));  // not the tokens that were sampled
    }
    ends += absl::EndsWith(line.value["pairs"][0]["response"].get<std::string>(), ".");
  }
  const std::string strict = absl::StrReplaceAll(kLoose, {{"filters {", "filters { first_ends_in: [\".\"]"}});
  const auto kept = Data("strict", Spec(fields + strict, prompts));
  EXPECT_EQ(kept.size(), ends);
  ASSERT_OK_AND_ASSIGN(const std::string counts, base::ReadFile(Path("strict/data/d/filters.json")));
  EXPECT_THAT(counts, HasSubstr("other_end"));
  // Nothing that the model writes has the marker: all are empty.
  const std::string after = absl::StrReplaceAll(prompts, {{"response_start: \"The\"", "response_after: \"Reply:\""}});
  const Outcome none = Run("none", Spec(fields + kLoose, after), {"--node=data_d"});
  EXPECT_NE(none.exit_code, 0);
  EXPECT_THAT(none.errors, HasSubstr("\"empty\":12"));
  EXPECT_THAT(
      ErrorOf("measured", Spec(fields + kLoose, prompts) +
                              "information { name: \"i\" queries: \"q\" constitutions: \"c\" prompts: \"writing\" }\n"),
      HasSubstr("is \"writing\", which has response_start or response_after"));
}

TEST_F(GraphPapersTest, SeveralFilesAreOneSet) {
  const std::string a = Write("a.jsonl", "{\"query\": \"What eats oaks?\"}\n{\"query\": \"What eats elms?\"}\n");
  const std::string b =
      Write("b.jsonl", "{\"id\": \"1\", \"query\": \"How many is 3 + 4?\", \"category\": \"sums\"}\n");
  const std::string spec = absl::StrReplaceAll(
      Spec(absl::StrCat("constitutions: \"c\" ", kLoose),
           absl::StrCat("constitutions { name: \"c\" file: \"",
                        Write("own.txt", "Be polite. | Be rude.\nBe brief. | Be long.\n"), "\" }\n")),
      {{"embedded { split: TRAIN } take: 12",
        absl::StrCat("mixed { parts { file: \"", a, "\" at_most: 1 category: \"trees\" } parts { file: \"", b,
                     "\" } }")}});
  const auto lines = Data("mixed", spec);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(lines[0].value["question"], "What eats oaks?");
  EXPECT_EQ(lines[0].value["category"], "trees");
  EXPECT_EQ(lines[1].value["category"], "sums");
}

}  // namespace
}  // namespace experiments
