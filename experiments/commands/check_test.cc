// `sami check` and the dry run on folders without weights: all else is checked.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/job_testing.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTemplate[] =
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}";

// A folder of the embedded base's files with these names, and a chat template where there is one.
std::string Folder(const std::string& name, const std::vector<std::string>& files, const std::string& chat = "") {
  for (const std::string& file : files) {
    const auto text = base::ReadFile(base::Runfile("datasets/embedded/models/base/" + file));
    EXPECT_THAT(text, base::IsOk());
    base::WriteTestFile(absl::StrCat(name, "/", file), text.value_or(""));
  }
  if (!chat.empty()) base::WriteTestFile(name + "/chat_template.jinja", chat);
  return base::TestFolder() + "/" + name;
}

std::string Bare() { return Folder("bare", {"config.json", "tokenizer.json", "tokenizer_config.json"}, kTemplate); }

// changes: of the spec's text, what is replaced by what.
std::string Spec(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::string spec = R"(
name: "plan"
models { name: "base" folder: "FOLDER" chat {} }
queries { name: "train" embedded { split: TRAIN } take: 8 }
queries { name: "test" embedded { split: TEST } take: 4 }
constitutions { name: "principles" }
data { name: "own" queries: "train" constitutions: "principles" generator: "base"
       sampling { temperature: 1 max_new_tokens: 32 } }
arms { name: "base" model: "base" }
arms { name: "sami" parent: "base" data: "own" sami { training { lora { target_modules: ["q_proj", "v_proj"] } } } }
evaluations { name: "test" queries: "test" constitutions: "principles" settings: POSITIVE judges: PRINCIPLE
              comparisons { arm: "sami" baseline: "base" } sampling { max_new_tokens: 32 } }
)";
  for (const auto& [from, to] : changes) spec = absl::StrReplaceAll(spec, {{from, to}});
  return base::WriteTestFile("plan.textproto", spec);
}

Outcome Check(const std::vector<std::pair<std::string, std::string>>& changes, std::vector<std::string> flags = {}) {
  flags.insert(flags.begin(), Spec(changes));
  return RunProgram("experiments/commands/check", flags, std::chrono::milliseconds(0));
}

TEST(CheckTest, MissingWeightsAreANoteAndTheRestIsChecked) {
  const std::string bare = Bare();
  const Outcome outcome = Check({{"FOLDER", bare}});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr(absl::StrCat("note: models \"base\": no weights in ", bare,
                                                           "; the rest was checked: a run needs them")),
                                    Not(HasSubstr("error:")), Not(HasSubstr("tokenizer in"))));
}

TEST(CheckTest, WeightsMakesThemRequired) {
  const Outcome outcome = Check({{"FOLDER", Bare()}}, {"--complete"});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, AllOf(HasSubstr("error: models \"base\": no weights in "), Not(HasSubstr("note: "))));
  // They are there.
  EXPECT_EQ(
      Check({{"FOLDER", base::Runfile("datasets/embedded/models/base")}, {"chat {}", ""}}, {"--complete"}).exit_code,
      0);
}

TEST(CheckTest, WhatIsWrongIsToldBesideTheNote) {
  struct Case {
    std::string from, to, error;
  };
  const std::string bad_judge =
      Folder("judge", {"config.json", "tokenizer.json", "tokenizer_config.json"}, "{% for m in messages %}{{ m");
  const std::string bare = Bare();
  for (const Case& wrong : std::vector<Case>{
           {"\"v_proj\"", "\"w_proj\"", "the adapter's target \"w_proj\" is no projection"},
           {"max_new_tokens: 32 } }\n", "max_new_tokens: 2040 } }\n", "leave no room for max_new_tokens 2040"},
           {"judges: PRINCIPLE",
            absl::StrCat("language_model_judges { name: \"j\" judge { local { folder: \"", bad_judge, "\" } } }"),
            "language_model_judges \"j\": "}}) {
    const Outcome outcome = Check({{"FOLDER", bare}, {wrong.from, wrong.to}});
    EXPECT_EQ(outcome.exit_code, 2) << wrong.error;
    EXPECT_THAT(outcome.errors, AllOf(HasSubstr("note: models \"base\": no weights in "), HasSubstr("error: "),
                                      HasSubstr(wrong.error)));
  }
}

TEST(CheckTest, FoldersThatLackMore) {
  const std::string no_template = Folder("no_template", {"config.json", "tokenizer.json", "tokenizer_config.json"});
  const Outcome without_template = Check({{"FOLDER", no_template}});
  EXPECT_EQ(without_template.exit_code, 2);
  EXPECT_THAT(without_template.errors,
              AllOf(HasSubstr("error: models \"base\": chat: "), HasSubstr("has no chat template"),
                    Not(HasSubstr("the rest was checked"))));

  const std::string config = Folder("config", {"config.json"});
  const Outcome without_tokenizer = Check({{"FOLDER", config}, {"chat {}", ""}});
  EXPECT_EQ(without_tokenizer.exit_code, 0) << without_tokenizer.errors;
  EXPECT_THAT(without_tokenizer.errors, HasSubstr(absl::StrCat("note: models \"base\": no tokenizer in ", config,
                                                               "; prompts' lengths were not")));

  // Weights without a tokenizer are no plan.
  const std::string weights = Folder("weights", {"config.json", "model.safetensors"});
  const Outcome no_tokenizer = Check({{"FOLDER", weights}, {"chat {}", ""}});
  EXPECT_EQ(no_tokenizer.exit_code, 2);
  EXPECT_THAT(no_tokenizer.errors, HasSubstr("error: models \"base\": no tokenizer in "));

  // A download that has not ended is no plan either.
  const std::string begun = Folder("begun", {"config.json", "tokenizer.json"});
  base::WriteTestFile("begun/model.safetensors.incomplete", "");
  const Outcome unfinished = Check({{"FOLDER", begun}, {"chat {}", ""}});
  EXPECT_EQ(unfinished.exit_code, 2);
  EXPECT_THAT(unfinished.errors, HasSubstr("the download has not ended"));
}

TEST(CheckTest, ModelsWithoutEndTokenAreNotTrained) {
  const std::string folder = Folder("endless", {"config.json", "tokenizer.json"});
  std::string config = *base::ReadFile(folder + "/config.json");
  base::WriteTestFile("endless/config.json",
                      absl::StrReplaceAll(config, {{"\"eos_token_id\": 1", "\"eos_token_id\": null"}}));
  const Outcome outcome = Check({{"FOLDER", folder}, {"chat {}", ""}});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("error: arm \"sami\": the files of model \"base\" name no end token"));
}

TEST(CheckTest, ARunWithoutWeightsStopsBeforeItComputes) {
  const std::string out = base::TestFolder() + "/run";
  const Outcome outcome =
      RunProgram("experiments/commands/run", {Spec({{"FOLDER", Bare()}}), "--out=" + out, Deployment(1)},
                 std::chrono::milliseconds(0));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("error: models \"base\": no weights in "));
  EXPECT_FALSE(base::FileExists(out));
}

}  // namespace
}  // namespace experiments
