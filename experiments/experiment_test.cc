// The main job as a user starts it, on the shipped models and few questions: the same bytes with one thread and with
// two, alone and killed again and again; and what it says of bad input.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/random.h"
#include "base/testing.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct Outcome {
  bool killed = false;
  int exit_code = -1;
  std::string errors;
};

// Runs the binary with a small experiment in `out`; kills it after `kill_after`, if that is positive.
Outcome RunJob(const std::string& out, std::vector<std::string> flags,
               std::chrono::milliseconds kill_after = std::chrono::milliseconds(0)) {
  const std::string binary = base::Runfile("experiments/mtbench_vs_dpo"), log = base::TestFolder() + "/stderr";
  std::vector<std::string> arguments = {binary, "--out=" + out, "--set=data.train_queries=48",
                                        "--set=evaluation.num_questions=24",
                                        "--set=evaluation.mutual_information_queries=16"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(&argument[0]);
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (!std::freopen(log.c_str(), "w", stderr) || !std::freopen("/dev/null", "w", stdout)) _exit(126);
    execv(binary.c_str(), argv.data());
    _exit(127);
  }
  if (kill_after.count() > 0) {
    std::this_thread::sleep_for(kill_after);
    kill(child, SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  Outcome outcome;
  outcome.killed = WIFSIGNALED(status);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  outcome.errors = base::ReadFile(log).value_or("");
  return outcome;
}

std::string Deployment(int threads, const std::string& more = "") {
  return "--deployment=" +
         base::WriteTestFile(absl::StrCat("deployment", threads), absl::StrCat("threads: ", threads, " ", more));
}

// Path -> content's hash, of all that a run produces but its records, which tell times.
std::map<std::string, std::string> Products(const std::string& run) {
  std::map<std::string, std::string> products;
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    const std::string name = fs::relative(entry.path(), run).string();
    if (!entry.is_regular_file() || name == "record.textproto" || name == ".lock" ||
        absl::StartsWith(name, "stages/")) {
      continue;
    }
    products[name] = base::Sha256HexOfFile(entry.path().string()).value_or("unreadable");
  }
  return products;
}

TEST(ExperimentTest, SameBytesOnAnyThreadsAndAfterKills) {
  const std::string folder = base::TestFolder();
  const Outcome once = RunJob(folder + "/one", {Deployment(1)});
  ASSERT_EQ(once.exit_code, 0) << once.errors;
  const auto expected = Products(folder + "/one");
  for (const char* name : {"spec.textproto", "tables/win_rates.json", "tables/win_rates.csv", "tables/win_rates.md",
                           "tables/win_rates.tex", "tables/mutual_information.json", "answers/sami.jsonl",
                           "metrics/dpo.jsonl", "models/sft/model.safetensors", "models/sami/tokenizer.json",
                           "judgments/principle_steering_pair.jsonl", "data/contrastive.jsonl"}) {
    EXPECT_EQ(expected.count(name), 1) << name;
  }

  ASSERT_EQ(RunJob(folder + "/two", {Deployment(2)}).exit_code, 0);
  EXPECT_EQ(Products(folder + "/two"), expected);

  // Kills at times from a fixed stream: before main, while models load, in the midst of stages.
  base::RandomStream times(1, "kill");
  int kills = 0;
  Outcome outcome;
  do {
    ASSERT_LT(++kills, 200) << "no progress";
    outcome = RunJob(folder + "/killed", {Deployment(2, "checkpoint_seconds: 0")},
                     std::chrono::milliseconds(500 + times.Below(2000) + 20 * kills));
  } while (outcome.killed);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_GT(kills, 2);
  EXPECT_EQ(Products(folder + "/killed"), expected);

  // A complete run is passed over, and an output that was damaged is made again.
  ASSERT_OK(base::WriteFileAtomically(folder + "/two/answers/dpo.jsonl", "damaged"));
  ASSERT_EQ(RunJob(folder + "/two", {}).exit_code, 0);
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
  EXPECT_FALSE(base::FileExists(out + "/tables"));
  EXPECT_FALSE(base::FileExists(out + "/record.textproto"));
}

TEST(ExperimentTest, LoraLeavesAnAdapterAndAMergedModel) {
  const std::string out = base::TestFolder() + "/run";
  std::vector<std::string> flags = {Deployment(2)};
  for (const char* training : {"arms[sft].sft", "arms[dpo].dpo", "arms[sami].sami"}) {
    flags.push_back(
        absl::StrCat("--set=", training, ".training.lora={ rank: 4 target_modules: [\"q_proj\", \"v_proj\"] }"));
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
  EXPECT_EQ(products.count("adapters/sami_pair/adapter_config.json"), 0);
  EXPECT_NE(products.at("models/dpo/model.safetensors"), products.at("models/sft/model.safetensors"));
  // DPO starts at the model under its adapter.
  ASSERT_OK_AND_ASSIGN(const auto steps, base::ReadJsonLines(out + "/metrics/dpo.jsonl"));
  EXPECT_NEAR(steps[0].value["loss"].get<double>(), std::log(2.0), 1e-4);
  ASSERT_OK_AND_ASSIGN(const auto sami, base::ReadJsonLines(out + "/metrics/sami.jsonl"));
  EXPECT_NEAR(sami[0].value["kl"].get<double>(), 0, 1e-5);
  EXPECT_GT(sami.back().value["kl"].get<double>(), 0);

  ExpectRefused({"--set=arms[dpo].dpo.training.lora.rank=4"}, "target_modules");
  ExpectRefused({Deployment(1, "device: 'cuda:99'")}, "deployment: device \"cuda:99\"");
}

TEST(ExperimentTest, BadInputIsOneClearLine) {
  const auto base_model = [](const std::string& file, const std::string& content) {
    return std::vector<std::string>{"--set=base_model.folder=" + SpoiledModel(file, content)};
  };
  ASSERT_OK_AND_ASSIGN(const std::string weights,
                       base::ReadFile(base::Runfile("datasets/embedded/models/base/model.safetensors")));
  ExpectRefused(base_model("model.safetensors", weights.substr(0, weights.size() / 2)), "model.safetensors");
  ExpectRefused(base_model("model.safetensors", std::string(8, '\xff')), "header");
  ExpectRefused(base_model("config.json", R"({"model_type": "gpt2"})"), "gpt2");
  ExpectRefused(base_model("tokenizer.json", "{"), "tokenizer.json");
  ExpectRefused({"--set=base_model.folder=no/such/folder"}, "base_model.folder: there is no \"no/such/folder\"");
  ExpectRefused({"--set=arms[sami].parent=nobody"}, "nobody");
  ExpectRefused({"--set=arms[sami].sami.training.optimizer.learning_rat=1"}, "learning_rate");
  ExpectRefused({"--set=data.sampling.temperature=-1"}, "data.sampling.temperature");
  // One token is never a whole answer.
  ExpectRefused({"--set=data.sampling.max_new_tokens=1"}, "no query of 48 passes the filters");
  ExpectRefused({"--set=evaluation.sampling.max_new_tokens=2047"}, "context");
  const std::string constitution =
      base::WriteTestFile("c.json", R"({"a": {"weak": "Do.", "antithesis": "Don't.", "relevant_for": ["math"]}})");
  ExpectRefused({"--set=data.constitutions=" + constitution}, "no checker for principle \"a\"");
  ExpectRefused({"--set=data.constitutions=" + constitution, "--set=evaluation.judges=[CONTENT]"},
                "category \"writing\"");
  ExpectRefused({"--set=evaluation.mutual_information_queries=20000"}, "different");
  const auto questions = [](const std::string& text) {
    return std::vector<std::string>{"--set=evaluation.questions=MT_BENCH", "--set=evaluation.judges=[PRINCIPLE]",
                                    "--set=evaluation.questions_file=" + base::WriteTestFile("q.jsonl", text)};
  };
  const std::string line = R"({"question_id": 81, "category": "writing", "turns": ["Why?"]})";
  ExpectRefused(questions(line + "\n{"), "q.jsonl:2");
  ExpectRefused(questions(line + "\n" + line), "q.jsonl:2");
  ExpectRefused(questions(R"({"question_id": 81, "category": "writing", "turns": []})"), "q.jsonl:1");
}

}  // namespace
}  // namespace experiments
