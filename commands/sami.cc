// sami: answers questions about the commands itself, and runs a command by becoming its program.
//
// It links no torch, so that `sami help` and the commands without a model start in milliseconds.
#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/build_info.h"
#include "base/installation.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "commands/help.h"

namespace commands {
namespace {

constexpr char kUsage[] =
    "Fine-tuning by mutual information with constitutions: experiments, models, judges, statistics.\n\n"
    "Usage: sami COMMAND [FLAGS]      sami help COMMAND      sami --version\n\n";
constexpr char kMore[] =
    "\n`sami help COMMAND` tells the flags, `sami help exit-codes` what a command's exit code says.\n";

using Words = std::vector<std::string>;

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

bool IsHelp(const std::string& word) { return word == "--help" || word == "-help" || word == "-h"; }

absl::Status Unknown(const std::string& name) {
  return absl::InvalidArgumentError(
      absl::StrCat("sami has no command \"", name, "\"", DidYouMean(name), "; `sami help` lists them"));
}

// The command that the first words name; `words` keeps what follows. "bench" alone is the list of benchmarks.
absl::StatusOr<const Command*> TakeCommand(Words* words) {
  const size_t length = (*words)[0] == "bench" ? std::min<size_t>(2, words->size()) : 1;
  const std::string name = absl::StrJoin(words->begin(), words->begin() + length, " ");
  const Command* command = FindCommand(name);
  if (command == nullptr) return Unknown(name);
  words->erase(words->begin(), words->begin() + length);
  return command;
}

absl::Status Help(Words words) {
  if (words.empty()) {
    Print(absl::StrCat(kUsage, CommandList(), kMore));
    return absl::OkStatus();
  }
  if (words[0] == "bench" && words.size() == 1) {
    Print(CommandList("bench"));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const Command* command, TakeCommand(&words));
  if (!words.empty()) return absl::InvalidArgumentError(absl::StrCat("\"", words[0], "\": help is of one command"));
  Print(command->help);
  return absl::OkStatus();
}

void Version() {
  Print(absl::StrCat("sami ", base::Version(), "\ncommit ", base::CodeCommit(), "\nlibtorch ", TORCH_VERSION, "\n"));
}

// The program of a command, in this program's installation or among its runfiles.
absl::StatusOr<std::string> ProgramOf(const Command& command) {
  const std::string file = absl::StrCat("sami-", absl::StrReplaceAll(command.name, {{" ", "-"}}));
  const std::string& prefix = base::InstallationPrefix();
  const std::string path = prefix.empty() ? base::Runfile(absl::StrCat("commands/bin/", file))
                                          : absl::StrCat(prefix, "/lib/sami/bin/", file);
  if (access(path.c_str(), X_OK) == 0) {
    // The program's runfiles are among this one's (commands/BUILD merges them), which lie beside it.
    std::error_code unknown;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe", unknown).string();
    if (prefix.empty()) setenv("RUNFILES_DIR", (self + ".runfiles").c_str(), /*overwrite=*/0);
    return path;
  }
  if (prefix.empty()) {
    return absl::UnavailableError(
        absl::StrCat("the program of sami ", command.name,
                     " is not beside this one; sami is to "
                     "be installed (bazel run //:install) or run by Bazel (bazel run //:sami)"));
  }
  return absl::UnavailableError(absl::StrCat(path, " is missing from the installation in ", prefix,
                                             "; install it again: bazel run //:install -- --prefix=", prefix));
}

// Returns only with an error.
absl::Status Become(const Command& command, const Words& words) {
  ASSIGN_OR_RETURN(const std::string program, ProgramOf(command));
  // What the program calls itself in its messages.
  std::string name = absl::StrCat("sami ", command.name);
  std::vector<char*> arguments = {name.data()};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(program.c_str(), arguments.data());
  return absl::UnavailableError(absl::StrCat(program, " cannot be started: ", std::strerror(errno)));
}

absl::Status Main(Words words) {
  if (words.empty()) {
    std::fprintf(stderr, "%s%s%s", kUsage, CommandList().c_str(), kMore);
    return absl::InvalidArgumentError("name a command");
  }
  if (words[0] == "help" || IsHelp(words[0])) return Help({words.begin() + 1, words.end()});
  if (words[0] == "--version" || words[0] == "version") {
    Version();
    return absl::OkStatus();
  }
  if (words[0][0] == '-') {
    return absl::InvalidArgumentError(absl::StrCat("a command comes before its flags: sami COMMAND ", words[0]));
  }
  if (words[0] == "bench" && words.size() == 1) {
    std::fprintf(stderr, "%s", CommandList("bench").c_str());
    return absl::InvalidArgumentError("name a benchmark: sami bench NAME");
  }
  if (words[0] == "bench" && IsHelp(words[1])) return Help({"bench"});
  ASSIGN_OR_RETURN(const Command* command, TakeCommand(&words));
  if (*command->heading == '\0') return Unknown(command->name);
  if (words.size() == 1 && IsHelp(words[0])) {
    Print(command->help);
    return absl::OkStatus();
  }
  return Become(*command, words);
}

}  // namespace
}  // namespace commands

int main(int argc, char** argv) {
  return base::RunGuarded([&] { return base::ReportAndExitCode(commands::Main({argv + 1, argv + argc})); });
}
