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

namespace experiments {
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
    if ((in_block || indented) && absl::StrContains(line, "bazel ")) commands.emplace_back(line);
  }
  return commands;
}

// The program that a command runs, as a runfile; empty for `bazel test` and `bazel build`.
std::string Program(const std::string& command) {
  const size_t at = command.find("bazel run //");
  if (at == std::string::npos) return "";
  const std::string label = command.substr(at + 12, command.find(' ', at + 12) - at - 12);
  static const auto* aliases =
      new std::map<std::string, std::string>{{"experiments:report", "experiments/report/report"},
                                             {"experiments:paper_tables", "experiments/paper_tables/paper_tables"}};
  if (const auto alias = aliases->find(label); alias != aliases->end()) return alias->second;
  return absl::StrCat(std::vector<std::string>(absl::StrSplit(label, ':'))[0], "/",
                      std::vector<std::string>(absl::StrSplit(label, ':')).back());
}

TEST(DocsTest, CommandsAreAccepted) {
  const std::string folder = base::TestFolder();
  base::WriteTestFile("mine.textproto", *base::ReadFile(base::Runfile("experiments/mtbench_vs_dpo.textproto")));
  base::WriteTestFile("laptop.textproto", "threads: 2");
  int experiments_run = 0;
  for (const char* document : {"README.md", "docs/specs.md", "experiments/README.md"}) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(base::Runfile(document)));
    for (const std::string& command : Commands(text)) {
      const std::string program = Program(command);
      if (program.empty()) continue;
      const std::string binary = base::Runfile(program);
      ASSERT_NE(binary, "") << document << ": " << command << ": no such program, or it is missing in this test's data";
      const size_t dashes = command.find(" -- ");
      const std::string flags = dashes == std::string::npos ? "" : command.substr(dashes + 4);
      // --print_spec stops after the spec was read, overridden and checked.
      const bool is_experiment = program == "experiments/mtbench_vs_dpo" || program == "experiments/gsm8k_vs_sft";
      const std::string line =
          absl::StrCat("cd ", folder, " && ", binary, " ",
                       is_experiment ? absl::StrCat(flags, " --print_spec") : "--help", " > /dev/null");
      experiments_run += is_experiment;
      const int status = std::system(line.c_str());
      EXPECT_EQ(WEXITSTATUS(status), 0) << document << ": " << command;
    }
  }
  EXPECT_GE(experiments_run, 5);
}

}  // namespace
}  // namespace experiments
