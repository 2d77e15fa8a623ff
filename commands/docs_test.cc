// The commands that README.md and docs/ show: every one names a program that exists and flags that it accepts.
#include <sys/wait.h>

#include <cstdlib>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"

namespace commands {
namespace {

// Lines of the ```sh blocks, without comments; also of blocks that are indented by four spaces.
std::vector<std::string> Commands(const std::string& document) {
  std::vector<std::string> commands;
  bool in_block = false;
  for (absl::string_view line : absl::StrSplit(document, '\n')) {
    if (absl::StartsWith(line, "```")) {
      in_block = line == "```sh";
      continue;
    }
    const bool indented = absl::ConsumePrefix(&line, "    ");
    line = absl::StripAsciiWhitespace(line.substr(0, line.find("  #")));
    if ((in_block || indented) && (absl::StrContains(line, "bazel ") || absl::StartsWith(line, "sami ")))
      commands.emplace_back(line);
  }
  return commands;
}

// The program that Bazel runs, as a runfile; empty for `bazel test` and `bazel build`.
std::string Program(const std::string& command) {
  const size_t at = command.find("bazel run //");
  if (at == std::string::npos) return "";
  const std::string label = command.substr(at + 12, command.find(' ', at + 12) - at - 12);
  static const auto* aliases =
      new std::map<std::string, std::string>{{"experiments:report", "experiments/report/report"},
                                             {"experiments:compare", "experiments/commands/compare_claims"},
                                             {"experiments:paper_tables", "experiments/paper_tables/paper_tables"}};
  if (const auto alias = aliases->find(label); alias != aliases->end()) return alias->second;
  return absl::StrCat(std::vector<std::string>(absl::StrSplit(label, ':'))[0], "/",
                      std::vector<std::string>(absl::StrSplit(label, ':')).back());
}

// What of a command is run: a spec is read, overridden and checked by --print_spec, anything else shows its help. Empty
// where no program of ours is called.
std::string Accepted(const std::string& command, bool* is_experiment) {
  std::string program, flags, sami = base::Runfile("commands/sami");
  if (absl::StartsWith(command, "sami ")) {
    const std::vector<std::string> words = absl::StrSplit(command, ' ');
    *is_experiment = words[1] == "run";
    if (words[1] == "help") return absl::StrCat(sami, command.substr(4));
    const std::string name = words[1] == "bench" ? absl::StrCat("bench ", words[2]) : words[1];
    return absl::StrCat(sami, " ", *is_experiment ? command.substr(5) + " --print_spec" : name + " --help");
  }
  const std::string runfile = Program(command);
  if (runfile.empty() || runfile == "/install") return "";  // install_test.sh installs
  program = base::Runfile(runfile);
  EXPECT_NE(program, "") << command << ": no such program, or it is missing in this test's data";
  *is_experiment = runfile == "experiments/mtbench_vs_dpo" || runfile == "experiments/gsm8k_vs_sft";
  const size_t dashes = command.find(" -- ");
  if (dashes != std::string::npos) flags = command.substr(dashes + 4);
  return absl::StrCat(program, " ", *is_experiment ? flags + " --print_spec" : "--help");
}

TEST(DocsTest, CommandsAreAccepted) {
  const std::string folder = base::TestFolder();
  base::WriteTestFile("mine.textproto", *base::ReadFile(base::Runfile("experiments/mtbench_vs_dpo.textproto")));
  base::WriteTestFile("laptop.textproto", "threads: 2");
  int experiments_run = 0;
  for (const char* document : {"README.md", "docs/specs.md", "experiments/README.md"}) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(base::Runfile(document)));
    for (const std::string& line : Commands(text)) {
      for (const absl::string_view command : absl::StrSplit(line, " && ")) {
        bool is_experiment = false;
        const std::string accepted = Accepted(std::string(command), &is_experiment);
        if (accepted.empty()) continue;
        experiments_run += is_experiment;
        const int status = std::system(absl::StrCat("cd ", folder, " && ", accepted, " > /dev/null").c_str());
        EXPECT_EQ(WEXITSTATUS(status), 0) << document << ": " << command;
      }
    }
  }
  EXPECT_GE(experiments_run, 5);
}

}  // namespace
}  // namespace commands
