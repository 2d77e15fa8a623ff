// Exports as a user gets them: the Snakefile's rules are the graph's stages; Slurm's jobs, handed to a stand-in for
// sbatch that runs them, make what a run makes; and keys are in neither.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "experiments/graph_testing.h"
#include "lm/endpoint/testing/fake_endpoint.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What a command prints, to both; its exit status is added to a last line.
std::string Shell(const std::string& command) {
  FILE* pipe = popen(absl::StrCat("{ ", command, "\n} 2>&1; echo \"exit $?\"").c_str(), "r");
  std::string text;
  std::array<char, 4096> block;
  for (size_t count; (count = fread(block.data(), 1, block.size(), pipe)) > 0;) text.append(block.data(), count);
  pclose(pipe);
  return text;
}

// In the place of sbatch: runs the script at once, as a copy elsewhere, with the variables that jobs have. Refuses what
// needs a job that has not ended well, as Slurm would never start it. A folder keeps the numbers of jobs.
constexpr char kStandIn[] = R"sh(#!/bin/bash
set -uo pipefail
script=${!#} array="" after=""
for word in "$@"; do
  case $word in
    --array=*) array=${word#--array=} ;;
    --dependency=afterok:*) after=${word#--dependency=afterok:} ;;
  esac
done
id=$(($(cat "$JOBS/last" 2>/dev/null || echo 100) + 1))
echo $id >"$JOBS/last"
echo "$id $script array=$array after=$after flags=$*" >>"$JOBS/all"
for need in ${after//:/ }; do
  if [[ ! -e $JOBS/ok-$need ]]; then
    echo "job $id: $need has not ended well" >>"$JOBS/log"
    echo "$id"
    exit 0
  fi
done
cp "$script" "$JOBS/spooled"
export SLURM_CPUS_PER_TASK=1 SLURM_JOB_ID=$((RANDOM + 1000))
SLURM_NTASKS=$(sed -n 's/^#SBATCH --ntasks=//p' "$script")
export SLURM_NTASKS SLURM_PROCID=0
ok=1
if [[ -n $array ]]; then
  for number in ${array//,/ }; do
    SLURM_ARRAY_TASK_ID=$number bash "$JOBS/spooled" >>"$JOBS/log" 2>&1 || ok=0
  done
else
  bash "$JOBS/spooled" >>"$JOBS/log" 2>&1 || ok=0
fi
((ok)) && touch "$JOBS/ok-$id"
echo "$id;cluster"
)sh";

// In the place of srun: as many processes of one command as the job has tasks.
constexpr char kStandInForTasks[] = R"sh(#!/bin/bash
pids=() status=0
for ((rank = 0; rank < SLURM_NTASKS; rank++)); do
  SLURM_STEP_ID=0 SLURM_PROCID=$rank SLURM_LOCALID=$rank "$@" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
exit $status
)sh";

class ExportTest : public GraphTest {
 protected:
  // Two seeds of SFT on what the base writes, judged by a rule.
  std::string Spec(const std::string& more = "") const {
    return absl::StrCat(
        kModel, "replicates { seeds: [1, 2] }\n", "queries { name: \"q\" embedded { split: TRAIN } take: 8 }\n",
        "queries { name: \"t\" embedded { split: TEST } take: 8 } constitutions { name: \"c\" }\n",
        "data { name: \"d\" queries: \"q\" constitutions: \"c\" generator: \"base\" sampling { temperature: 1 "
        "max_new_tokens: 24 }\n  filters { unfinished: false equal_responses: false } }\n",
        "arms { name: \"sft\" parent: \"base\" data: \"d\" sft { ", Training(), " } }\n",
        "evaluations { name: \"e\" queries: \"t\" constitutions: \"c\" settings: POSITIVE judges: PRINCIPLE\n",
        "  sampling { max_new_tokens: 16 } comparisons { arm: \"sft\" baseline: \"base\" } ", more, " }\n");
  }

  // Exports into the folder "export" and returns what is said.
  std::string Export(const std::string& engine, const std::string& spec, const std::string& flags = "") {
    const std::string file = Write("spec.textproto", absl::StrCat("name: \"graph\"\n", spec));
    return Shell(absl::StrCat(base::Runfile("experiments/mtbench_vs_dpo"), " --export=", engine, " --flops=1e10 --out=",
                              Path("export"), " --store=", Path("export_store"), " --spec=", file, " ", flags));
  }

  std::string Read(const std::string& name) const { return base::ReadFile(Path(name)).value_or(name + " is missing"); }

  // Hands the export in; `before` is put before the command.
  std::string Submit(const std::string& before = "", const std::string& flags = "") {
    fs::create_directories(Path("bin"));
    fs::create_directories(Path("jobs"));
    Write("bin/sbatch", kStandIn);
    Write("bin/srun", kStandInForTasks);
    for (const char* program : {"bin/sbatch", "bin/srun"}) fs::permissions(Path(program), fs::perms::owner_all);
    return Shell(absl::StrCat("PATH=", Path("bin"), ":$PATH JOBS=", Path("jobs"), " ", before, " ",
                              Path("export/submit.sh"), " ", flags));
  }
};

struct Rule {
  std::vector<std::string> needs;
  std::string output, shell;
  int place = 0;
};

// The rules of a Snakefile, by their nodes: a line "rule X:", then inputs that are marks, one output and the shell's
// node.
std::map<std::string, Rule> RulesOf(const std::string& snakefile) {
  const std::regex mark("\"run/stages/(.*)\\.textproto\"");
  std::map<std::string, Rule> rules;
  std::set<std::string> names;
  std::string section, name;
  Rule rule;
  for (const absl::string_view view : absl::StrSplit(snakefile, '\n')) {
    const std::string line(view);
    std::smatch match;
    if (std::regex_match(line, match, std::regex("rule ([A-Za-z_][A-Za-z0-9_]*):"))) {
      rule = Rule();
      name = match[1];
      EXPECT_TRUE(names.insert(name).second) << name << " twice";
    } else if (std::regex_match(line, match, std::regex("    ([a-z]+):.*"))) {
      section = match[1];
    } else if (std::regex_search(line, match, mark)) {
      if (section == "input") rule.needs.push_back(match[1]);
      if (section == "output") rule.output = match[1];
    } else if (std::regex_search(line, match, std::regex("sami\\(\"--node=(.*)\"\\)"))) {
      rule.place = static_cast<int>(rules.size());
      EXPECT_EQ(rule.output, match[1]);
      EXPECT_TRUE(rules.emplace(match[1], rule).second) << match[1];
    }
  }
  EXPECT_EQ(names.count("all") + names.count("run"), 2);
  EXPECT_EQ(names.size(), rules.size() + 2);
  return rules;
}

// The default experiment's: each stage once, and its needs, which come before it.
TEST_F(ExportTest, TheSnakefileIsTheGraph) {
  const std::string program = base::Runfile("experiments/mtbench_vs_dpo");
  EXPECT_THAT(Shell(absl::StrCat(program, " --export=snakemake --flops=1e10 --out=", Path("export"),
                                 " --store=", Path("store"))),
              AllOf(HasSubstr("185 stages"), HasSubstr("estimates, 1e+10 FLOP/s, as --flops says"),
                    HasSubstr("snakemake -j"), HasSubstr("exit 0")));
  const std::string snakefile = Read("export/Snakefile");
  const std::map<std::string, Rule> rules = RulesOf(snakefile);
  // The export's own spec is the same graph.
  const std::string json = Shell(
      absl::StrCat(program, " --print_graph=json --spec=", Path("export/spec.textproto"), " --store=", Path("store")));
  ASSERT_OK_AND_ASSIGN(const base::OrderedJson graph, base::ParseJson(json.substr(0, json.rfind("exit")), "graph"));
  ASSERT_EQ(rules.size(), graph["stages"].size());
  ASSERT_EQ(rules.size(), 185);
  for (const auto& stage : graph["stages"]) {
    const auto rule = rules.find(stage["stage"].get<std::string>());
    ASSERT_NE(rule, rules.end()) << stage["stage"];
    EXPECT_EQ(rule->second.needs, stage["needs"].get<std::vector<std::string>>());
    for (const std::string& need : rule->second.needs) EXPECT_LT(rules.at(need).place, rule->second.place);
  }
  EXPECT_THAT(snakefile, AllOf(HasSubstr("threads: THREADS\n    resources:\n        mem_mb="),
                               HasSubstr("runtime=minutes(0."), Not(HasSubstr("gpu=")), Not(HasSubstr("server"))));
}

// A run's bytes; nothing twice; and it goes on after an end.
TEST_F(ExportTest, SlurmsJobsMakeWhatARunMakes) {
  ASSERT_THAT(Export("slurm", Spec()), HasSubstr("exit 0"));
  const std::string scripts = absl::StrCat(Path("export/submit.sh"), " ", Path("export/jobs"), "/*.sh");
  EXPECT_EQ(Shell(absl::StrCat("for script in ", scripts, "; do bash -n $script || exit 1; done")), "exit 0\n");
  EXPECT_EQ(Shell(absl::StrCat("! command -v shellcheck >/dev/null || shellcheck ", scripts)), "exit 0\n");
  ASSERT_THAT(Submit("", "--partition=p"), HasSubstr("exit 0"));
  const std::string jobs = Read("jobs/all");
  EXPECT_THAT(jobs, AllOf(HasSubstr("-data.sh array=0,1 after= flags=--parsable"),  // the seeds
                          HasSubstr("-train.sh array=0,1 after=10"), HasSubstr("--kill-on-invalid-dep=yes"),
                          HasSubstr("--partition=p"), HasSubstr("-run.sh array= after=101:")));
  ASSERT_TRUE(base::FileExists(Path("export/run/record.textproto"))) << Read("jobs/log");
  ASSERT_EQ(Run("plain", Spec()).exit_code, 0);
  // To the byte, in all files.
  const auto exported = Products(Path("export/run")), plain = Products(Path("plain"));
  EXPECT_GT(plain.size(), 30);
  for (const auto& [file, hash] : plain) {
    EXPECT_TRUE(exported.count(file) > 0 && exported.at(file) == hash) << file << " is another";
  }
  EXPECT_EQ(exported.size(), plain.size());

  // Two stages whose records are gone, as after an end before them: they alone are handed in, with the last job.
  fs::remove(Path("jobs/all"));
  fs::remove(Path("export/run/stages/train_sft-s2.textproto"));
  fs::remove(Path("export/run/stages/page.textproto"));
  EXPECT_THAT(Submit(), HasSubstr("exit 0"));
  const std::string left = Read("jobs/all");
  EXPECT_EQ(std::count(left.begin(), left.end(), '\n'), 3) << left;
  EXPECT_THAT(Read("jobs/all"), HasSubstr("-train.sh array=1 after= "));

  // What the store has is linked by another export, of a run that shares it.
  fs::remove_all(Path("export"));
  ASSERT_THAT(Export("slurm", Spec(), "--set 'arms[sft].sft.training.epochs=2'"), HasSubstr("exit 0"));
  EXPECT_TRUE(base::FileExists(Path("export/run/stages/data_d-s2.textproto")));
  EXPECT_FALSE(base::FileExists(Path("export/run/stages/train_sft-s2.textproto")));
}

// Each training over two processes: the same bytes.
TEST_F(ExportTest, TrainingsOverProcesses) {
  ASSERT_THAT(Export("snakemake", Spec(), "--processes=2"), HasSubstr("exit 0"));
  EXPECT_THAT(Read("export/Snakefile"), AllOf(HasSubstr("sami(\"--node=train_sft-s1\", processes=2)"),
                                              HasSubstr("threads: THREADS * 2"), HasSubstr("sami(\"--node=page\")")));
  ASSERT_THAT(Export("slurm", Spec(), "--processes=2"), HasSubstr("exit 0"));
  EXPECT_EQ(Shell(absl::StrCat("grep -l -e 'exec srun ' -e '--mem-per-cpu=' -e '--ntasks=2' ", Path("export/jobs"),
                               "/*.sh | wc -l")),
            "1\nexit 0\n");
  EXPECT_THAT(Submit(), HasSubstr("exit 0"));
  ASSERT_TRUE(base::FileExists(Path("export/run/record.textproto"))) << Read("jobs/log");
  EXPECT_THAT(Read("jobs/log"), HasSubstr("of each of 2 processes"));
  ASSERT_EQ(Run("plain", Spec()).exit_code, 0);
  const auto exported = Products(Path("export/run"));
  for (const char* model : {"models/sft-s1/model.safetensors", "models/sft-s2/model.safetensors", "report.html"}) {
    EXPECT_EQ(exported.at(model), Products(Path("plain")).at(model)) << model;
  }
  EXPECT_THAT(Export("slurm", Spec(), "--processes=0"), HasSubstr("--processes must be at least 1"));
}

// The key is named, not written; stages that do not ask run without it, and those that do say at once that it lacks.
TEST_F(ExportTest, KeysAreNamedAndNotWritten) {
  lm::FakeEndpointOptions options;
  options.key = "k-secret-17";
  options.responder = [](const lm::FakeRequest&) { return lm::FakeReply{"[[A]]"}; };
  ASSERT_OK_AND_ASSIGN(const auto server, lm::FakeEndpoint::Start(options));
  const std::string spec = Spec("language_model_judges { name: \"far\" judge { endpoint { model: \"m\" } } }");
  const std::string deployment =
      Write("far.textproto", absl::StrCat("judge_access { judge: \"far\" access { base_url: \"", server->url(),
                                          "\" key_variable: \"EXPORT_TEST_KEY\" first_delay_seconds: 0.01 } }"));
  setenv("EXPORT_TEST_KEY", options.key.c_str(), 1);
  for (const char* engine : {"snakemake", "slurm"}) {
    const std::string said = Export(engine, spec, "--deployment=" + deployment);
    EXPECT_THAT(said, AllOf(HasSubstr("Asks judge far, key in the environment variable EXPORT_TEST_KEY: "
                                      "judgments_e.far.sft-s1_vs_base, judgments_e.far.sft-s2_vs_base"),
                            Not(HasSubstr(options.key)), HasSubstr("exit 0")));
  }
  unsetenv("EXPORT_TEST_KEY");
  EXPECT_THAT(Read("export/Snakefile"),
              AllOf(HasSubstr("# asks judge far, whose key is in the environment variable EXPORT_TEST_KEY"),
                    HasSubstr("judge_far=1,")));
  EXPECT_THAT(Read("export/profiles/default/config.yaml"), HasSubstr("resources: [\"judge_far=1\"]"));
  EXPECT_THAT(Read("export/submit.sh"), HasSubstr("EXPORT_TEST_KEY"));
  for (const auto& file : fs::recursive_directory_iterator(Path("export"))) {
    if (file.is_regular_file()) EXPECT_THAT(*base::ReadFile(file.path().string()), Not(HasSubstr(options.key)));
  }
  // All but what asks, and needs that.
  Submit();
  EXPECT_TRUE(base::FileExists(Path("export/run/stages/answers_e.sft-s2.textproto"))) << Read("jobs/log");
  EXPECT_FALSE(base::FileExists(Path("export/run/stages/judgments_e.far.sft-s1_vs_base.textproto")));
  EXPECT_THAT(Read("jobs/log"),
              AllOf(HasSubstr("the environment has no variable EXPORT_TEST_KEY"), HasSubstr("has not ended well")));
  EXPECT_EQ(server->seen().requests, 0);
  // With it, what was left; both comparisons are one job, as they add to one recording.
  fs::remove(Path("jobs/all"));
  EXPECT_THAT(Submit("EXPORT_TEST_KEY=" + options.key), HasSubstr("exit 0"));
  EXPECT_TRUE(base::FileExists(Path("export/run/record.textproto"))) << Read("jobs/log");
  EXPECT_THAT(Read("jobs/all"), AllOf(HasSubstr("-judgments-far.sh array=0 "), Not(HasSubstr("-train.sh"))));
  EXPECT_GT(server->seen().requests, 0);  // equal answers are asked about once
}

TEST_F(ExportTest, WhatCannotBeExportedIsRefused) {
  EXPECT_THAT(Export("make", Spec()), AllOf(HasSubstr("it must be snakemake or slurm"), HasSubstr("exit 2")));
  EXPECT_THAT(Export("slurm", Spec(), "--node=sft"), HasSubstr("leave --node out"));
  Write("export/thesis.tex", "");
  EXPECT_THAT(Export("slurm", Spec()), AllOf(HasSubstr("holds no export"), HasSubstr("--out")));
  fs::remove_all(Path("export"));
  ASSERT_THAT(Export("slurm", Spec()), HasSubstr("exit 0"));
  EXPECT_THAT(Export("slurm", Spec(), "--set seed=9"), HasSubstr("belongs to run"));
}

}  // namespace
}  // namespace experiments
