// The first paper's experiments as commands: sizes, --model, dry runs of all of them.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "datasets/sources/testing.h"
#include "experiments/job_testing.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Outcome RunExperiment(const std::string& name, const std::vector<std::string>& flags) {
  return RunProgram("experiments/" + name, flags, std::chrono::milliseconds(0));
}

TEST(ShippedSpecsTest, EachSizeOfEachExperimentIsPlanned) {
  for (const std::string name : {"sami_dialogue", "sami_summarization", "sami_weak_to_strong", "sami_principles"}) {
    for (const char* size : {"embedded", "small", "paper"}) {
      const Outcome outcome =
          RunExperiment(name, {absl::StrCat("--size=", size), "--dry_run", "--flops=4e14", "--prompt_tokens=200"});
      EXPECT_EQ(outcome.exit_code, 0) << name << " " << size << ": " << outcome.errors;
    }
  }
  EXPECT_EQ(RunExperiment("sami_smollm", {"--dry_run", "--flops=4e14", "--prompt_tokens=200"}).exit_code, 0);
}

// A folder of a shipped model's configuration with some tokenizer, and a chat template; no weights.
std::string FolderOf(const std::string& model) {
  const std::string name = absl::StrCat(model, "-folder");
  const auto copy = [&](const std::string& from, const std::string& file) {
    const auto text = base::ReadFile(base::Runfile(absl::StrCat(from, "/", file)));
    EXPECT_THAT(text, base::IsOk());
    base::WriteTestFile(absl::StrCat(name, "/", file), text.value_or(""));
  };
  copy("experiments/" + model, "config.json");
  copy("datasets/embedded/models/base", "tokenizer.json");
  copy("datasets/embedded/models/base", "tokenizer_config.json");
  base::WriteTestFile(name + "/chat_template.jinja",
                      "{% for message in messages %}{{ message['content'] }}<|end|>{% endfor %}");
  return absl::StrCat(base::TestFolder(), "/", name);
}

// With queries of the pinned files in the place of those that are not public as one file.
TEST(ShippedSpecsTest, PaperSizesPassACheckWithConfigurationAndTokenizer) {
  ASSIGN_PINNED_OR_SKIP(const std::string dialogues, "hh_rlhf/harmless-base/test.jsonl.gz");
  ASSIGN_PINNED_OR_SKIP(const std::string posts,
                        "sami_tldr/responses/base-mistral-opus-constitution-temperature-0.0.json");
  ASSIGN_PINNED_OR_SKIP(const std::string questions, "mt_bench/question.jsonl");
  const std::string hh = "queries[train]={ name: \"train\" hh_rlhf { single_turn: true } take: 60 }";
  const std::string tldr = "queries[train]={ name: \"train\" tldr {} take: 60 }";
  const std::string mixed = absl::StrCat(
      "queries[train]={ name: \"train\" mixed { parts { file: \"",
      base::WriteTestFile("q.jsonl", "{\"query\": \"Why?\"}\n{\"query\": \"How?\"}\n"), "\" category: \"math\" } } }");
  struct Paper {
    std::string name, queries;
    std::vector<std::pair<std::string, std::string>> models;
    std::vector<std::string> data;
  };
  const std::vector<Paper> papers = {
      {"sami_dialogue_paper",
       hh,
       {{"base", "mistral-7b"}, {"instruct", "mistral-7b"}, {"writer", "mistral-7b-instruct"}},
       {"own1", "own2", "own3"}},
      {"sami_summarization_paper",
       tldr,
       {{"base", "mistral-7b"}, {"instruct", "mistral-7b-instruct"}},
       {"own1", "own2", "own3", "other1", "other2", "other3"}},
      {"sami_weak_to_strong_paper",
       tldr,
       {{"base", "mixtral-8x7b"}, {"instruct", "mixtral-8x7b"}, {"writer", "mistral-7b-instruct"}},
       {"own1", "own2", "own3"}},
      {"sami_principles_paper", hh, {{"base", "llama-3-70b"}}, {"own1", "own2"}},
      {"mtbench_vs_dpo_llama", mixed, {{"base", "llama-3.1-8b"}, {"instruct", "llama-3.1-8b-instruct"}}, {}},
      {"gsm8k_vs_sft_mistral", mixed, {{"base", "mistral-7b"}}, {}},
  };
  for (const Paper& paper : papers) {
    std::vector<std::string> flags = {paper.name, "--set=" + paper.queries};
    for (const auto& [model, config] : paper.models) {
      flags.push_back(absl::StrCat("--set=models[", model, "].folder=", FolderOf(config)));
    }
    int64_t skip = 0;
    for (const std::string& data : paper.data) {
      flags.push_back(absl::StrCat("--set=data[", data, "].take=10"));
      flags.push_back(absl::StrCat("--set=data[", data, "].skip=", 10 * skip++));
    }
    // Without the train queries' files, too: they are told, and the rest is checked.
    std::vector<std::string> plan = flags;
    plan.erase(std::remove(plan.begin(), plan.end(), "--set=" + paper.queries), plan.end());
    const Outcome planned = RunProgram("experiments/commands/check", plan, std::chrono::milliseconds(0));
    EXPECT_EQ(planned.exit_code, 0) << paper.name << ": " << planned.errors;
    EXPECT_THAT(planned.errors, HasSubstr("prompts that ask them were not counted: a run needs them")) << paper.name;
    const Outcome outcome = RunProgram("experiments/commands/check", flags, std::chrono::milliseconds(0));
    EXPECT_EQ(outcome.exit_code, 0) << paper.name << ": " << outcome.errors;
    EXPECT_THAT(outcome.errors, HasSubstr("the rest was checked")) << paper.name;
    flags.push_back("--complete");
    EXPECT_EQ(RunProgram("experiments/commands/check", flags, std::chrono::milliseconds(0)).exit_code, 2);
  }
}

TEST(ShippedSpecsTest, AnUnknownSizeIsToldWhichThereAre) {
  const Outcome huge = RunExperiment("sami_dialogue", {"--size=huge", "--dry_run"});
  EXPECT_EQ(huge.exit_code, 2);
  EXPECT_THAT(huge.errors, HasSubstr("--size: sami_dialogue has no size \"huge\"; it has embedded, small, paper"));
  EXPECT_THAT(RunExperiment("sami_smollm", {"--size=paper", "--dry_run"}).errors, HasSubstr("it has embedded"));
}

TEST(ShippedSpecsTest, TheModelTakesTheFirstOnesPlaceWhereverItIsNamed) {
  const Outcome outcome =
      RunExperiment("sami_smollm", {"--model=datasets/embedded/models/base", "--node=nothing", "--out=/nowhere/run"});
  // The models are found; what is refused is that one of them has no chat template.
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("models \"base\""));
  EXPECT_THAT(outcome.errors, HasSubstr("chat"));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("models \"plain\"")));
}

}  // namespace
}  // namespace experiments
