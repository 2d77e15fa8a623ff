// The main job as a user starts it, on the shipped models and few questions: the same bytes with one thread and with
// two, alone and killed again and again; and what it says of bad input.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/job_testing.h"
#include "training/testing/event_reader.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

// The second paper's job, which has every method and stage, small.
Outcome RunJob(const std::string& out, std::vector<std::string> flags,
               std::chrono::milliseconds kill_after = std::chrono::milliseconds(0)) {
  flags.insert(flags.begin(), {"--spec=" + base::Runfile("experiments/mtbench_sft_first.textproto"), "--out=" + out,
                               "--store=" + out + ".store", "--set=queries[train].take=48",
                               "--set=queries[test].take=24", "--set=queries[held_out].take=16"});
  return RunProgram("experiments/mtbench_vs_dpo", flags, kill_after);
}

// It with arms that hold out rows, save models, keep the best, and may end early.
Outcome RunMeasuredJob(const std::string& out, std::vector<std::string> flags,
                       std::chrono::milliseconds kill_after = std::chrono::milliseconds(0)) {
  for (const char* setting :
       {"arms[dpo].dpo.training.batch_size=8", "arms[dpo].dpo.training.save_steps=2",
        "arms[dpo].dpo.training.held_out={ share: 0.2 every_steps: 1 }", "arms[sami_pair].sami.training.batch_size=4",
        "arms[sami_pair].sami.training.keep=BEST", "arms[sami_pair].sami.training.held_out={ rows: 8 every_steps: 1 }",
        "arms[sami_pair].sami.training.early_stop={ patience: 1 min_improvement: 1e-3 }"}) {
    flags.push_back(absl::StrCat("--set=", setting));
  }
  return RunJob(out, std::move(flags), kill_after);
}

double MetricOf(const base::JsonLine& line, const std::string& name) {
  for (const base::Json& metric : line.value["metrics"]) {
    if (metric["name"] == name) return metric["value"].get<double>();
  }
  ADD_FAILURE() << line.where << ": no " << name;
  return std::nan("");
}

// What a link leads to.
std::string Target(const std::string& path) { return fs::canonical(path).string(); }

