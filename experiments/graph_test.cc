// Specs as graphs, as a user writes them: data from files for every method, iterations, models that are only asked,
// queries and principles of one's own; and that what is computed once is not computed again.
#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/graph_testing.h"
#include "training/held_out.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(GraphTest, FilesOfPreferencesDemonstrationsAndLabelsTrain) {
  std::string pairs, dialogues, demonstrations, labels;
  for (int i = 0; i < 8; ++i) {
    const std::string good = absl::StrCat(" It is ", i, "."), bad = absl::StrCat(" No ", i, ".");
    absl::StrAppend(&pairs, "{\"prompt\": \"What is ", i, "?\", \"chosen\": \"", good, "\", \"rejected\": \"", bad,
                    "\"}\n");
    const std::string asked = absl::StrCat("\\n\\nHuman: What is ", i, "?\\n\\nAssistant:");
    absl::StrAppend(&dialogues, "{\"chosen\": \"", asked, good, "\", \"rejected\": \"", asked, bad, "\"}\n");
    absl::StrAppend(&demonstrations, "{\"prompt\": \"What is ", i, "?\", \"completion\": \"", good, "\"}\n");
    absl::StrAppend(&labels, "{\"prompt\": \"What is ", i, "?\", \"completion\": \"", i % 2 ? good : bad,
                    "\", \"label\": ", i % 2 ? "true" : "false", "}\n");
  }
  pairs += "{\"prompt\": \"Same?\", \"chosen\": \" Yes.\", \"rejected\": \" Yes.\"}\n";
  const std::string spec =
      absl::StrCat(kModel, "data { name: \"pairs\" preferences { file: \"", Write("pairs.jsonl", pairs), "\" } }\n",
                   "data { name: \"hh\" preferences { file: \"", Write("hh.jsonl", dialogues), "\" } }\n",
                   "data { name: \"shown\" demonstrations { file: \"", Write("shown.jsonl", demonstrations), "\" } }\n",
                   "data { name: \"labels\" labels { file: \"", Write("labels.jsonl", labels), "\" } }\n",
                   "arms { name: \"dpo\" parent: \"base\" data: \"pairs\" dpo { ", Training(), " } }\n",
                   "arms { name: \"orpo\" parent: \"base\" data: \"hh\" orpo { ", Training(), " } }\n",
                   "arms { name: \"simpo\" parent: \"base\" data: \"pairs\" cpo { ", Training(), " } }\n",
                   "arms { name: \"kto\" parent: \"base\" data: \"labels\" kto { ", Training(), " } }\n",
                   "arms { name: \"sft\" parent: \"base\" data: \"shown\" sft { ", Training(), " } }\n");
  const Outcome outcome = Run("run", spec);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr("pairs.jsonl:9"));  // equal completions are counted and said
  for (const char* arm : {"dpo", "orpo", "simpo", "kto", "sft"}) {
    EXPECT_TRUE(base::FileExists(Path(absl::StrCat("run/models/", arm, "/model.safetensors")))) << arm;
    EXPECT_TRUE(base::FileExists(Path(absl::StrCat("run/metrics/", arm, ".jsonl")))) << arm;
  }
  // Another beta: DPO and what shows it, nothing else.
  const Outcome again = Run("again", spec, {"--set=arms[dpo].dpo.beta=0.3"});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(Started(again), (std::set<std::string>{"train_dpo", "tensorboard_dpo", "claims", "page"}));
  // A node alone.
  const Outcome node = Run("node", spec, {"--set=arms[kto].kto.beta=0.3", "--node=kto"});
  ASSERT_EQ(node.exit_code, 0) << node.errors;
  EXPECT_EQ(Started(node), (std::set<std::string>{"train_kto"}));

  EXPECT_THAT(Run("bad", spec, {"--set=arms[dpo].sami={}"}).errors, HasSubstr("SAMI cannot be trained on them"));
  const Outcome two =
      Run("two", spec, {"--set=arms[kto].kto.beta=0.4", "--set=arms[dpo].dpo.beta=0.4", "--node=kto,train_dpo"});
  EXPECT_EQ(Started(two), (std::set<std::string>{"train_dpo", "train_kto"})) << two.errors;
  EXPECT_THAT(Run("bad", spec, {"--node=simp"}).errors,
              HasSubstr("there is no stage or arm \"simp\"; the nearest are simpo, "));
  EXPECT_EQ(Run("bad", spec, {"--node=sft,"}).exit_code, 2);
  Write("chat.jsonl",
        R"({"prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "b"}],
 "rejected": [{"role": "assistant", "content": "c"}]})");
  EXPECT_EQ(Run("bad", spec, {"--set=data[pairs].preferences.file=" + Path("chat.jsonl")}).exit_code, 2);
}

