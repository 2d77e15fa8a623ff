#include "benchmarks/harness/coprocess.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

extern char** environ;

namespace benchmarks {
namespace {

std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Coprocess>> Coprocess::Start(const std::vector<std::string>& arguments,
                                                            const std::vector<std::string>& environment) {
  std::vector<std::string> variables = environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view own = *variable;
    const auto replaces = [own](const std::string& given) {
      return absl::StartsWith(own, given.substr(0, given.find('=') + 1));
    };
    if (std::none_of(environment.begin(), environment.end(), replaces)) variables.emplace_back(own);
  }
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) {
    return absl::InternalError(absl::StrCat("no pipe: ", std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0].c_str(), &actions, nullptr, Pointers(arguments).data(),
                                 Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  if (error != 0) {
    close(to[1]);
    close(from[0]);
    return absl::UnavailableError(absl::StrCat(arguments[0], " cannot be started: ", std::strerror(error)));
  }
  std::signal(SIGPIPE, SIG_IGN);  // its end shows as a failed Ask
  return std::unique_ptr<Coprocess>(new Coprocess(pid, fdopen(to[1], "w"), fdopen(from[0], "r")));
}

Coprocess::~Coprocess() {
  std::fclose(to_);
  std::fclose(from_);
  waitpid(pid_, nullptr, 0);
}

absl::StatusOr<std::string> Coprocess::Ask(const std::string& line) {
  std::fputs(line.c_str(), to_);
  std::fputc('\n', to_);
  std::fflush(to_);
  char* answer = nullptr;
  size_t capacity = 0;
  const ssize_t size = getline(&answer, &capacity, from_);
  std::string result(answer == nullptr || size < 0 ? "" : std::string(answer, size));
  std::free(answer);
  if (size <= 0) return absl::UnavailableError("the program has ended; what it said is above");
  return result;
}

}  // namespace benchmarks