TEST(ExperimentTest, SameBytesOnAnyThreadsAndAfterKills) {
  const std::string folder = base::TestFolder();
  const Outcome once = RunMeasuredJob(folder + "/one", {Deployment(1)});
  ASSERT_EQ(once.exit_code, 0) << once.errors;
  const auto expected = Products(folder + "/one");
  for (const char* name : {"spec.textproto",
                           "tables/test/win_rates.json",
                           "tables/test/win_rates.csv",
                           "tables/test/win_rates.md",
                           "tables/test/win_rates.tex",
                           "tables/held_out/mutual_information.json",
                           "tables/claims.json",
                           "tables/results.csv",
                           "tables/test/scores.jsonl",
                           "data/contrastive/leak_audit.csv",
                           "data/contrastive/leak_audit_arms.json",
                           "answers/test/steering/sami.jsonl",
                           "metrics/dpo.jsonl",
                           "tensorboard/sami_pair/events.out.tfevents.sami",
                           "models/sft/model.safetensors",
                           "checkpoints/dpo/step-2/model.safetensors",
                           "checkpoints/dpo/step-2/tokenizer.json",
                           "models/sami/tokenizer.json",
                           "judgments/test/sami_vs_dpo/principle_steering_pair.jsonl",
                           "data/contrastive/contrastive.jsonl",
                           "questions/test.jsonl",
                           "report.html",
                           "figures/training.svg",
                           "figures/win_rates_positive_content.pdf"}) {
    EXPECT_EQ(expected.count(name), 1) << name;
  }

  EXPECT_EQ(expected.count("checkpoints/dpo/step-1/model.safetensors"), 0);
  EXPECT_THAT(once.errors, HasSubstr("sami_pair: keeps the model after step"));

  // The metrics of all arms are one table.
  const std::set<std::string> members = {"step",          "split",    "epoch",  "loss",   "grad_norm",
                                         "learning_rate", "examples", "tokens", "metrics"};
  for (const char* arm : {"sft", "dpo", "sami", "sami_pair"}) {
    ASSERT_OK_AND_ASSIGN(const auto lines, base::ReadJsonLines(absl::StrCat(folder, "/one/metrics/", arm, ".jsonl")));
    for (const base::JsonLine& line : lines) {
      std::set<std::string> found;
      for (const auto& [name, value] : line.value.items()) found.insert(name);
      EXPECT_EQ(found, members) << line.where;
      EXPECT_EQ(line.value["grad_norm"].is_number(), line.value["split"] == "train") << line.where;
    }
    EXPECT_GT(MetricOf(lines[0], "update/changed_share"), 0);
  }

  // TensorBoard's file has the metrics' steps and measurements, each once.
  ASSERT_OK_AND_ASSIGN(const auto metrics, base::ReadJsonLines(folder + "/one/metrics/dpo.jsonl"));
  ASSERT_OK_AND_ASSIGN(const std::string events,
                       base::ReadFile(folder + "/one/tensorboard/dpo/events.out.tfevents.sami"));
  ASSERT_OK_AND_ASSIGN(const auto steps, training::ParseEventFile(events));
  ASSERT_EQ(steps.size(), metrics.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].step, metrics[i].value["step"].get<int64_t>());
    EXPECT_EQ(metrics[i].value["split"], i % 2 == 0 ? "train" : "eval");
    EXPECT_EQ(steps[i].scalars[0].first, i % 2 == 0 ? "train/loss" : "eval/loss");
    EXPECT_FLOAT_EQ(steps[i].scalars[0].second, metrics[i].value["loss"].get<double>());
    EXPECT_FLOAT_EQ(steps[i].scalars[i % 2 == 0 ? 6 : 4].second, MetricOf(metrics[i], "rewards/chosen"));
  }

  ASSERT_EQ(RunMeasuredJob(folder + "/two", {Deployment(2)}).exit_code, 0);
  EXPECT_EQ(Products(folder + "/two"), expected);

  ExpectSurvivesKills(once, [&](std::chrono::milliseconds kill_after) {
    return RunMeasuredJob(folder + "/killed", {Deployment(2, "checkpoint_seconds: 0")}, kill_after);
  });
  EXPECT_EQ(Products(folder + "/killed"), expected);

  // A complete run is passed over, and an output that was damaged is made again.
  ASSERT_OK(base::WriteFileAtomically(Target(folder + "/two/answers/test/steering/dpo.jsonl"), "damaged"));
  ASSERT_OK(base::WriteFileAtomically(Target(folder + "/two/report.html"), "damaged"));
  ASSERT_EQ(RunMeasuredJob(folder + "/two", {}).exit_code, 0);
  EXPECT_EQ(Products(folder + "/two"), expected);

  const Outcome other = RunJob(folder + "/two", {"--set=seed=43"});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.errors, HasSubstr("it belongs to run"));
}

// A copy of a shipped model in which one file is replaced.
std::string SpoiledModel(const std::string& file, const std::string& content) {
  const std::string folder = absl::StrCat(base::TestFolder(), "/model");
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const char* name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}) {
    fs::copy_file(base::Runfile(absl::StrCat("datasets/embedded/models/base/", name)), absl::StrCat(folder, "/", name));
  }
  EXPECT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", file), content));
  return folder;
}

void ExpectRefused(std::vector<std::string> flags, const std::string& message) {
  const std::string out = base::TestFolder() + "/run";
  fs::remove_all(out);
  const Outcome outcome = RunJob(out, std::move(flags));
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_FALSE(outcome.killed) << outcome.errors;
  EXPECT_THAT(outcome.errors, HasSubstr(message));
  EXPECT_FALSE(base::FileExists(out + "/tables/test/win_rates.json"));
  EXPECT_FALSE(base::FileExists(out + "/record.textproto"));
}