// An arm that holds rows out is trained as one whose file lacks them, also where an example needs its neighbours (KTO).
TEST_F(GraphTest, HeldOutRowsAreNotTrainedOn) {
  constexpr int64_t kRows = 9;
  std::string pairs, rest;
  const std::vector<int64_t> held_out = training::HeldOutRows(3, kRows, /*seed=*/42);
  for (int64_t i = 0; i < kRows; ++i) {
    const std::string row = absl::StrCat("{\"prompt\": \"What is ", i, "?\", \"chosen\": \" It is ", i,
                                         ".\", \"rejected\": \" No ", i, ".\"}\n");
    pairs += row;
    if (std::count(held_out.begin(), held_out.end(), i) == 0) rest += row;
  }
  std::string spec =
      absl::StrCat(kModel, "data { name: \"pairs\" preferences { file: \"", Write("pairs.jsonl", pairs), "\" } }\n",
                   "data { name: \"rest\" preferences { file: \"", Write("rest.jsonl", rest), "\" } }\n");
  const std::vector<std::string> methods = {"sft", "dpo", "kto"};
  for (const std::string& method : methods) {
    absl::StrAppend(&spec, "arms { name: \"", method, "\" parent: \"base\" data: \"pairs\" ", method,
                    " { training { batch_size: 4 microbatch_size: 2 held_out { rows: 3 every_steps: 1 } } } }\n",
                    "arms { name: \"", method, "_rest\" parent: \"base\" data: \"rest\" ", method, " { ", Training(),
                    " } }\n");
  }
  const Outcome outcome = Run("run", spec);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  auto products = Products(Path("run"));
  for (const std::string& method : methods) {
    EXPECT_EQ(products.at("models/" + method + "/model.safetensors"),
              products.at("models/" + method + "_rest/model.safetensors"));
    ASSERT_OK_AND_ASSIGN(const auto lines, base::ReadJsonLines(Path("run/metrics/" + method + ".jsonl")));
    // A pair is two examples of KTO: both of it are held out.
    EXPECT_EQ(lines[1].value["split"], "eval");
    EXPECT_EQ(lines[1].value["examples"], method == "kto" ? 6 : 3);
  }
  int bad = 0;
  for (const char* size : {"rows: 9", "rows: 12", "share: 0.01"}) {
    const Outcome refused = Run(absl::StrCat("bad", ++bad), spec,
                                {absl::StrCat("--set=arms[sft].sft.training.held_out={ ", size, " every_steps: 1 }")});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors, HasSubstr("held_out."));
  }
}

