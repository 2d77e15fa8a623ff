#include "lm/chat/template/line_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace lm {

absl::StatusOr<std::unique_ptr<LineProcess>> LineProcess::Start(const std::vector<std::string>& arguments) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::UnavailableError(absl::StrCat(arguments[0], ": no socket to speak with it: ", std::strerror(errno)));
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = posix_spawn(&child, arguments[0].c_str(), &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  close(ends[1]);
  if (error == 0) return std::unique_ptr<LineProcess>(new LineProcess(child, ends[0]));
  close(ends[0]);
  const std::string message = absl::StrCat(arguments[0], ": cannot be started: ", std::strerror(error));
  return error == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

LineProcess::~LineProcess() {
  close(socket_);
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

absl::Status LineProcess::Send(absl::string_view line) {
  const std::string text = absl::StrCat(line, "\n");
  for (size_t sent = 0; sent < text.size();) {
    const ssize_t n = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (n >= 0) {
      sent += n;
    } else if (errno != EINTR) {
      return absl::UnavailableError(absl::StrCat("the child process takes no more: ", std::strerror(errno)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> LineProcess::Receive(absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  for (size_t searched = 0;;) {
    const size_t line = read_.find('\n', searched);
    if (line != std::string::npos) {
      std::string text = read_.substr(0, line);
      read_.erase(0, line + 1);
      return text;
    }
    searched = read_.size();
    if (read_.size() > kLongestLine) {
      return absl::ResourceExhaustedError(absl::StrCat("the child process says more than ", kLongestLine, " bytes"));
    }
    pollfd ready = {socket_, POLLIN, 0};
    const int64_t left = absl::ToInt64Milliseconds(end - absl::Now());
    if (left <= 0) return absl::DeadlineExceededError("the child process says nothing");
    if (poll(&ready, 1, static_cast<int>(left)) <= 0) continue;
    char buffer[1 << 16];
    const ssize_t n = recv(socket_, buffer, sizeof(buffer), 0);
    if (n > 0) read_.append(buffer, n);
    if (n == 0 || (n < 0 && errno != EINTR)) return absl::UnavailableError("the child process has ended");
  }
}

}  // namespace lm