TEST(ExperimentTest, LoraLeavesAnAdapterAndAMergedModel) {
  const std::string out = base::TestFolder() + "/run";
  std::vector<std::string> flags = {Deployment(2)};
  for (const char* training : {"arms[sft].sft", "arms[dpo].dpo", "arms[sami].sami"}) {
    flags.push_back(
        absl::StrCat("--set=", training, ".training.lora={ rank: 4 target_modules: [\"q_proj\", \"v_proj\"] }"));
    flags.push_back(absl::StrCat("--set=", training, ".training.save_steps=1"));
  }
  flags.emplace_back("--set=arms[sami].sami.kl_weight=0.1");
  const Outcome outcome = RunJob(out, flags);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto products = Products(out);
  for (const char* arm : {"sft", "dpo", "sami"}) {
    EXPECT_EQ(products.count(absl::StrCat("adapters/", arm, "/adapter_config.json")), 1) << arm;
    EXPECT_EQ(products.count(absl::StrCat("adapters/", arm, "/adapter_model.safetensors")), 1) << arm;
    EXPECT_EQ(products.count(absl::StrCat("models/", arm, "/model.safetensors")), 1) << arm;
  }
  // Merged, as the arm's model: the last step's is the same.
  const std::string sft = "checkpoints/sft/step-1/model.safetensors";
  EXPECT_EQ(products.at(sft), products.at("models/sft/model.safetensors"));
  EXPECT_EQ(products.count("adapters/sami_pair/adapter_config.json"), 0);
  EXPECT_NE(products.at("models/dpo/model.safetensors"), products.at("models/sft/model.safetensors"));
  // DPO starts at the model under its adapter.
  ASSERT_OK_AND_ASSIGN(const auto steps, base::ReadJsonLines(out + "/metrics/dpo.jsonl"));
  EXPECT_NEAR(steps[0].value["loss"].get<double>(), std::log(2.0), 1e-4);
  ASSERT_OK_AND_ASSIGN(const auto sami, base::ReadJsonLines(out + "/metrics/sami.jsonl"));
  EXPECT_NEAR(MetricOf(sami[0], "kl/per_token"), 0, 1e-5);
  EXPECT_GT(MetricOf(sami.back(), "kl/per_token"), 0);

  ExpectRefused({"--set=arms[dpo].dpo.training.lora.rank=4"}, "target_modules");
  ExpectRefused({Deployment(1, "device: 'cuda:99'")}, "deployment: device \"cuda:99\"");
}

TEST(ExperimentTest, BadInputIsOneClearLine) {
  const auto base_model = [](const std::string& file, const std::string& content) {
    return std::vector<std::string>{"--set=models[base].folder=" + SpoiledModel(file, content)};
  };
  ASSERT_OK_AND_ASSIGN(const std::string weights,
                       base::ReadFile(base::Runfile("datasets/embedded/models/base/model.safetensors")));
  ExpectRefused(base_model("model.safetensors", weights.substr(0, weights.size() / 2)), "model.safetensors");
  ExpectRefused(base_model("model.safetensors", std::string(8, '\xff')), "header");
  ExpectRefused(base_model("config.json", R"({"model_type": "gpt2"})"), "gpt2");
  ExpectRefused(base_model("tokenizer.json", "{"), "tokenizer.json");
  ExpectRefused({"--set=models[base].folder=no/such/folder"},
                "models \"base\": folder: there is no \"no/such/folder\"");
  ExpectRefused({"--set=arms[sami].parent=nobody"}, "nobody");
  ExpectRefused({"--set=arms[sami].sami.training.optimizer.learning_rat=1"}, "learning_rate");
  ExpectRefused({"--set=data[contrastive].sampling.temperature=-1"}, "sampling.temperature");
  // One token is never a whole answer.
  ExpectRefused({"--set=data[contrastive].sampling.max_new_tokens=1"}, "no query of 48 passes the filters");
  // Both before anything is computed.
  ExpectRefused({"--set=evaluations[test].sampling.max_new_tokens=2047"}, "48 of 48 prompts, the longest of");
  ExpectRefused({"--set=arms[dpo].dpo.training.lora={ target_modules: 'w1' }"},
                "arm \"dpo\": lora: the adapter's target \"w1\" is no projection");
  const std::string constitution =
      base::WriteTestFile("c.json", R"({"a": {"weak": "Do.", "antithesis": "Don't.", "relevant_for": ["math"]}})");
  ExpectRefused({"--set=constitutions[principles].file=" + constitution}, "no checker for principle \"a\"");
  ExpectRefused({"--set=constitutions[principles].file=" + constitution, "--set=evaluations[test].judges=[CONTENT]"},
                "category \"writing\"");
  ExpectRefused({"--set=queries[held_out].take=20000"}, "different");
  ExpectRefused({"--set=arms[dpo].dpo.training.held_out={ rows: 48 every_steps: 1 }"}, "none would be left");
  const auto questions = [](const std::string& text) {
    return std::vector<std::string>{
        "--set=queries[test]={ name: \"test\" mt_bench { file: \"" + base::WriteTestFile("q.jsonl", text) + "\" } }",
        "--set=evaluations[test].judges=[PRINCIPLE]"};
  };
  const std::string line = R"({"question_id": 81, "category": "writing", "turns": ["Why?"]})";
  ExpectRefused(questions(line + "\n{"), "q.jsonl:2");
  ExpectRefused(questions(line + "\n" + line), "q.jsonl:2");
  ExpectRefused(questions(R"({"question_id": 81, "category": "writing", "turns": []})"), "q.jsonl:1");
}

}  // namespace
}  // namespace experiments