// Three iterations from the base, with and without reset to it.
TEST_F(GraphTest, IterationsOverOnesOwnQueriesAndPrinciples) {
  std::string queries;
  for (int i = 0; i < 16; ++i) {
    absl::StrAppend(&queries, "{\"id\": \"g-", i, "\", \"query\": \"What eats plant ", i, "?\"}\n");
  }
  const std::string spec = absl::StrCat(
      kModel, "queries { name: \"all\" jsonl { file: \"", Write("q.jsonl", queries), "\" } }\n",
      "queries { name: \"asked\" jsonl { file: \"", Path("q.jsonl"), "\" } skip: 12 }\n",
      "constitutions { name: \"own\" file: \"", Write("own.txt", "Be polite. | Be rude.\nBe brief. | Be long.\n"),
      "\" }\n",
      "iterate { times: 3 data { name: \"it\" queries: \"all\" take: 4 constitutions: \"own\" generator: \"base\"\n",
      "  sampling { temperature: 1 max_new_tokens: 24 } filters { unfinished: false equal_responses: false } }\n",
      "  arm { name: \"sami\" parent: \"base\" sami { ", Training(), " } } }\n",
      "information { name: \"mi\" queries: \"asked\" constitutions: \"own\" max_new_tokens: 24 }\n");
  const Outcome outcome = Run("run", spec);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  ASSERT_OK_AND_ASSIGN(const std::string table, base::ReadFile(Path("run/tables/mi/mutual_information.csv")));
  EXPECT_THAT(table, AllOf(HasSubstr("base,"), HasSubstr("sami1,"), HasSubstr("sami2,"), HasSubstr("sami3,")));
  // The third takes the set's third four.
  ASSERT_OK_AND_ASSIGN(const std::string third, base::ReadFile(Path("run/data/it3/contrastive.jsonl")));
  EXPECT_THAT(third, AllOf(HasSubstr("plant 8?"), HasSubstr("plant 11?"), Not(HasSubstr("plant 7?"))));
  const Outcome reset = Run("reset", spec, {"--set=iterate[0].parent=FIRST"});
  ASSERT_EQ(reset.exit_code, 0) << reset.errors;
  // Up to the first arm both are the same, and so is the second data set, which that arm writes.
  const std::set<std::string> started = Started(reset);
  EXPECT_EQ(started.count("train_sami1") + started.count("data_it2"), 0);
  EXPECT_EQ(started.count("train_sami2") + started.count("data_it3"), 2);

  // What is asked and trained on is counted; --strict refuses it.
  const Outcome strict = Run("strict", spec, {"--set=information[mi].queries=all", "--strict"});
  EXPECT_EQ(strict.exit_code, 2);
  EXPECT_THAT(strict.errors, HasSubstr("of the 16 queries of information mi, 4 are trained on in data \"it1\""));
  // Everything that is wrong is said at once.
  const Outcome wrong = Run("wrong", spec,
                            {"--set=models[base].folder=nowhere", "--set=queries[asked].skip=99",
                             "--set=constitutions[own].only=[\"none\"]"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.errors, AllOf(HasSubstr("there is no \"nowhere\""), HasSubstr("skip 99 leaves none of the 16"),
                                  HasSubstr("name principle \"none\"")));
}

// The name of a folder, a README and what a download leaves beside the weights change no id.
TEST_F(GraphTest, AModelIsItsContents) {
  const std::string spec = absl::StrCat(
      "models { name: \"base\" folder: \"", Path("m"), "\" } arms { name: \"base\" model: \"base\" }\n",
      "data { name: \"d\" demonstrations { file: \"", Write("d.jsonl", "{\"prompt\": \"a\", \"completion\": \" b\"}\n"),
      "\" } }\narms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n");
  for (const char* folder : {"m", "other"}) {
    fs::create_directory(Path(folder));
    for (const char* name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
      fs::copy_file(base::Runfile(absl::StrCat("datasets/embedded/models/base/", name)),
                    Path(absl::StrCat(folder, "/", name)));
    }
  }
  Write("other/README.md", "A model.");
  Write("other/.cache/huggingface/download/model.safetensors.metadata", "etag");
  ASSERT_EQ(Run("run", spec).exit_code, 0);
  const Outcome other = Run("run", spec, {"--set=models[base].folder=" + Path("other")});
  // The folder is that of the same run; where its model lies is told by its spec, which stays.
  EXPECT_EQ(Started(other), std::set<std::string>()) << other.errors;
}

}  // namespace
}  // namespace experiments
