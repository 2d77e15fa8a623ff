#include "base/main/main.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <new>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/status.h"
#include "base/text.h"

namespace base {
namespace {

constexpr char kNoMemory[] = "out of memory; close other programs, or give it smaller files";

// Torch's messages go on with a trace of calls.
std::string FirstLine(absl::string_view text) { return OneLine(text.substr(0, text.find('\n'))); }

// What is said of the exception in flight.
std::string Describe() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return kNoMemory;
  } catch (const std::length_error&) {
    return kNoMemory;
  } catch (const std::exception& e) {
    return absl::StrCat("unexpected, and worth a report: ", FirstLine(e.what()));
  } catch (...) {
    return "unexpected, and worth a report: an exception without words";
  }
}

// Of a thread, or of what may not throw.
[[noreturn]] void Terminate() {
  const std::string what = std::current_exception() == nullptr ? "terminated" : Describe();
  std::fprintf(stderr, "error: %s\n", what.c_str());
  std::_Exit(1);
}

// What is opened next would get the number of a stream that is closed. Opened the wrong way round, each use of it
// fails.
void OccupyStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // takes the lowest number that is free
  }
}

// Whether standard output has taken everything. It is closed: some file systems say only then that they are full.
bool FinishOutput() {
  errno = 0;
  std::cout.flush();
  const bool bad = !std::cout || std::ferror(stdout) != 0;
  const bool flushed = std::fflush(stdout) == 0;
  const int error = errno;
  const bool closed = close(dup(STDOUT_FILENO)) == 0;
  if (!bad && flushed && closed) return true;
  std::fprintf(stderr, "error: standard output: cannot write all that is printed%s%s\n", error == 0 ? "" : ": ",
               error == 0 ? "" : std::strerror(error));
  return false;
}

int Guard(absl::FunctionRef<int()> body) {
  try {
    return body();
  } catch (...) {
    std::fprintf(stderr, "error: %s\n", Describe().c_str());
    return 1;
  }
}

}  // namespace

int RunGuarded(absl::FunctionRef<int()> body) {
  OccupyStandardStreams();
  // Both become errors of the write itself.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_terminate(Terminate);
  const int code = Guard(body);
  return FinishOutput() || code != 0 ? code : 1;
}

int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<int(const Arguments&)> body) {
  return RunGuarded([&] { return body(InitProgram(argc, argv, usage)); });
}

int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<absl::Status(const Arguments&)> body) {
  return RunGuarded([&] { return ReportAndExitCode(body(InitProgram(argc, argv, usage))); });
}

int RunMain(int argc, char** argv, absl::string_view usage, absl::FunctionRef<absl::Status()> body) {
  return RunMain(argc, argv, usage, [&](const Arguments& arguments) -> absl::Status {
    if (arguments.empty()) return body();
    return absl::InvalidArgumentError(absl::StrCat("what is ", Excerpt(arguments[0], 100),
                                                   "? A flag's value follows its \"=\"; --help shows all flags"));
  });
}

}  // namespace base
